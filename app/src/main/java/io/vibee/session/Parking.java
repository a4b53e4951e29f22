package io.vibee.session;

import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.Carrier;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import io.vibee.protocol.session.SessionState.Parked;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.work.Backoff;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * The updates that chats could not store and the session keeps for them: sealed, counted in metrics, and tried again, the oldest of
 * each chat first. Every try comes back to the session as one {@link SessionStep.ParkedTried}; storing is left to the session.
 */
final class Parking {

    /** With so many parked updates, polling waits. */
    private static final int MOST_PARKED = 1000;

    private static final Backoff AGAIN = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(5));
    private static final Duration STORE_WITHIN = Duration.ofSeconds(5);

    private final String sessionId;
    private final ActorContext<SessionCommand> context;
    private final TimerScheduler<SessionCommand> timers;
    private final Session.Dependencies dependencies;
    private @Nullable DataKey key;
    private int counted;
    private int tries;

    Parking(
            String sessionId,
            ActorContext<SessionCommand> context,
            TimerScheduler<SessionCommand> timers,
            Session.Dependencies dependencies) {
        this.sessionId = sessionId;
        this.context = context;
        this.timers = timers;
        this.dependencies = dependencies;
    }

    /** From now on it seals and opens with this key. */
    void unlock(DataKey found) {
        key = found;
    }

    /** Until it is unlocked anew, nothing is parked or tried again. */
    void lock() {
        key = null;
    }

    void count(SessionState state) {
        count(state.parked().size());
    }

    /** Not on this node any more. */
    void gone() {
        count(0);
    }

    /** Seals an update to be parked; empty when it can't be kept now, and Telegram has to keep it. */
    Optional<Sealed> seal(SessionState state, Route.Routed routed) {
        DataKey known = key;
        return known == null || state.phase() != Phase.ACTIVE || state.parked().size() >= MOST_PARKED
                ? Optional.empty()
                : Optional.of(known.seal(ParkedUpdate.toJson(routed)));
    }

    /** One more is stored with the session. */
    void parked(SessionState after) {
        count(after);
        retryLater();
    }

    /** Tries the oldest parked update of each chat. */
    void retry(SessionState state) {
        Connection connection = state.connection();
        DataKey known = key;
        if (connection == null || known == null || state.phase() != Phase.ACTIVE) {
            return;
        }
        Map<String, Parked> oldest = new HashMap<>();
        state.parked().forEach(parked -> oldest.putIfAbsent(parked.chatId(), parked));
        oldest.values().forEach(parked -> retry(connection, known, parked));
    }

    /** A chat still could not store its update. */
    void notStored() {
        tries++;
        retryLater();
    }

    /** A chat stored its update, and the session keeps it no longer: what is behind it may pass at once. */
    void stored(SessionState after) {
        tries = 0;
        count(after);
        if (!after.parked().isEmpty()) {
            context.getSelf().tell(SessionStep.RetryParked.NOW);
        }
    }

    private void retry(Connection connection, DataKey known, Parked parked) {
        Optional<String> json = known.open(parked.update());
        if (json.isEmpty()) {
            // The key was erased: nobody can read it any more.
            context.getSelf().tell(new SessionStep.ParkedTried(parked.parkedId(), true));
            return;
        }
        Route.Routed routed = ParkedUpdate.fromJson(json.get());
        context.askWithStatus(
                Done.class,
                dependencies.entities().chat(parked.chatId()),
                STORE_WITHIN,
                (ActorRef<StatusReply<Done>> replyTo) -> new ChatCommand.Receive(
                        connection.owner(),
                        new Carrier(sessionId, connection.kind(), null),
                        routed.place(),
                        routed.incoming(),
                        connection.activeSince(),
                        connection.defaultMode(),
                        replyTo),
                (done, failure) -> new SessionStep.ParkedTried(parked.parkedId(), done != null));
    }

    private void retryLater() {
        if (!timers.isTimerActive(SessionStep.RetryParked.NOW)) {
            timers.startSingleTimer(
                    SessionStep.RetryParked.NOW,
                    SessionStep.RetryParked.NOW,
                    AGAIN.after(tries, ThreadLocalRandom.current().nextDouble()));
        }
    }

    private void count(int now) {
        dependencies.metrics().updatesParked(now - counted);
        counted = now;
    }
}
