package io.vibee.reply;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.reply.CallResult.Answer;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.ReplyObserver.CallOutcome;
import io.vibee.reply.ReplyOutcome.Usage;
import org.jspecify.annotations.Nullable;

/** An answer that comes in events, put together. Not thread-safe: events come one after the other. */
abstract class StreamedAnswer {

    private final StringBuilder text = new StringBuilder();
    private String model = "";
    private long promptTokens;
    private long completionTokens;
    private boolean finished;
    private @Nullable CallResult failure;

    /** An event's data. Gives whether it was the last. */
    abstract boolean accept(String data);

    /** What all events made; for a stream that ended early, that it may be tried again. */
    CallResult result() {
        if (failure != null) {
            return failure;
        }
        if (!finished) {
            return new Retryable(CallOutcome.DISCONNECTED, "cut the answer");
        }
        String whole = text.toString().strip();
        return whole.isEmpty()
                ? new Retryable(CallOutcome.UNREADABLE, "sent an empty answer")
                : new Answer(whole, model, new Usage(promptTokens, completionTokens));
    }

    /** What has come so far. */
    String text() {
        return text.toString();
    }

    void append(String piece) {
        text.append(piece);
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

    void finish() {
        finished = true;
    }

    void fail(CallResult with) {
        failure = with;
    }
}
