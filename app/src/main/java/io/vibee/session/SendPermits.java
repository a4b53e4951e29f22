package io.vibee.session;

import io.vibee.protocol.session.SessionCommand.Incarnation;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The permits to send of one bot: so many per second over all its chats, one per second in a chat (a short burst passes), twenty a
 * minute in a group, none while Telegram says to wait. Telegram's real limits are not published
 * (<a href="https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this">Bots FAQ</a>), so a 429 has the last
 * word. Who waits is served in order; each chat has at most one place in the queue. Not thread-safe; the clock is given.
 */
final class SendPermits {

    /** How long a permit holds. */
    static final Duration LIFETIME = Duration.ofSeconds(10);

    /** Sends on their way at once. */
    static final int MOST_IN_FLIGHT = 100;

    /** Chats that may wait; a further one is asked to come again by being left without an answer. */
    static final int MOST_WAITING = 10_000;

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int BURST_PER_CHAT = 3;
    private static final int PER_MINUTE_IN_GROUP = 20;
    private static final int MOST_REMEMBERED = 10_000;

    /** A permit for somebody who waited. */
    record Grant(ActorRef<PermitReply> to, PermitReply.Granted permit) {}

    /**
     * @param next when to come again; empty when nobody waits for time to pass
     */
    record Served(List<Grant> grants, Optional<Instant> next) {}

    private record Waiting(long telegramChatId, ActorRef<PermitReply> replyTo) {}

    private record Permit(String chatId, Instant deadline, boolean used) {
        /** An unused one is gone at its deadline; a used one at the latest when no call can be on its way any more. */
        boolean over(Instant now) {
            return !now.isBefore(used ? deadline.plus(MINUTE) : deadline);
        }
    }

    private final int perSecond;
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();
    private final Map<String, Permit> granted = new HashMap<>();
    private final ArrayDeque<Instant> lastSecond = new ArrayDeque<>();
    private final Map<Long, ArrayDeque<Instant>> byChat = new LinkedHashMap<>();
    private Instant heldUntil = Instant.EPOCH;
    private long lastNumber;
    private final Incarnation incarnation;

    /**
     * @param perSecond permits per second of the bot; 0: no pacing at all, only what Telegram itself says
     * @param incarnation makes permits of another incarnation unknown to this one
     */
    SendPermits(int perSecond, String incarnation) {
        this.perSecond = perSecond;
        this.incarnation = new Incarnation(incarnation);
    }

    /**
     * Asks for a permit. Gives the answer; none to one too many, who comes again.
     *
     * @param replyTo who gets it later, if it is not there at once
     * @param ready whether the session could send now; until it can, all wait
     */
    Optional<PermitReply> request(
            String chatId, long telegramChatId, ActorRef<PermitReply> replyTo, boolean ready, Instant now) {
        expire(now);
        if (ready && waiting.isEmpty() && free(telegramChatId, now)) {
            return Optional.of(grant(chatId, telegramChatId, now));
        }
        if (waiting.containsKey(chatId) || waiting.size() < MOST_WAITING) {
            waiting.put(chatId, new Waiting(telegramChatId, replyTo));
            return Optional.of(new PermitReply.Waiting());
        }
        return Optional.empty();
    }

    /** Grants what can be granted now. */
    Served serve(Instant now) {
        expire(now);
        List<Grant> grants = new ArrayList<>();
        Iterator<Map.Entry<String, Waiting>> queue = waiting.entrySet().iterator();
        Instant next = null;
        while (queue.hasNext()) {
            if (granted.size() >= MOST_IN_FLIGHT) {
                return new Served(grants, Optional.of(earliestDeadline(now)));
            }
            Map.Entry<String, Waiting> entry = queue.next();
            Waiting first = entry.getValue();
            Instant at = freeAt(first.telegramChatId(), now);
            if (at.isAfter(now)) {
                next = next == null || at.isBefore(next) ? at : next;
                if (botFreeAt(now).isAfter(now)) {
                    break;
                }
            } else {
                queue.remove();
                grants.add(new Grant(first.replyTo(), grant(entry.getKey(), first.telegramChatId(), now)));
            }
        }
        return new Served(grants, Optional.ofNullable(next));
    }

