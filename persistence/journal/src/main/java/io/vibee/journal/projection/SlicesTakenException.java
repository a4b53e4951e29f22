package io.vibee.journal.projection;

/** Another worker has moved the position of the same slices on. This worker must stop. */
final class SlicesTakenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SlicesTakenException() {
        super("another worker has these slices");
    }
}
