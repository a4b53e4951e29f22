package io.vibee.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * When one bot may show what there is of an answer: a third as many times a second as it may send, over all its chats and beside what it
 * sends; one at a time in a chat; none while Telegram has had too many. Not thread-safe; the clock is given.
 */
final class LivePreviews {

    /** How long none is shown beyond what Telegram says to wait. */
    static final Duration REST = Duration.ofMinutes(10);

    /** For so long one tells that an answer comes. */
    private static final Duration TELLS = Duration.ofSeconds(5);

    /** Chats that are remembered as taking none; of more, the oldest is forgotten, and tried. */
    private static final int MOST_REFUSING = 10_000;

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final int perSecond;
    private final ArrayDeque<Instant> lastSecond = new ArrayDeque<>();
    private final Map<Long, Instant> shown = new HashMap<>();
    private final Set<Long> onTheirWay = new HashSet<>();
    private final Set<Long> refusing = new LinkedHashSet<>();
    private Instant offUntil = Instant.EPOCH;

    /**
     * For a bot that may send so much.
     *
     * @param sendsPerSecond 0: no budget, only what Telegram itself says
     */
    LivePreviews(int sendsPerSecond) {
        perSecond = sendsPerSecond == 0 ? Integer.MAX_VALUE : Math.max(1, sendsPerSecond / 3);
    }

    /** Takes leave to show one in a chat now; it is on its way then until it {@link #ended}. */
    boolean take(long telegramChatId, Instant now) {
        while (!lastSecond.isEmpty() && !lastSecond.getFirst().isAfter(now.minus(SECOND))) {
            lastSecond.removeFirst();
        }
        if (now.isBefore(offUntil)
                || refusing.contains(telegramChatId)
                || onTheirWay.contains(telegramChatId)
                || lastSecond.size() >= perSecond) {
            return false;
        }
        lastSecond.add(now);
        shown.values().removeIf(at -> !at.plus(TELLS).isAfter(now));
        shown.put(telegramChatId, now);
        onTheirWay.add(telegramChatId);
        return true;
    }

    /** The one of a chat is answered or has failed. */
    void ended(long telegramChatId) {
        onTheirWay.remove(telegramChatId);
    }

    /** The message that takes their place is to be sent. */
    void replaced(long telegramChatId) {
        shown.remove(telegramChatId);
    }

    /** Whether one tells in a chat that an answer comes. */
    boolean tells(long telegramChatId, Instant now) {
        Instant at = shown.get(telegramChatId);
        return at != null && at.plus(TELLS).isAfter(now);
    }

    /** Telegram has had too many. */
    void rest(Duration retryAfter, Instant now) {
        offUntil = now.plus(retryAfter).plus(REST);
    }

    /** Telegram takes none in this chat. */
    void giveUpIn(long telegramChatId) {
        if (refusing.size() >= MOST_REFUSING) {
            refusing.remove(refusing.iterator().next());
        }
        refusing.add(telegramChatId);
    }

    /** This Telegram takes none at all. Gives whether that is news. */
    boolean giveUp() {
        boolean news = !offUntil.equals(Instant.MAX);
        offUntil = Instant.MAX;
        return news;
    }
}
