package io.vibee.sandbox;

/** Ends a method's execution with one of the Bot API's errors. */
final class BotApiRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int status;
    final String description;

    BotApiRefusal(int status, String description) {
        super(description, null, false, false);
        this.status = status;
        this.description = description;
    }

    static BotApiRefusal badRequest(String reason) {
        return new BotApiRefusal(400, "Bad Request: " + reason);
    }
}
