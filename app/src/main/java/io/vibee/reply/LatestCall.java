package io.vibee.reply;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reports the text of a reply's latest call, for as long as that call lasts. It drops late text of a call that ran out of time, which
 * would overwrite the text of the next one. Safe for all threads.
 */
final class LatestCall {

    private final Consumer<Supplier<String>> heard;
    private int latest;

    LatestCall(Consumer<Supplier<String>> heard) {
        this.heard = heard;
    }

    /** Another call begins, without text so far. Returns where its text goes. */
    synchronized Consumer<Supplier<String>> begin() {
        int call = ++latest;
        heard.accept(() -> "");
        return text -> tell(call, text);
    }

    /** The call is over. It reports nothing more. */
    synchronized void end() {
        latest++;
    }

    private synchronized void tell(int call, Supplier<String> text) {
        if (isLatest(call)) {
            heard.accept(() -> isLatest(call) ? text.get() : "");
        }
    }

    private synchronized boolean isLatest(int call) {
        return call == latest;
    }
}
