package io.vibee.reply;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.ReplyObserver.CallOutcome;
import io.vibee.reply.ReplyOutcome.Usage;
import org.jspecify.annotations.Nullable;

/** Puts together an answer that comes in events. Events come one after the other; only {@link #shown()} is for others. */
abstract class StreamedAnswer {
    private static final String END = "[DONE]";
    private static final int LONGEST_TEXT = 1 << 20;

    final ProviderTraits.Known known;
    private final StringBuilder text = new StringBuilder();
    private String model = "";
    private long promptTokens;
    private long completionTokens;
    private Ending ending = Ending.NONE;
    private boolean marked;
    private boolean begun;
    private @Nullable CallResult failure;

    StreamedAnswer(ProviderTraits.Known known) {
        this.known = known;
    }

    /** Reads an event that is an object. Returns whether it was the last. */
    abstract boolean read(JsonNode event);

    /** The meaning of an error in an event. */
    abstract CallResult failed(ProviderError error);

    /**
     * Takes an event's data.
     *
     * @param event its name, or empty
     * @return whether it was the last
     */
    final boolean accept(String event, String data) {
        String said = data.strip();
        if (said.equals(END)) {
            marked = true;
            return true;
        }
        if (said.indexOf('\n') >= 0 && said.lines().allMatch(StreamedAnswer::isEvent)) {
            // Some servers leave out the empty line between two events.
            return said.lines().anyMatch(line -> accept(event, line));
        }
        JsonNode object = ReceivedJson.in(said);
        if (!object.isMissingNode()) {
            if (event.equals("error") && !object.has("choices")) {
                fail(failed(ProviderError.in(object)));
                return true;
            }
            return read(object);
        }
        if (event.equals("error")) {
            fail(failed(ProviderError.in(said)));
            return true;
        }
        if (said.startsWith("{")) {
            fail(new Retryable(CallOutcome.UNREADABLE, "sent an unreadable answer"));
            return true;
        }
        return false;
    }

    private static boolean isEvent(String line) {
        return line.strip().equals(END) || !ReceivedJson.in(line).isMissingNode();
    }

    /** The result of all events. A stream that ended early may be tried again. */
    CallResult result() {
        if (failure != null) {
            return failure;
        }
        if (ending == Ending.NONE && !marked) {
            return new Retryable(CallOutcome.DISCONNECTED, "cut the answer");
        }
        return new WholeAnswer(text.toString(), ending, model, new Usage(promptTokens, completionTokens)).read(known);
    }

    /** Whether the answer is complete, whatever else may come. */
    boolean isFinished() {
        return ending != Ending.NONE || marked || failure != null;
    }

    /** Whether it is longer than any that a person would read. */
    boolean isTooLong() {
        return text.length() > LONGEST_TEXT;
    }

    /** Whether the model has begun: to write, or to think. */
    boolean hasBegun() {
        return begun;
    }

    /** The UTF-16 units so far, thoughts included. */
    int length() {
        return text.length();
    }

    /** What may be shown of it so far. From any thread. */
    String shown() {
        String soFar;
        synchronized (text) {
            soFar = text.toString();
        }
        return Thinking.shown(soFar, known.unmarked());
    }

    void append(String piece) {
        begun |= !piece.isEmpty();
        synchronized (text) {
            text.append(piece);
        }
        if (isTooLong()) {
            fail(new Retryable(CallOutcome.UNREADABLE, "sent too long an answer"));
        }
    }

    /** The model thinks, in a field of its own. */
    void thinks() {
        begun = true;
    }

    void model(JsonNode name) {
        if (name.isTextual()) {
            model = name.asText();
        }
    }

    void promptTokens(JsonNode count) {
        if (count.isNumber()) {
            promptTokens = Math.max(0, count.asLong());
        }
    }

    void completionTokens(JsonNode count) {
        if (count.isNumber()) {
            completionTokens = Math.max(0, count.asLong());
        }
    }

    void end(Ending how) {
        if (how != Ending.NONE && ending != Ending.DECLINED) {
            ending = how;
        }
    }

    void fail(CallResult with) {
        failure = with;
    }
}
