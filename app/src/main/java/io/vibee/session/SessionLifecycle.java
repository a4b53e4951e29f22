package io.vibee.session;

import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.telegram.BotToken;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows from the phases of a session's life: with them its intake, its sending and its parked updates begin and end together.
 * While a session is active it asks for the key of its token until it is there: by one load at a time, of which only the last counts.
 */
final class SessionLifecycle {

    static final Duration LOAD_KEY_AGAIN_AFTER = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(SessionLifecycle.class);

    private final LiveStatus live;
    private final Sender sender;
    private final Parking parking;
    private final Intake intake;
    private int load;

    SessionLifecycle(LiveStatus live, Sender sender, Parking parking, Intake intake) {
        this.live = live;
        this.sender = sender;
        this.parking = parking;
        this.intake = intake;
    }

    /** Also after a write that failed: the session lives on, its children don't, and the write may be in the journal. */
    void recovered(SessionTurn turn) {
        SessionState state = turn.state();
        live.enter(state.phase());
        intake.forget();
        parking.forget();
        sender.suspend();
        endLoading(turn);
        if (sender.draining()) {
            turn.run(new SessionEffect.Tell(SessionStep.Stop.NOW));
            return;
        }
        switch (state.phase()) {
            case ACTIVE -> loadKey(turn);
            case PAUSED -> {
                findUnfinished(turn, NotAnsweredReason.PAUSED);
                if (isBusiness(turn)) {
                    loadKey(turn);
                }
            }
            case REVOKED, DISCONNECTED -> findUnfinished(turn, NotAnsweredReason.DISCONNECTED);
            case NEW -> {}
        }
    }

    /** Takes nothing more in and gives no permit any more; it ends when what is on its way has an outcome: a chat waits for it. */
    void stop(SessionTurn turn) {
        intake.end(turn);
        endLoading(turn);
        parking.lock();
        sender.drain();
        stopIfDrained(turn);
    }

    void stopIfDrained(SessionTurn turn) {
        if (sender.draining() && sender.idle()) {
            turn.stop();
        }
    }

    // The key of its token.

    /** Loads it anew; a load that is under way counts no more. */
    void loadKey(SessionTurn turn) {
        endLoading(turn);
        Connection connection = turn.connection();
        turn.run(new SessionEffect.LoadKey(load, connection.owner(), connection.keyId()));
    }

    /** Takes in and sends with this key, if the session still wants to. One that opens no token was erased with its owner. */
    void unlock(SessionTurn turn, SessionStep.KeyReady ready) {
        if (ready.load() != load || sender.draining()) {
            return;
        }
        Connection connection = turn.connection();
        Sealed token = connection.token();
        if (token == null) {
            intake.beginBusiness(turn);
            parking.unlock(turn, ready.key());
            return;
        }
        if (turn.state().phase() != Phase.ACTIVE) {
            return;
        }
        Optional<String> opened = ready.key().open(token);
        if (opened.isEmpty()) {
            LOG.info("the session's key was erased with its owner: the session ends");
            store(turn, new SessionEvent.SessionDisconnected(turn.head().withOpen(false)));
            return;
        }
        OpenToken open = new OpenToken(BotToken.of(opened.get()), token);
        intake.begin(turn, open);
        parking.unlock(turn, ready.key());
        sender.begin(turn, open);
    }

    /** Asks again soon, if the key is still wanted. */
    void keyUnavailable(SessionTurn turn, SessionStep.KeyUnavailable unavailable) {
        if (unavailable.load() == load) {
            LOG.warn("the session's key can't be had: {}", unavailable.cause().toString());
            turn.timer(SessionStep.LoadKey.NOW, LOAD_KEY_AGAIN_AFTER);
        }
    }

    private void endLoading(SessionTurn turn) {
        load++;
        turn.run(new SessionEffect.CancelTimer(SessionStep.LoadKey.NOW));
    }

    // Its phases.

    /** Stores an event of its life, and does what follows from it. */
    void store(SessionTurn turn, SessionEvent event) {
        turn.store(event);
        switch (event) {
            case SessionEvent.SessionConnected connected -> activate(turn);
            case SessionEvent.BusinessConnected connected -> activate(turn);
            case SessionEvent.BusinessChanged changed -> {
                turn.run(new SessionEffect.ChangeTerms(turn.terms()));
                NotAnsweredReason silent = SecretarySends.silent(turn.state());
                if (silent != null) {
                    findUnfinished(turn, silent);
                }
            }
            case SessionEvent.TokenReplaced replaced -> {
                if (turn.state().phase() == Phase.ACTIVE) {
                    activate(turn);
                }
            }
            case SessionEvent.SessionResumed resumed -> activate(turn);
            case SessionEvent.SessionPaused paused
            when isBusiness(turn) -> {
                // What is written meanwhile comes all the same, and is stored.
                live.enter(turn.state().phase());
                turn.run(new SessionEffect.ChangeTerms(turn.terms()));
                findUnfinished(turn, NotAnsweredReason.PAUSED);
            }
            case SessionEvent.SessionPaused paused -> deactivate(turn, NotAnsweredReason.PAUSED);
            case SessionEvent.SessionRevoked revoked -> {
                LOG.info("the session is revoked: Telegram refused its token");
                deactivate(turn, NotAnsweredReason.DISCONNECTED);
            }
            case SessionEvent.SessionDisconnected disconnected -> {
                deactivate(turn, NotAnsweredReason.DISCONNECTED);
                turn.run(new SessionEffect.Passivate());
            }
            case SessionEvent.DefaultModeChanged changed -> turn.run(new SessionEffect.ChangeTerms(turn.terms()));
            case SessionEvent.ReviewChanged changed -> turn.run(new SessionEffect.ChangeTerms(turn.terms()));
            case SessionEvent.DeliveryChanged changed -> intake.change(turn);
            case SessionEvent.ChatMigrated migrated -> turn.run(new SessionEffect.ChangeTerms(turn.terms()));
            case SessionEvent.UpdateParked parked -> {}
            case SessionEvent.ParkedUpdateStored stored -> {}
            case SessionEvent.ParkedUpdateDropped dropped -> {}
        }
    }

    /** A session that is not there, or not any more, takes no room on a node. */
    static void forgetIfGone(SessionTurn turn) {
        Phase phase = turn.state().phase();
        if (phase == Phase.NEW || phase == Phase.DISCONNECTED) {
            turn.run(new SessionEffect.Passivate());
        }
    }

    private static boolean isBusiness(SessionTurn turn) {
        return turn.connection().secretary() != null;
    }

    private void activate(SessionTurn turn) {
        live.enter(turn.state().phase());
        intake.end(turn);
        parking.lock();
        sender.suspend();
        loadKey(turn);
    }

    private void deactivate(SessionTurn turn, NotAnsweredReason reason) {
        live.enter(turn.state().phase());
        intake.end(turn);
        endLoading(turn);
        intake.removeWebhook(turn);
        sender.end(turn, turn.state().phase());
        findUnfinished(turn, reason);
    }

    /** What waits in the chats is not to be answered. */
    private static void findUnfinished(SessionTurn turn, NotAnsweredReason reason) {
        turn.run(new SessionEffect.FindUnfinished(turn.connection().owner(), reason, turn.now()));
    }
}
