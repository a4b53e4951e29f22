package io.vibee.session;

import io.vibee.telegram.WebhookInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/** What Telegram's word on a webhook comes to. Not thread-safe; the time is given. */
final class WebhookWatch {

    /** Until then a webhook that does not work has failed at the first update. */
    static final Duration FIRST_LOOK = Duration.ofSeconds(30);

    /** Only a webhook through which nothing came meanwhile is looked at. */
    static final Duration LOOK_EVERY = Duration.ofMinutes(5);

    /** Our own answers: Telegram reaches us, and we take nothing now. It would be no better if we polled. */
    private static final Pattern OUR_OWN = Pattern.compile("\\b(429|503)\\b");

    /** What there is to do. */
    sealed interface Finding {
        /** Nothing. */
        record Fine() implements Finding {}

        /** It is set no more. */
        record Gone() implements Finding {}

        /** Another one is set in its place. */
        record Replaced() implements Finding {}

        /** Updates wait, and Telegram can't deliver them. */
        record Useless(String why) implements Finding {}
    }

    private final String url;
    private Instant worked = Instant.EPOCH;
    private Instant looked = Instant.EPOCH;

    /**
     * @param url of the webhook that is wanted
     */
    WebhookWatch(String url) {
        this.url = url;
    }

    void set(Instant now) {
        worked = now;
        looked = now;
    }

    /** Telegram posted something. */
    void posted(Instant now) {
        worked = now;
    }

    /** Whether Telegram is to be asked: not when something was posted since the last time, or since it was set. */
    boolean isDoubtful(Instant now) {
        boolean used = worked.isAfter(looked);
        looked = now;
        return !used;
    }

    /** What Telegram's word comes to. What failed before it last worked has been delivered since. */
    Finding find(WebhookInfo info) {
        if (info.url().isEmpty()) {
            return new Finding.Gone();
        }
        if (!info.url().equals(url)) {
            return new Finding.Replaced();
        }
        Instant failedAt = info.failedAt();
        boolean failing = info.pending() > 0
                && failedAt != null
                && failedAt.isAfter(worked)
                && !OUR_OWN.matcher(info.error()).find();
        return failing
                ? new Finding.Useless(info.error().isEmpty() ? "Telegram does not say why" : info.error())
                : new Finding.Fine();
    }
}
