package io.vibee.recovery;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many messages wait for an answer in this node's chats. When that is many, whoever brings in most of them brings in more slowly, and
 * when the node has no room for more, whoever has some of them brings in none: Telegram keeps what is not polled for a day, outside our
 * memory. Others are polled as ever. Safe for all threads.
 */
public final class Backlog {

    /** Fewer on a node slow nobody down. */
    static final int MUCH = 1_000;

    /** Bytes of heap for each that may wait. A chat in which one waits took less than half of it. */
    static final long ROOM_FOR_EACH = 128 * 1024;

    /** A session's messages that slow it down then; each further one does it more. */
    static final int OF_A_SESSION = 100;

    static final Duration FOR_EACH = Duration.ofMillis(10);
    static final Duration LONGEST = Duration.ofSeconds(5);

    private final AtomicLong waiting = new AtomicLong();
    private final ConcurrentMap<String, Long> bySession = new ConcurrentHashMap<>();

    private final long most;

    /** For the heap that this JVM may have. */
    public Backlog() {
        this(Runtime.getRuntime().maxMemory());
    }

    Backlog(long heapBytes) {
        this.most = Math.max(MUCH, heapBytes / ROOM_FOR_EACH);
    }

    /** So many more wait in a session's chats or, negative, fewer. */
    public void add(String sessionId, int change) {
        waiting.addAndGet(change);
        bySession.merge(sessionId, (long) change, (had, more) -> had + more == 0 ? null : Long.valueOf(had + more));
    }

    /** Whether there is no room for more of a session that has some already: it is not to poll. A poll may bring a hundred more. */
    public boolean isFull(String sessionId) {
        return waiting.get() >= most && bySession.containsKey(sessionId);
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
