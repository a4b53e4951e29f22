package io.vibee.reply;

import java.util.function.Supplier;

/** Follows an answer while it comes. Its methods run on the client's threads. */
interface CallProgress {

    /** Something came, perhaps only a comment. */
    void alive();

    /** The answer has begun: its words, its thoughts, or its one piece. */
    void begun();

    /**
     * More of a stream has come.
     *
     * @param shown gives what may be shown of the text so far, when it is asked; may be empty, and shorter than before
     */
    void heard(Supplier<String> shown);

    /** The answer is whole. The tokens that it used may still come. */
    void finished(CallResult result);

    /** Whether nobody waits for it any longer. */
    boolean isAbandoned();
}
