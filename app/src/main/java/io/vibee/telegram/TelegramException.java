package io.vibee.telegram;

/** The failure of a call's stage. It has no cause on purpose: the token is part of every URL, and causes tend to repeat it. */
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
