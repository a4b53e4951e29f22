package io.vibee.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * Whether one bot may show a draft: a third as many a second as it may send, over all its chats and beside what it sends; one of a chat
 * at a time; none while Telegram has had too many. Not thread-safe; the clock is given.
 */
final class LivePreviews {

    /** How long none is shown beyond what Telegram says to wait. */
    static final Duration REST = Duration.ofMinutes(10);

    /** For so long a draft tells that an answer comes. */
    private static final Duration TELLS = Duration.ofSeconds(5);

    /** Chats that are remembered as taking none; of more, the oldest is forgotten, and tried. */
    private static final int MOST_REFUSING = 10_000;

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final CompletionStage<Done> NOTHING = CompletableFuture.completedFuture(Done.getInstance());

    private final int perSecond;
    private final ArrayDeque<Instant> lastSecond = new ArrayDeque<>();
    private final Map<Long, Instant> shown = new HashMap<>();
    private final Map<Long, CompletionStage<Done>> onTheirWay = new HashMap<>();
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

    /** Takes leave to show one in a chat now. */
    boolean take(long telegramChatId, Instant now) {
        while (!lastSecond.isEmpty() && !lastSecond.getFirst().isAfter(now.minus(SECOND))) {
            lastSecond.removeFirst();
        }
        if (now.isBefore(offUntil)
                || refusing.contains(telegramChatId)
                || onTheirWay.containsKey(telegramChatId)
                || lastSecond.size() >= perSecond) {
            return false;
        }
        lastSecond.add(now);
        shown.values().removeIf(at -> !at.plus(TELLS).isAfter(now));
        shown.put(telegramChatId, now);
        return true;
    }

    /**
     * One is on its way.
     *
     * @param sent ends when it is answered or has failed
     */
    void sending(long telegramChatId, CompletionStage<Done> sent) {
        onTheirWay.put(telegramChatId, sent.exceptionally(failure -> Done.getInstance()));
    }

    void ended(long telegramChatId) {
        onTheirWay.remove(telegramChatId);
    }

    /** The message that ends the drafts of a chat is to be sent; it may be when the stage ends, or a draft would outlive it. */
    CompletionStage<Done> replaced(long telegramChatId) {
        shown.remove(telegramChatId);
        return onTheirWay.getOrDefault(telegramChatId, NOTHING);
    }

    /** Whether a draft tells in a chat that an answer comes. */
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
