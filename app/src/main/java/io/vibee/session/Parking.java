package io.vibee.session;

import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.Carrier;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionEvent.DropReason;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import io.vibee.protocol.session.SessionState.Parked;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.recovery.Backoff;
import io.vibee.session.SessionStep.ParkedTried;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * The updates that chats could not store and the session keeps for them: sealed, counted in metrics, and tried again. Each chat is
 * asked for itself: its oldest first, one at a time, and later and later while it can't. Every try comes back to the session as one
 * {@link ParkedTried}; storing is left to the session.
 */
final class Parking {

    /** With so many parked updates, polling waits. */
    private static final int MOST_PARKED = 1000;

    /** Chats that are asked at once, so that the many that an outage left behind don't come back as a storm. */
    static final int MOST_ASKED = 50;

    /** With the waits between them some five minutes. */
    static final int MOST_REFUSALS = 7;

    private static final Backoff AGAIN = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(5));
    private static final Duration STORE_WITHIN = Duration.ofSeconds(5);

    private final String sessionId;
    private final ActorContext<SessionCommand> context;
    private final TimerScheduler<SessionCommand> timers;
    private final Session.Dependencies dependencies;
    private @Nullable DataKey key;
    private int counted;
    /** Chats with an ask that is open. */
    private final Set<String> asked = new HashSet<>();
    /** Chats to be asked when there is room. */
    private final Set<String> due = new LinkedHashSet<>();
    /** How often its chat failed at a parked update. */
    private final Map<Long, Integer> refusals = new HashMap<>();
    /** Failures in a row, by chat. */
    private final Map<String, Integer> failures = new HashMap<>();

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

    /** From now on it seals and opens with this key; what is parked is due. */
    void unlock(SessionState state, DataKey found) {
        key = found;
        state.parked().forEach(parked -> due.add(parked.chatId()));
        serve(state);
    }

    /** Until it is unlocked anew, nothing is parked or tried again. */
    void lock() {
        key = null;
    }

    /** The session begins anew: what was asked may never be answered. */
    void forget() {
        lock();
        asked.clear();
        due.clear();
        failures.clear();
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
        return known == null
                        || known.erased()
                        || state.phase() != Phase.ACTIVE
                        || state.parked().size() >= MOST_PARKED
                ? Optional.empty()
                : Optional.of(known.seal(ParkedUpdate.toJson(routed)));
    }

    /** One more of a chat is stored with the session. */
    void parked(SessionState after, String chatId) {
        count(after);
        boolean comes = asked.contains(chatId) || due.contains(chatId);
        if (!comes && !timers.isTimerActive(new SessionStep.RetryParked(chatId))) {
            retryLater(chatId);
        }
    }

    /** Tries the oldest parked update of a chat. */
    void retry(SessionState state, String chatId) {
        due.add(chatId);
        serve(state);
    }

    /** A chat still could not store its update. */
    void notStored(SessionState state, String chatId) {
        asked.remove(chatId);
        failures.merge(chatId, 1, Integer::sum);
        retryLater(chatId);
        serve(state);
    }

    /**
     * Why an update that is not stored is kept no longer; empty when it is. The others of its chat wait behind it, so it goes when
     * nobody can read it, or when the chat's own code has failed at it {@link #MOST_REFUSALS} times.
     */
    Optional<DropReason> whyDropped(ParkedTried tried) {
        return switch (tried.outcome()) {
            case STORED, NOT_STORED -> Optional.empty();
            case UNREADABLE -> Optional.of(DropReason.UNREADABLE);
            case KEY_ERASED -> Optional.of(DropReason.KEY_ERASED);
            case CHAT_FAILED -> {
                int times = refusals.merge(tried.parkedId(), 1, Integer::sum);
                if (times < MOST_REFUSALS) {
                    yield Optional.empty();
                }
                refusals.remove(tried.parkedId());
                yield Optional.of(DropReason.CHAT_FAILED);
            }
        };
    }

    /** The session keeps a chat's update no longer: what is behind it may pass at once. */
    void settled(SessionState after, String chatId) {
        asked.remove(chatId);
        failures.remove(chatId);
        retry(after, chatId);
    }

    private void serve(SessionState state) {
        Connection connection = state.connection();
        DataKey known = key;
        boolean taking =
                state.phase() == Phase.ACTIVE && !dependencies.pollingGate().closed();
        if (connection == null || known == null || !taking) {
            due.clear();
            return;
        }
        Iterator<String> next = due.iterator();
        while (next.hasNext() && asked.size() < MOST_ASKED) {
            String chatId = next.next();
            next.remove();
            if (!asked.contains(chatId)) {
                state.parked().stream()
                        .filter(parked -> parked.chatId().equals(chatId))
                        .findFirst()
                        .ifPresent(oldest -> ask(connection, known, oldest));
            }
        }
    }

    private void ask(Connection connection, DataKey known, Parked parked) {
        String chatId = parked.chatId();
        asked.add(chatId);
        Optional<String> json = known.open(parked.update());
        if (json.isEmpty()) {
            tried(parked, ParkedTried.Outcome.KEY_ERASED);
            return;
        }
        Route.Routed routed;
        try {
            routed = ParkedUpdate.fromJson(json.get());
        } catch (RuntimeException e) {
            tried(parked, ParkedTried.Outcome.UNREADABLE);
            return;
        }
        context.askWithStatus(
                Done.class,
                dependencies.entities().chat(chatId),
                STORE_WITHIN,
                (ActorRef<StatusReply<Done>> replyTo) -> new ChatCommand.Receive(
                        connection.owner(),
                        new Carrier(sessionId, connection.kind(), null),
                        routed.place(),
                        routed.incoming(),
                        connection.activeSince(),
                        connection.defaultMode(),
                        replyTo),
                (done, failure) -> new ParkedTried(chatId, parked.parkedId(), outcome(done, failure)));
    }

    private void tried(Parked parked, ParkedTried.Outcome outcome) {
        context.getSelf().tell(new ParkedTried(parked.chatId(), parked.parkedId(), outcome));
    }

    private static ParkedTried.Outcome outcome(@Nullable Done done, @Nullable Throwable failure) {
        if (done != null) {
            return ParkedTried.Outcome.STORED;
        }
        return TelegramFailures.isFaultOfChat(failure)
                ? ParkedTried.Outcome.CHAT_FAILED
                : ParkedTried.Outcome.NOT_STORED;
    }

    private void retryLater(String chatId) {
        timers.startSingleTimer(
                new SessionStep.RetryParked(chatId),
                AGAIN.after(
                        failures.getOrDefault(chatId, 0),
                        ThreadLocalRandom.current().nextDouble()));
    }

    private void count(int now) {
        dependencies.metrics().updatesParked(now - counted);
        counted = now;
    }
}
