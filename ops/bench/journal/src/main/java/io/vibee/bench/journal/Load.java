package io.vibee.bench.journal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What the entities of one JVM share: whether to go on, and what they counted. */
final class Load {

    private final Latencies latencies = new Latencies();
    private final LongAdder events = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder recoveredEvents = new LongAdder();
    private final AtomicLong recovering = new AtomicLong();
    private final AtomicLong active = new AtomicLong();
    private volatile boolean running;

    boolean runs() {
        return running;
    }

    void run(boolean now) {
        running = now;
    }

    /** So many more entities recover, loop or paced commands are on their way. */
    void expectRecoveries(long count) {
        recovering.addAndGet(count);
    }

    void expectActive(long count) {
        active.addAndGet(count);
    }

    void recovered(long events) {
        recoveredEvents.add(events);
        recovering.decrementAndGet();
    }

    void failed() {
        failures.increment();
        recovering.decrementAndGet();
    }

    /** One that was told to go on has stopped, or a paced command is done. */
    void left() {
        active.decrementAndGet();
    }

    void stored(long since) {
        events.increment();
        latencies.record(System.nanoTime() - since);
    }

    void storedPaced(long intended) {
        stored(intended);
        left();
    }

    /** An entity has stopped because it could not store. */
    void lost() {
        failures.increment();
        left();
    }

    /** Gives up on what is still on its way: the entities that would do it are gone. */
    void forgetActive() {
        failures.add(Math.max(0, active.getAndSet(0)));
    }

    long recovering() {
        return recovering.get();
    }

    long active() {
        return active.get();
    }

    long events() {
        return events.sum();
    }

    long recoveredEvents() {
        return recoveredEvents.sum();
    }

    long failures() {
        return failures.sum();
    }

    Latencies latencies() {
        return latencies;
    }
}