    /** Takes a permit for use, once; false when it is unknown, another chat's, used, or too late. */
    boolean use(String permitId, String chatId, Instant now) {
        Permit permit = granted.get(permitId);
        if (permit == null || permit.used() || !permit.chatId().equals(chatId) || permit.over(now)) {
            return false;
        }
        granted.put(permitId, new Permit(chatId, permit.deadline(), true));
        return true;
    }

    /** The send is over, or the permit is not wanted. */
    void done(String permitId) {
        granted.remove(permitId);
    }

    /** Telegram says to wait. */
    void hold(Instant until) {
        heldUntil = until.isAfter(heldUntil) ? until : heldUntil;
    }

    /** How long Telegram still says to wait; zero when it does not. */
    Duration heldFor(Instant now) {
        return heldUntil.isAfter(now) ? Duration.between(now, heldUntil) : Duration.ZERO;
    }

    /** Nobody gets a permit any more: gives all who wait. */
    List<ActorRef<PermitReply>> close() {
        List<ActorRef<PermitReply>> all =
                waiting.values().stream().map(Waiting::replyTo).toList();
        waiting.clear();
        return all;
    }

    private PermitReply.Granted grant(String chatId, long telegramChatId, Instant now) {
        String permitId = incarnation.permitId(++lastNumber);
        Instant deadline = now.plus(LIFETIME);
        granted.put(permitId, new Permit(chatId, deadline, false));
        if (perSecond > 0) {
            lastSecond.add(now);
            ArrayDeque<Instant> chat = byChat.computeIfAbsent(telegramChatId, id -> new ArrayDeque<>());
            chat.add(now);
            while (chat.size() > PER_MINUTE_IN_GROUP) {
                chat.removeFirst();
            }
        }
        return new PermitReply.Granted(permitId, deadline);
    }

    private boolean free(long telegramChatId, Instant now) {
        return granted.size() < MOST_IN_FLIGHT && !freeAt(telegramChatId, now).isAfter(now);
    }

    private Instant freeAt(long telegramChatId, Instant now) {
        Instant bot = botFreeAt(now);
        Instant chat = chatFreeAt(telegramChatId, now);
        return bot.isAfter(chat) ? bot : chat;
    }

    private Instant botFreeAt(Instant now) {
        if (heldUntil.isAfter(now)) {
            return heldUntil;
        }
        while (!lastSecond.isEmpty() && !lastSecond.peekFirst().isAfter(now.minus(SECOND))) {
            lastSecond.removeFirst();
        }
        return perSecond > 0 && lastSecond.size() >= perSecond
                ? lastSecond.getFirst().plus(SECOND)
                : now;
    }

    private Instant chatFreeAt(long telegramChatId, Instant now) {
        ArrayDeque<Instant> sends = byChat.get(telegramChatId);
        if (sends == null) {
            return now;
        }
        while (!sends.isEmpty() && !sends.peekFirst().isAfter(now.minus(MINUTE))) {
            sends.removeFirst();
        }
        // Telegram's ids of groups are negative.
        if (telegramChatId < 0 && sends.size() >= PER_MINUTE_IN_GROUP) {
            return sends.getFirst().plus(MINUTE);
        }
        List<Instant> recent = new ArrayList<>();
        Instant burstAgo = now.minusSeconds(BURST_PER_CHAT);
        sends.forEach(at -> {
            if (at.isAfter(burstAgo)) {
                recent.add(at);
            }
        });
        return recent.size() >= BURST_PER_CHAT ? recent.getFirst().plusSeconds(BURST_PER_CHAT) : now;
    }

    private void expire(Instant now) {
        granted.values().removeIf(permit -> permit.over(now));
        if (byChat.size() > MOST_REMEMBERED) {
            byChat.values()
                    .removeIf(sends -> sends.isEmpty() || sends.peekLast().isBefore(now.minus(MINUTE)));
        }
    }

    private Instant earliestDeadline(Instant now) {
        return granted.values().stream()
                .map(Permit::deadline)
                .filter(now::isBefore)
                .min(Instant::compareTo)
                .orElse(now.plus(SECOND));
    }
}
