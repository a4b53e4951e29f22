package io.vibee.reply;

import java.util.function.Consumer;

/**
 * Reports the text of a reply's latest call, for as long as that call lasts. It drops late text of a call that ran out of time, which
 * would overwrite the text of the next one. Safe for all threads.
 */
final class LatestCall {

    private final Consumer<String> heard;
    private int latest;

    LatestCall(Consumer<String> heard) {
        this.heard = heard;
    }

    /** Another call begins, without text so far. Returns where its text goes. */
    synchronized Consumer<String> begin() {
        int call = ++latest;
        heard.accept("");
        return text -> tell(call, text);
    }

    /** The call is over. It reports nothing more. */
    synchronized void end() {
        latest++;
    }

    private synchronized void tell(int call, String text) {
        if (call == latest) {
            heard.accept(text);
        }
    }
}
