package io.vibee.reply;

import io.vibee.moderation.StopReason;
import io.vibee.protocol.text.Characters;
import java.time.Duration;
import java.util.List;

/** The outcome of a request. Each request has exactly one. */
public sealed interface ReplyOutcome {

    /** The most UTF-16 units of a model's name as a provider gives it. */
    int LONGEST_NAME = 256;

    /** The most UTF-16 units of a cause, which has a part for each provider of a chain. */
    int LONGEST_CAUSE = 2_000;

    /**
     * A model's answer, never blank.
     *
     * @param tries all calls made for it, this one included
     * @param cached whether it was given to the same question before, or meanwhile: then no call was made for this one
     * @param lost what earlier calls used that broke off
     * @param cut whether the model was stopped because it may write no more; the text then ends at a sentence
     */
    record Answered(
            String text,
            String provider,
            String model,
            Usage usage,
            int tries,
            boolean cached,
            List<Spent> lost,
            boolean cut)
            implements ReplyOutcome {
        public Answered {
            // Only the whole text is checked: a part may have ended with half a surrogate pair.
            text = Characters.storable(text);
            model = Characters.storable(model, LONGEST_NAME);
            lost = List.copyOf(lost);
        }

        /** An answer that the model ended itself. */
        public Answered(
                String text, String provider, String model, Usage usage, int tries, boolean cached, List<Spent> lost) {
            this(text, provider, model, usage, tries, cached, lost, false);
        }

        /** A new answer, with no call before it that broke off. */
        public Answered(String text, String provider, String model, Usage usage, int tries) {
            this(text, provider, model, usage, tries, false, List.of());
        }

        /** A reused answer. */
        static Answered again(String text, String provider, String model) {
            return new Answered(text, provider, model, Usage.NONE, 0, true, List.of());
        }

        /** The same answer for others who asked the same. */
        Answered again() {
            return new Answered(text, provider, model, Usage.NONE, 0, true, List.of(), cut);
        }

        @Override
        public String toString() {
            return "Answered[" + text.length() + " chars, " + provider + ", " + model + ", " + usage + ", tries "
                    + tries + "]";
        }
    }

    /**
     * The message or its answer was stopped, which is no failure.
     *
     * @param usage what was paid all the same; nothing where no model was asked
     * @param provider the one that answered; empty where no model was asked
     * @param model the one that answered; empty where none was asked
     * @param tries all calls made for it; 0 when the message was stopped
     * @param lost what earlier calls used that broke off
     */
    record Stopped(StopReason why, Usage usage, String provider, String model, int tries, List<Spent> lost)
            implements ReplyOutcome {
        public Stopped {
            lost = List.copyOf(lost);
        }

        /** For a message, before any model was asked. */
        static Stopped unasked(StopReason why) {
            return new Stopped(why, Usage.NONE, "", "", 0, List.of());
        }

        /** For an answer. */
        static Stopped after(Answered answered, StopReason why) {
            return new Stopped(
                    why, answered.usage(), answered.provider(), answered.model(), answered.tries(), answered.lost());
        }
    }

    /**
     * No provider answered. Asking again at once would not help.
     *
     * @param cause short and safe to show
     * @param lost what calls used that broke off
     */
    record Failed(String cause, int tries, List<Spent> lost) implements ReplyOutcome {
        public Failed {
            cause = Characters.storable(cause, LONGEST_CAUSE);
            lost = List.copyOf(lost);
        }

        /** When no call had begun to answer. */
        public Failed(String cause, int tries) {
            this(cause, tries, List.of());
        }
    }

    /** What a call used. If the call broke off after its answer had begun, this is our own count. */
    record Spent(String provider, String model, Usage usage) {}

    /** Nothing was tried: the engine is full or stopping. Ask again, not before {@code retryAfter}. */
    record Saturated(Duration retryAfter) implements ReplyOutcome {}

    /** Tokens as the provider counted them, or else as we do. */
    record Usage(long promptTokens, long completionTokens) {
        static final Usage NONE = new Usage(0, 0);

        /** Far more than any model takes, and few enough to add up forever. */
        private static final long MOST = 1_000_000_000;

        public Usage {
            promptTokens = Math.clamp(promptTokens, 0, MOST);
            completionTokens = Math.clamp(completionTokens, 0, MOST);
        }

        Usage plus(Usage other) {
            return new Usage(promptTokens + other.promptTokens, completionTokens + other.completionTokens);
        }
    }
}
