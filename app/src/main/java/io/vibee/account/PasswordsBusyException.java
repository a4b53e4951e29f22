package io.vibee.account;

/** More passwords wait to be hashed than may wait. */
public final class PasswordsBusyException extends RuntimeException {
    public PasswordsBusyException() {
        super("too many passwords wait to be hashed", null, false, false);
    }
}
