package io.vibee.recovery;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many messages wait for an answer in this node's chats. When that is many, whoever brings in most of them brings in more slowly:
 * Telegram keeps what is not polled for a day, outside our memory. Others are polled as ever. Safe for all threads.
 */
public final class Backlog {

    /** Fewer on a node slow nobody down. */
    static final int MUCH = 1_000;

    /** A session's messages that slow it down then; each further one does it more. */
    static final int OF_A_SESSION = 100;

    static final Duration FOR_EACH = Duration.ofMillis(10);
    static final Duration LONGEST = Duration.ofSeconds(5);

    private final AtomicLong waiting = new AtomicLong();
    private final ConcurrentMap<String, Long> bySession = new ConcurrentHashMap<>();

    /** So many more wait in a session's chats or, negative, fewer. */
    public void add(String sessionId, int change) {
        waiting.addAndGet(change);
        bySession.merge(sessionId, (long) change, (had, more) -> had + more == 0 ? null : Long.valueOf(had + more));
    }

    /** How long a session waits before it polls again. */
    public Duration pause(String sessionId) {
        long own = bySession.getOrDefault(sessionId, 0L);
        if (waiting.get() < MUCH || own <= OF_A_SESSION) {
            return Duration.ZERO;
        }
        Duration pause = FOR_EACH.multipliedBy(own - OF_A_SESSION);
        return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
    }
}
