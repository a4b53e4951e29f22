package io.vibee.journal.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.PersistenceFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.apache.pekko.actor.typed.ActorRef;

/** Many Counters that all write as fast as they are answered, and what became of it. */
final class Load implements Client.Observer {

    private final PersistenceFixture fixture;
    private final List<ActorRef<Client.Command>> clients = new ArrayList<>();
    private final Map<String, Acknowledged> acknowledged = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> failedAt = new ConcurrentHashMap<>();

    /** The highest number that a Counter has acknowledged, and whether a later answer was lower: it had forgotten. */
    private static final class Acknowledged implements LongConsumer {

        private volatile long highest;
        private volatile long answers;
        private volatile long at;
        private volatile long forgotten;

        // One client alone writes.
        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate")
        public void accept(long number) {
            forgotten += Math.max(0, highest - number);
            highest = Math.max(highest, number);
            at = System.nanoTime();
            answers++;
        }
    }

    static Load start(PersistenceFixture fixture, int entities) {
        Load load = new Load(fixture);
        for (int number = 0; number < entities; number++) {
            load.clients.add(fixture.spawn(Client.create(Counter.TYPE + "|" + number, load)));
        }
        load.awaitAnswers(5);
        return load;
    }

    private Load(PersistenceFixture fixture) {
        this.fixture = fixture;
    }

    @Override
    public LongConsumer acknowledged(String persistenceId) {
        failedAt.put(persistenceId, new AtomicLong());
        return acknowledged.computeIfAbsent(persistenceId, id -> new Acknowledged());
    }

    @Override
    public void failed(String persistenceId) {
        failedAt.getOrDefault(persistenceId, new AtomicLong()).set(System.nanoTime());
    }

    /** Waits until each entity has answered so many times more; gives the time until the first did and until all did. */
    Return awaitAnswers(int each) {
        long begin = System.nanoTime();
        Map<String, Long> before = new TreeMap<>();
        acknowledged.forEach((id, one) -> before.put(id, one.answers));
        Eventually.until(
                "every entity goes on", () -> acknowledged.values().stream().anyMatch(one -> one.at > begin));
        Duration first = Duration.ofNanos(System.nanoTime() - begin);
        Eventually.until(
                "every entity goes on",
                () -> acknowledged.size() == clients.size()
                        && acknowledged.entrySet().stream()
                                .allMatch(
                                        one -> one.getValue().answers >= before.getOrDefault(one.getKey(), 0L) + each));
        return new Return(first, Duration.ofNanos(System.nanoTime() - begin));
    }

    /** How long it took until entities answered again. */
    record Return(Duration first, Duration all) {

        @Override
        public String toString() {
            return "first answer after " + first.toMillis() + " ms, all entities after " + all.toMillis() + " ms";
        }
    }

    /** Waits until each entity has failed since a moment (of {@link System#nanoTime}); gives the time that took. */
    Duration awaitFailures(long since) {
        Eventually.until(
                "every entity fails",
                () -> failedAt.values().stream().allMatch(at -> at.get() != 0 && at.get() - since > 0));
        return Duration.ofNanos(failedAt.values().stream()
                .mapToLong(at -> at.get() - since)
                .max()
                .orElseThrow());
    }

    /** Stops the clients and their entities. */
    void stop() {
        clients.forEach(client -> fixture.testKit().stop(client, PersistenceFixture.PATIENCE));
    }

    long acknowledged() {
        return acknowledged.values().stream().mapToLong(one -> one.highest).sum();
    }

    /** Checks that all that was acknowledged is there, nothing twice, and no part of a write alone. */
    Stored check(PersistenceFixture observer) {
        assertThat(acknowledged.values().stream()
                        .mapToLong(one -> one.forgotten)
                        .sum())
                .as("numbers that an entity had acknowledged and did not know after a recovery")
                .isZero();
        Map<String, Long> highest = new TreeMap<>();
        acknowledged.forEach((id, one) -> highest.put(id, one.highest));
        return Stored.check(observer, highest);
    }
}
