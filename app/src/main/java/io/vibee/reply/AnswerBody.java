package io.vibee.reply;

import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.ReplyObserver.CallOutcome;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of an answer: events as they come, or one piece of JSON. The first bytes tell which, whatever the content type says. It
 * keeps at most 1 MiB of a piece, reads at most 16 MiB of events, and cuts off the rest.
 */
final class AnswerBody extends BodyReader<CallResult> {
    private static final int LONGEST_PIECE = 1 << 20;

    /** Far more than a piece: an event may take hundreds of bytes for one token. */
    private static final int LONGEST_STREAM = 16 << 20;

    /** A stream of events begins with one of these. */
    private static final List<String> FIELDS = List.of(":", "data:", "event:", "id:", "retry:", "error:");

    private static final int LONGEST_FIELD = 6;

    private final boolean declaredAsEvents;
    private final EventStream events;
    private final StreamedAnswer answer;
    private final Function<BoundedBody.Read, CallResult> whole;
    private final CallProgress progress;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private @Nullable Boolean inEvents;
    private int read;

    /**
     * For one answer.
     *
     * @param declaredAsEvents whether its content type is that of events
     * @param whole reads an answer in one piece
     */
    AnswerBody(
            boolean declaredAsEvents,
            StreamedAnswer answer,
            Function<BoundedBody.Read, CallResult> whole,
            CallProgress progress) {
        this.declaredAsEvents = declaredAsEvents;
        this.answer = answer;
        this.events = new EventStream(answer, progress);
        this.whole = whole;
        this.progress = progress;
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (progress.isAbandoned()) {
            cutOff(new Retryable(CallOutcome.TIMED_OUT, "did not answer in time"));
        }
        for (ByteBuffer buffer : buffers) {
            while (buffer.hasRemaining() && !isDone()) {
                take(buffer.get());
            }
        }
    }

    private void take(byte next) {
        read++;
        if (inEvents != null && inEvents) {
            events.take(next);
            if (events.isTooLong() || read > LONGEST_STREAM) {
                cutOff(new Retryable(CallOutcome.UNREADABLE, "sent too long an answer"));
            } else if (events.isOver()) {
                complete(answer.result());
            }
        } else if (read > LONGEST_PIECE) {
            cutOff(whole.apply(new BoundedBody.Read(bytes.toByteArray(), false)));
        } else if (bytes.size() == 0 && isSpace(next)) {
            progress.alive();
        } else {
            bytes.write(next);
            if (inEvents == null) {
                decide(false);
            }
        }
    }

    private static boolean isSpace(byte next) {
        return next == ' ' || next == '\n' || next == '\r' || next == '\t';
    }

    /** Decides by the first bytes that are no space. */
    private void decide(boolean atEnd) {
        String begin = bytes.toString(StandardCharsets.UTF_8).replaceFirst("^\\uFEFF?\\s*", "");
        if (begin.isEmpty() || begin.charAt(0) == '\uFFFD') {
            return;
        }
        boolean field = FIELDS.stream().anyMatch(begin::startsWith);
        boolean other = "{[<\"".indexOf(begin.charAt(0)) >= 0;
        if (field || other || begin.length() >= LONGEST_FIELD || atEnd) {
            inEvents = field || (!other && declaredAsEvents);
            if (inEvents) {
                byte[] first = begin.getBytes(StandardCharsets.UTF_8);
                bytes.reset();
                for (byte each : first) {
                    events.take(each);
                }
            } else {
                progress.begun();
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        if (answer.isFinished()) {
            complete(answer.result());
        } else {
            super.onError(failure);
        }
    }

    @Override
    public void onComplete() {
        if (isDone()) {
            return;
        }
        if (inEvents == null) {
            decide(true);
        }
        if (inEvents == null ? declaredAsEvents : inEvents) {
            events.end();
            complete(answer.result());
        } else {
            complete(whole.apply(new BoundedBody.Read(bytes.toByteArray(), true)));
        }
    }
}
