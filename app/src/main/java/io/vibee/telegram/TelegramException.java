package io.vibee.telegram;

/**
 * What a failed call's stage holds. It deliberately has no cause: the token is part of every URL, and causes like to repeat it.
 */
public final class TelegramException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient TelegramFailure failure;

    TelegramException(String method, TelegramFailure failure) {
        super(method + ": " + failure.summary());
        this.failure = failure;
    }

    public TelegramFailure failure() {
        return failure;
    }
}
