package io.vibee.session;

import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionEvent.DropReason;
import io.vibee.protocol.session.SessionState.Parked;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.stored.EventHead;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The updates that chats could not store and the session keeps for them: sealed, and tried again. Each chat is asked for itself: its
 * oldest first, one at a time, and later and later while it can't. Every try comes back as one {@link ParkedTried}.
 */
final class Parking {

    private static final Logger LOG = LoggerFactory.getLogger(Parking.class);

    /** With so many parked updates, polling waits. */
    private static final int MOST_PARKED = 1000;

    /** Chats that are asked at once, so that the many that an outage left behind don't come back as a storm. */
    static final int MOST_ASKED = 50;

    /** With the waits between them some five minutes. */
    static final int MOST_REFUSALS = 7;

    private static final Backoff AGAIN = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(5));

    private final SessionRules rules;
    private @Nullable TextCipher key;
    /** Chats with an ask that is open. */
    private final Set<String> asked = new HashSet<>();
    /** Chats to be asked when there is room. */
    private final Set<String> due = new LinkedHashSet<>();
    /** Chats that are asked again after a time. */
    private final Set<String> later = new HashSet<>();
    /** How often its chat failed at a parked update. */
    private final Map<Long, Integer> refusals = new HashMap<>();
    /** Failures in a row, by chat. */
    private final Map<String, Integer> failures = new HashMap<>();

    Parking(SessionRules rules) {
        this.rules = rules;
    }

    /** From now on it seals and opens with this key; what is parked is due. */
    void unlock(SessionTurn turn, TextCipher found) {
        key = found;
        turn.state().parked().forEach(parked -> due.add(parked.chatId()));
        serve(turn);
    }

    /** Until it is unlocked anew, nothing is parked or tried again. */
    void lock() {
        key = null;
    }

    /** The session begins anew: what was asked may never be answered, and no timer is left. */
    void forget() {
        lock();
        asked.clear();
        due.clear();
        later.clear();
        failures.clear();
    }

    /** Keeps an update, if it can be kept now; if not, Telegram has to keep it. Whoever brought it learns which. */
    void park(SessionTurn turn, SessionStep.Park park) {
        TextCipher known = key;
        boolean kept = known != null
                && !known.erased()
                && takesIn(turn)
                && turn.state().parked().size() < MOST_PARKED;
        turn.reply(park.replyTo(), kept);
        if (known == null || !kept) {
            return;
        }
        Sealed update = known.seal(ParkedUpdate.toJson(park.route()));
        turn.store(new SessionEvent.UpdateParked(
                turn.head().withOpen(true), turn.state().lastParkedId() + 1, park.chatId(), update));
        turn.run(new SessionEffect.ChangeTerms(turn.terms()));
        if (!asked.contains(park.chatId()) && !due.contains(park.chatId()) && !later.contains(park.chatId())) {
            retryLater(turn, park.chatId());
        }
    }

    /** Tries the oldest parked update of a chat. */
    void retry(SessionTurn turn, String chatId) {
        later.remove(chatId);
        due.add(chatId);
        serve(turn);
    }

    /** A try ended. What is stored, or hopeless, is kept no longer; what is behind it may pass at once. */
    void tried(SessionTurn turn, ParkedTried tried) {
        boolean held = turn.state().parked().stream().anyMatch(parked -> parked.parkedId() == tried.parkedId());
        if (!held) {
            settled(turn, tried.chatId());
            return;
        }
        EventHead head = turn.head().withOpen(turn.state().parked().size() > 1);
        if (tried.outcome() == ParkedTried.Outcome.STORED) {
            turn.store(new SessionEvent.ParkedUpdateStored(head, tried.parkedId()));
        } else {
            Optional<DropReason> why = whyDropped(tried);
            if (why.isEmpty()) {
                notStored(turn, tried.chatId());
                return;
            }
            LOG.error("chat {}: a parked update is let go: {}", tried.chatId(), why.get());
            turn.store(new SessionEvent.ParkedUpdateDropped(head, tried.parkedId(), tried.chatId(), why.get()));
        }
        turn.run(new SessionEffect.ChangeTerms(turn.terms()));
        settled(turn, tried.chatId());
    }

    /** A chat still could not store its update. */
    void notStored(SessionTurn turn, String chatId) {
        asked.remove(chatId);
        failures.merge(chatId, 1, Integer::sum);
        retryLater(turn, chatId);
        serve(turn);
    }

    /**
     * Why an update that is not stored is kept no longer; empty when it is. The others of its chat wait behind it, so it goes when
     * nobody can read it, or when the chat's own code has failed at it {@link #MOST_REFUSALS} times.
     */
    private Optional<DropReason> whyDropped(ParkedTried tried) {
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

    private void settled(SessionTurn turn, String chatId) {
        asked.remove(chatId);
        failures.remove(chatId);
        retry(turn, chatId);
    }

    private void serve(SessionTurn turn) {
        TextCipher known = key;
        if (known == null || !takesIn(turn) || !rules.takesUpdates().getAsBoolean()) {
            due.clear();
            return;
        }
        Iterator<String> next = due.iterator();
        while (next.hasNext() && asked.size() < MOST_ASKED) {
            String chatId = next.next();
            next.remove();
            if (!asked.contains(chatId)) {
                turn.state().parked().stream()
                        .filter(parked -> parked.chatId().equals(chatId))
                        .findFirst()
                        .ifPresent(oldest -> offer(turn, known, oldest));
            }
        }
    }

    /** A person's messages come also while the session is paused. */
    private static boolean takesIn(SessionTurn turn) {
        return turn.state().phase() == Phase.ACTIVE
                || (turn.state().phase() == Phase.PAUSED
                        && SecretarySends.link(turn.state()).isPresent());
    }

    private void offer(SessionTurn turn, TextCipher known, Parked parked) {
        String chatId = parked.chatId();
        asked.add(chatId);
        Optional<String> json = known.open(parked.update());
        if (json.isEmpty()) {
            hopeless(turn, parked, ParkedTried.Outcome.KEY_ERASED);
            return;
        }
        Route.Keepable routed;
        try {
            routed = ParkedUpdate.fromJson(json.get());
        } catch (RuntimeException e) {
            hopeless(turn, parked, ParkedTried.Outcome.UNREADABLE);
            return;
        }
        turn.run(new SessionEffect.OfferParked(chatId, parked.parkedId(), routed, turn.terms()));
    }

    private static void hopeless(SessionTurn turn, Parked parked, ParkedTried.Outcome outcome) {
        turn.run(new SessionEffect.Tell(new ParkedTried(parked.chatId(), parked.parkedId(), outcome)));
    }

    private void retryLater(SessionTurn turn, String chatId) {
        later.add(chatId);
        turn.timer(
                new SessionStep.RetryParked(chatId),
                AGAIN.after(failures.getOrDefault(chatId, 0), rules.jitter().getAsDouble()));
    }
}
