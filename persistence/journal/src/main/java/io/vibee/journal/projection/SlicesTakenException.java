package io.vibee.journal.projection;

/** Another worker has come further with the same slices: this one is not to go on from where it stood. */
final class SlicesTakenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SlicesTakenException() {
        super("another worker has these slices");
    }
}
