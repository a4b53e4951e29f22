package io.vibee.account;

/** Too many passwords wait to be hashed. */
public final class PasswordsBusyException extends RuntimeException {
    public PasswordsBusyException() {
        super("too many passwords wait to be hashed", null, false, false);
    }
}
