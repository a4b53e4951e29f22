package io.vibee.reply;

import java.util.function.Consumer;

/**
 * What is heard of the calls of one reply: the latest one's text, for as long as that call lasts. What comes late of a call that ran
 * out of time would overwrite the text of the next. Safe for all threads.
 */
final class LatestCall {

    private final Consumer<String> heard;
    private int latest;

    LatestCall(Consumer<String> heard) {
        this.heard = heard;
    }

    /** Another call begins, and nothing of it has come. Gives whom to tell its text so far. */
    synchronized Consumer<String> begin() {
        int call = ++latest;
        heard.accept("");
        return text -> tell(call, text);
    }

    /** The call is over: nothing more is heard of it. */
    synchronized void end() {
        latest++;
    }

    private synchronized void tell(int call, String text) {
        if (call == latest) {
            heard.accept(text);
        }
    }
}
