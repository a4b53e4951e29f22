package io.vibee.reply;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads server-sent events (WHATWG HTML, 9.2) into a {@link StreamedAnswer}. Lines end with LF, CR or both. It reads the fields
 * {@code data}, {@code event}, and {@code error}, which some servers send instead of an event of that name. Not thread-safe.
 */
final class EventStream {
    private static final int LONGEST_LINE = 1 << 20;

    private static final byte COMMENT = ':';

    /** It reports the text again when it has grown by this part. */
    private static final int GROWTH = 64;

    private final StreamedAnswer answer;
    private final CallProgress progress;
    private byte[] line = new byte[512];
    private int lineLength;
    private final StringBuilder data = new StringBuilder();
    private String event = "";
    private boolean afterReturn;
    private boolean tooLong;
    private boolean last;
    private int told;

    EventStream(StreamedAnswer answer, CallProgress progress) {
        this.answer = answer;
        this.progress = progress;
    }

    /** Whether it reads no more. */
    boolean isOver() {
        return last || tooLong;
    }

    /** Whether a line or an event is longer than any that a model makes. */
    boolean isTooLong() {
        return tooLong;
    }

    void take(byte next) {
        boolean secondOfTwo = afterReturn && next == '\n';
        afterReturn = next == '\r';
        if (next == '\r' || (next == '\n' && !secondOfTwo)) {
            lineEnded();
        } else if (next != '\n') {
            if (lineLength == line.length) {
                line = Arrays.copyOf(line, 2 * lineLength);
            }
            line[lineLength++] = next;
            tooLong |= lineLength > LONGEST_LINE;
        }
    }

    /** The stream has ended. A last event counts even without an empty line after it. */
    void end() {
        if (!isOver()) {
            lineEnded();
            eventEnded();
        }
    }

    private void lineEnded() {
        int length = lineLength;
        lineLength = 0;
        if (length == 0) {
            eventEnded();
            return;
        }
        progress.alive();
        if (line[0] == COMMENT) {
            return;
        }
        String text = new String(line, 0, length, StandardCharsets.UTF_8);
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + (text.startsWith(" ", colon + 1) ? 2 : 1));
        switch (name) {
            case "data" -> add(value);
            case "event" -> event = value.strip();
            case "error" -> {
                event = "error";
                add(value);
            }
            default -> {}
        }
    }

    private void add(String value) {
        data.append(data.isEmpty() ? "" : "\n").append(value);
        tooLong |= data.length() > LONGEST_LINE;
    }

    private void eventEnded() {
        String name = event;
        event = "";
        if (data.isEmpty() || isOver()) {
            return;
        }
        last = answer.accept(name, data.toString()) || answer.isTooLong();
        data.setLength(0);
        if (answer.isFinished()) {
            progress.finished(answer.result());
        }
        int length = answer.length();
        if (answer.hasBegun() && (told == 0 || length > told + told / GROWTH)) {
            told = Math.max(length, 1);
            progress.begun();
            progress.heard(answer::shown);
        }
    }
}
