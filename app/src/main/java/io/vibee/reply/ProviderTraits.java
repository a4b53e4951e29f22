package io.vibee.reply;

/** What calls have shown about a provider and its model, for later calls. Safe for all threads; lost with the process. */
final class ProviderTraits {

    /** What a request can do without. */
    enum Option {
        /** The count of tokens at the end of a stream. */
        USAGE,
        /** An answer in a stream. */
        STREAM
    }

    /**
     * What was known when a call began.
     *
     * @param streamed whether the request asks for a stream
     * @param usage whether the request asks for the tokens of a stream
     * @param unmarked whether its model thinks without saying so at the beginning
     */
    record Known(boolean streamed, boolean usage, boolean unmarked, ProviderTraits traits) {

        /** For a provider that was never called. */
        static Known nothing() {
            return new ProviderTraits().known();
        }

        /** Its model thought without saying so at the beginning. From now on its text is shown when its thoughts are over. */
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
