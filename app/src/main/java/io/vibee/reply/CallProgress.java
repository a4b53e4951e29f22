package io.vibee.reply;

/** Follows an answer while it comes. Its methods run on the client's threads. */
interface CallProgress {

    /** Something came, perhaps only a comment. */
    void alive();

    /** The answer has begun: its words, its thoughts, or its one piece. */
    void begun();

    /**
     * More of a stream has come.
     *
     * @param shown what may be shown of the text so far; may be empty, and shorter than before
     */
    void heard(String shown);

    /** The answer is whole. The tokens that it used may still come. */
    void finished(CallResult result);

    /** Whether nobody waits for it any longer. */
    boolean isAbandoned();
}
