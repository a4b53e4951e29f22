package io.vibee.reply;

/** What calls have shown of a provider and its model, for the next ones to go by. Safe for all threads; lost with the process. */
final class ProviderTraits {

    /** What a request may go without. */
    enum Option {
        /** To be told at the end of a stream what it took. */
        USAGE,
        /** To be answered in a stream. */
        STREAM
    }

    /**
     * What was known when a call began.
     *
     * @param streamed whether a stream is asked for
     * @param usage whether to be told what a stream took is asked for
     * @param unmarked whether its model thinks without saying so at the beginning
     */
    record Known(boolean streamed, boolean usage, boolean unmarked, ProviderTraits traits) {

        /** Of a provider that was not called before. */
        static Known nothing() {
            return new ProviderTraits().known();
        }

        /** Its model thought without saying so at the beginning: what it says next is shown when its thoughts are over. */
        void thinksUnmarked() {
            traits.unmarked = true;
        }
    }

    private volatile boolean streamRefused;
    private volatile boolean usageRefused;
    private volatile boolean unmarked;

    Known known() {
        return new Known(!streamRefused, !streamRefused && !usageRefused, unmarked, this);
    }

    /** It refused what was asked for. */
    void refused(Option option) {
        switch (option) {
            case USAGE -> usageRefused = true;
            case STREAM -> streamRefused = true;
        }
    }
}
