package io.vibee.session;

import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionCommand.Acceptance;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.recovery.Backoff;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a session's updates come in: polled, or posted by Telegram to its webhook. While nothing comes through the webhook they are
 * polled, and the webhook is tried again, later and later.
 */
final class Intake {

    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final Backoff WEBHOOK_AGAIN = new Backoff(Duration.ofMinutes(15), Duration.ofHours(6));

    private final SessionRules rules;
    private final LiveStatus live;
    private final Sender sender;
    /** How they come in now; null while they don't. */
    private @Nullable Delivery now;
    /** Whether a person's session takes in what the operator's brings. */
    private boolean brought;
    /** How often in a row the webhook was of no use. */
    private int uselessWebhooks;

    Intake(SessionRules rules, LiveStatus live, Sender sender) {
        this.rules = rules;
        this.live = live;
        this.sender = sender;
    }

    /** The session begins anew: its children ended with its last start. */
    void forget() {
        now = null;
        brought = false;
    }

    /** Begins as its owner wishes. */
    void begin(SessionTurn turn, OpenToken token) {
        begin(turn, token, false);
    }

    void end(SessionTurn turn) {
        turn.run(new SessionEffect.EndIntake());
        turn.run(new SessionEffect.CancelTimer(SessionStep.TryWebhook.NOW));
        now = null;
        brought = false;
    }

    /** The operator's session brings what is of this person. */
    void beginBusiness(SessionTurn turn) {
        turn.run(new SessionEffect.BeginBusiness(turn.terms()));
        brought = true;
    }

    /** Its owner wishes it the other way. */
    void change(SessionTurn turn) {
        end(turn);
        uselessWebhooks = 0;
        live.enter(turn.state().phase());
        OpenToken token = sender.token();
        if (token != null) {
            begin(turn, token, true);
        }
    }

    /** Telegram keeps what comes from now on, for whoever asks for it. */
    void removeWebhook(SessionTurn turn) {
        OpenToken token = sender.token();
        if (token != null
                && turn.connection().delivery() == Delivery.WEBHOOK
                && turn.state().phase() != Phase.REVOKED) {
            turn.run(new SessionEffect.RemoveWebhook(token));
        }
    }

    /** Hands on what Telegram posted, or says why not. */
    void take(SessionTurn turn, Route route, ActorRef<Acceptance> replyTo) {
        Optional<Acceptance> refusal = refusal(turn.state());
        if (refusal.isPresent()) {
            turn.reply(replyTo, refusal.get());
            return;
        }
        uselessWebhooks = 0;
        live.received(turn.now());
        turn.run(new SessionEffect.TakeIn(route, replyTo));
    }

    /** Nothing comes through the webhook. */
    void pollInstead(SessionTurn turn, String why) {
        OpenToken token = sender.token();
        if (now != Delivery.WEBHOOK || token == null) {
            return;
        }
        Duration again = WEBHOOK_AGAIN.after(++uselessWebhooks, rules.jitter().getAsDouble());
        live.pollsInsteadOfWebhook(why, turn.now().plus(again));
        LOG.warn("updates are polled for {} min, for the webhook failed: {}", again.toMinutes(), why);
        poll(turn, token, true);
        turn.timer(SessionStep.TryWebhook.NOW, again);
    }

    void tryWebhook(SessionTurn turn) {
        OpenToken token = sender.token();
        if (token != null && turn.state().phase() == Phase.ACTIVE) {
            begin(turn, token, true);
        }
    }

    private void begin(SessionTurn turn, OpenToken token, boolean afterWebhook) {
        switch (turn.connection().delivery()) {
            case POLLING -> poll(turn, token, afterWebhook);
            case WEBHOOK -> {
                turn.run(new SessionEffect.BeginWebhook(token, turn.terms()));
                now = Delivery.WEBHOOK;
            }
        }
    }

    private void poll(SessionTurn turn, OpenToken token, boolean afterWebhook) {
        turn.run(new SessionEffect.BeginPolling(token, afterWebhook, turn.terms()));
        now = Delivery.POLLING;
    }

    private Optional<Acceptance> refusal(SessionState state) {
        boolean ofPerson = SecretarySends.link(state).isPresent();
        if (ofPerson && (state.phase() == Phase.ACTIVE || state.phase() == Phase.PAUSED)) {
            return brought ? Optional.empty() : Optional.of(Acceptance.LATER);
        }
        return switch (state.phase()) {
            case NEW, DISCONNECTED -> Optional.of(Acceptance.NO_SESSION);
            case PAUSED, REVOKED -> Optional.of(Acceptance.NOT_WANTED);
            case ACTIVE -> {
                if (now == null) {
                    yield Optional.of(Acceptance.LATER);
                }
                yield now == Delivery.WEBHOOK ? Optional.empty() : Optional.of(Acceptance.NOT_WANTED);
            }
        };
    }
}
