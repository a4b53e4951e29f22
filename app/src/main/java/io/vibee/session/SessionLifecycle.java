package io.vibee.session;

import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.telegram.BotToken;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows from what a session stored: with its phases, its polling, its sending and its parked updates begin and end together.
 * What is stored is left to the session and to {@link LifeDecision}.
 */
final class SessionLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(SessionLifecycle.class);

    private final ActorContext<SessionCommand> context;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final LiveStatus live;
    private final Sending sending;
    private final Parking parking;
    private final Polling polling;
    private final KeyLoading keyLoading;
    private final SessionPeers peers;

    SessionLifecycle(
            ActorContext<SessionCommand> context,
            ActorRef<ClusterSharding.ShardCommand> shard,
            LiveStatus live,
            Sending sending,
            Parking parking,
            Polling polling,
            KeyLoading keyLoading,
            SessionPeers peers) {
        this.context = context;
        this.shard = shard;
        this.live = live;
        this.sending = sending;
        this.parking = parking;
        this.polling = polling;
        this.keyLoading = keyLoading;
        this.peers = peers;
    }

    /** Also after a write that failed: the session lives on, its children don't, and the write may be in the journal. */
    void recovered(SessionState state) {
        live.enter(state.phase());
        parking.count(state);
        parking.forget();
        polling.lost();
        sending.suspend();
        keyLoading.end();
        if (sending.draining()) {
            context.getSelf().tell(SessionStep.Stop.NOW);
            return;
        }
        switch (state.phase()) {
            case ACTIVE -> keyLoading.begin(state);
            case PAUSED -> peers.findUnfinished(state, NotAnsweredReason.PAUSED);
            case REVOKED, DISCONNECTED -> peers.findUnfinished(state, NotAnsweredReason.DISCONNECTED);
            case NEW -> {}
        }
    }

    /** Takes nothing more in and gives no permit any more; what is on its way may end. */
    void drain() {
        polling.end();
        keyLoading.end();
        parking.lock();
        sending.drain();
    }

    /** Not on this node any more, or about to begin anew. */
    void gone() {
        live.gone();
        parking.gone();
    }

    /** Polls and sends with this key, if the session still wants to; false when it opens no token any more. */
    boolean unlock(SessionState state, SessionStep.KeyReady ready) {
        Connection connection = state.connection();
        if (!keyLoading.counts(ready) || sending.draining() || state.phase() != Phase.ACTIVE || connection == null) {
            return true;
        }
        Optional<String> opened = ready.key().open(connection.token());
        if (opened.isEmpty()) {
            return false;
        }
        OpenToken token = new OpenToken(BotToken.of(opened.get()), connection.token());
        polling.begin(state, token);
        parking.unlock(state, ready.key());
        sending.begin(token);
        return true;
    }

    void stored(SessionEvent event, SessionState after) {
        switch (event) {
            case SessionEvent.SessionConnected connected -> activate(after);
            case SessionEvent.TokenReplaced replaced -> {
                if (after.phase() == Phase.ACTIVE) {
                    activate(after);
                }
            }
            case SessionEvent.SessionResumed resumed -> activate(after);
            case SessionEvent.SessionPaused paused -> deactivate(after, NotAnsweredReason.PAUSED);
            case SessionEvent.SessionRevoked revoked -> {
                LOG.info("the session is revoked: Telegram refused its token");
                deactivate(after, NotAnsweredReason.DISCONNECTED);
            }
            case SessionEvent.SessionDisconnected disconnected -> {
                parking.count(after);
                deactivate(after, NotAnsweredReason.DISCONNECTED);
                passivate();
            }
            case SessionEvent.DefaultModeChanged changed -> polling.tell(after);
            case SessionEvent.ChatMigrated migrated -> polling.tell(after);
            case SessionEvent.UpdateParked parked -> {
                parking.parked(after, parked.chatId());
                polling.tell(after);
            }
            case SessionEvent.ParkedUpdateStored stored -> unparked(after);
            case SessionEvent.ParkedUpdateDropped dropped -> {
                LOG.error("chat {}: a parked update is let go: {}", dropped.chatId(), dropped.reason());
                unparked(after);
            }
        }
    }

    /** A session that is not there, or not any more, takes no room on a node. */
    void forgetIfGone(SessionState state) {
        if (state.phase() == Phase.NEW || state.phase() == Phase.DISCONNECTED) {
            passivate();
        }
    }

    private void activate(SessionState state) {
        live.enter(state.phase());
        polling.end();
        parking.lock();
        sending.suspend();
        keyLoading.begin(state);
    }

    private void unparked(SessionState after) {
        parking.count(after);
        polling.tell(after);
    }

    private void deactivate(SessionState state, NotAnsweredReason reason) {
        live.enter(state.phase());
        polling.end();
        keyLoading.end();
        sending.end(state.phase());
        peers.findUnfinished(state, reason);
    }

    /** Sharding forgets a remembered entity that asks for this. */
    private void passivate() {
        shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
    }
}
