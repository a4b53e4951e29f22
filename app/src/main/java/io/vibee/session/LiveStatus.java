package io.vibee.session;

import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a session is doing right now: shown to its owner, never stored. Not thread-safe; the time is given. */
final class LiveStatus {

    /** A shorter wait than this is over before anybody reads of it. */
    static final Duration WORTH_TELLING = Duration.ofSeconds(30);

    private SessionStatus status = SessionStatus.CONNECTING;
    private boolean exists;
    private @Nullable String detail;
    private @Nullable Instant lastUpdateAt;
    private Instant heldUntil = Instant.EPOCH;
    /** How updates come in when all is well, and what is to be said of that. */
    private SessionStatus takingIn = SessionStatus.POLLING;

    private @Nullable String insteadOfWebhook;

    SessionStatus status() {
        return status;
    }

    /** The same while there is such a session; else null. */
    @Nullable
    SessionStatus counted() {
        return exists ? status : null;
    }

    @Nullable
    String detail() {
        return detail;
    }

    @Nullable
    Instant lastUpdateAt() {
        return lastUpdateAt;
    }

    void enter(Phase phase) {
        insteadOfWebhook = null;
        switch (phase) {
            case ACTIVE -> change(SessionStatus.CONNECTING, null);
            case PAUSED -> change(SessionStatus.PAUSED, null);
            case REVOKED ->
                change(SessionStatus.REVOKED, "Telegram refused the bot's token; connect the bot again with a new one");
            case NEW, DISCONNECTED -> exists = false;
        }
    }

    void polled(int updates, Instant now) {
        takingIn = SessionStatus.POLLING;
        takesIn(now);
        if (updates > 0) {
            received(now);
        }
    }

    /** Telegram posts updates from now on. */
    void webhookSet(Instant now) {
        takingIn = SessionStatus.WEBHOOK;
        insteadOfWebhook = null;
        takesIn(now);
    }

    /** Updates are polled for a while, since none come through the webhook. */
    void pollsInsteadOfWebhook(String why, Instant until) {
        insteadOfWebhook = "updates are polled until " + until.truncatedTo(ChronoUnit.SECONDS)
                + ", for the webhook failed: " + why;
    }

    void received(Instant now) {
        lastUpdateAt = now;
    }

    void conflict(String why) {
        change(SessionStatus.CONFLICT, why);
    }

    /** Updates can't be had, and are asked for again: after a 429 not sooner than Telegram said. */
    void backingOff(TelegramFailure failure, Instant now) {
        String until = failure instanceof TelegramFailure.FloodWait wait
                ? ", until " + now.plus(wait.retryAfter()).truncatedTo(ChronoUnit.SECONDS)
                : "";
        change(SessionStatus.BACKING_OFF, failure.summary() + until);
    }

    /** Telegram lets the bot send nothing until then, while it takes updates in. */
    void held(Instant until, Instant now) {
        if (until.isBefore(now.plus(WORTH_TELLING))) {
            return;
        }
        heldUntil = until;
        if (status == takingIn) {
            tellHeld();
        }
    }

    /** The bot may send again, if it was held and the time is over. */
    void sendsAgain(Instant now) {
        boolean over = heldUntil.isAfter(Instant.EPOCH) && !heldUntil.isAfter(now);
        if (over && status == SessionStatus.BACKING_OFF && Objects.equals(detail, heldDetail())) {
            change(takingIn, insteadOfWebhook);
        }
        if (over) {
            heldUntil = Instant.EPOCH;
        }
    }

    private void takesIn(Instant now) {
        if (heldUntil.isAfter(now)) {
            tellHeld();
        } else {
            change(takingIn, insteadOfWebhook);
        }
    }

    private void tellHeld() {
        change(SessionStatus.BACKING_OFF, heldDetail());
    }

    private String heldDetail() {
        return "429 Telegram lets the bot send nothing until " + heldUntil.truncatedTo(ChronoUnit.SECONDS);
    }

    private void change(SessionStatus next, @Nullable String why) {
        status = next;
        detail = why;
        exists = true;
    }
}
