package io.vibee.sandbox;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a simulated server does wrong, instead of what it was asked or in addition to it. */
public sealed interface Fault {

    /**
     * An error in the server's own form.
     *
     * @param retryAfter seconds, sent in the body and as a header
     * @param migrateToChatId Telegram's note that a group has a new id
     */
    record Refusal(
            int status,
            String description,
            @Nullable Integer retryAfter,
            @Nullable Long migrateToChatId) implements Fault {}

    /** The connection breaks, and nothing is done. */
    record CutBefore() implements Fault {}

    /** The request is carried out, then the connection breaks before a byte of the answer. */
    record CutAfter() implements Fault {}

    /** The request is carried out after a while. */
    record Delay(Duration duration) implements Fault {}

    /** Any bytes as the answer; nothing is done. */
    record Raw(int status, String contentType, String body) implements Fault {}

    static Fault floodWait(int seconds) {
        return new Refusal(429, "Too Many Requests: retry after " + seconds, seconds, null);
    }

    static Fault unauthorized() {
        return new Refusal(401, "Unauthorized", null, null);
    }

    static Fault forbidden() {
        return new Refusal(403, "Forbidden: bot was blocked by the user", null, null);
    }

    static Fault conflict() {
        return new Refusal(409, UpdateQueue.OTHER_POLLER, null, null);
    }

    static Fault badRequest(String description) {
        return new Refusal(400, "Bad Request: " + description, null, null);
    }

    static Fault migrated(long newChatId) {
        return new Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", null, newChatId);
    }

    /** An older server, which does not know the method. */
    static Fault unknownMethod() {
        return new Refusal(404, "Not Found: method not found", null, null);
    }

    static Fault serverError(int status) {
        return new Refusal(status, "Internal Server Error", null, null);
    }

    static Fault cutBefore() {
        return new CutBefore();
    }

    static Fault cutAfter() {
        return new CutAfter();
    }

    static Fault delay(Duration duration) {
        return new Delay(duration);
    }

    /** A poll is answered at once, with no updates, however long it asked to wait. */
    static Fault emptyAtOnce() {
        return new Raw(200, "application/json", "{\"ok\":true,\"result\":[]}");
    }

    /** What a proxy on the way answers. */
    static Fault htmlPage(int status) {
        return new Raw(status, "text/html", "<html><body><h1>" + status + "</h1></body></html>");
    }

    static Fault raw(int status, String contentType, String body) {
        return new Raw(status, contentType, body);
    }
}
