package io.vibee.reply;

/** What is noticed of an answer while it comes, from the client's threads. */
interface CallProgress {

    /** Something came, be it a comment only. */
    void alive();

    /** The answer has begun: its words, its thoughts, or the one piece that it is. */
    void begun();

    /**
     * There is more of a stream.
     *
     * @param shown what of the text so far may be shown; may be empty, and shorter than before
     */
    void heard(String shown);

    /** The answer is whole; what may still come is what it took. */
    void finished(CallResult result);

    /** Whether nobody waits for it any more. */
    boolean isAbandoned();
}
