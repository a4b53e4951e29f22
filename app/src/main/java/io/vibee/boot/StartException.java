package io.vibee.boot;

/** The service can't start for a reason a person can mend; the message is one line without secrets. */
final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartException(String message) {
        super(message);
    }

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
