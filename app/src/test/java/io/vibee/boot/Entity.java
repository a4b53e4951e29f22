package io.vibee.boot;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.testkit.JournalOperation;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.apache.pekko.persistence.testkit.ProcessingPolicy;
import org.apache.pekko.persistence.testkit.ProcessingResult;
import org.apache.pekko.persistence.testkit.ProcessingSuccess;
import org.apache.pekko.persistence.testkit.StorageFailure;
import org.apache.pekko.persistence.testkit.WriteEvents;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;

/** What a single entity needs to live in a test: a journal in memory, that serialises, and keys in memory. */
public final class Entity implements AutoCloseable {

    private static final Config CONFIG = PersistenceTestKitPlugin.config()
            .withFallback(PersistenceTestKitSnapshotPlugin.config())
            .withFallback(ConfigFactory.parseString("""
                    pekko.actor.provider = local
                    pekko.loglevel = WARNING
                    pekko.actor.testkit.typed.single-expect-default = 15s
                    """))
            .withFallback(ConfigFactory.defaultReference())
            .resolve();

    private final ActorTestKit kit = ActorTestKit.create("entity", CONFIG);
    private final PersistenceTestKit journal = PersistenceTestKit.create(kit.system());
    private final MemoryCiphers keys = new MemoryCiphers();
    private final List<Integer> writes = new CopyOnWriteArrayList<>();
    private final AtomicInteger failing = new AtomicInteger();
    private final AtomicInteger clockFails = new AtomicInteger();
    private volatile Instant now = Instant.parse("2026-01-02T12:00:00Z");

    public Entity() {
        journal.withPolicy(new Policy());
    }

    /** Counts the writes, and lets them fail when told. */
    private final class Policy implements ProcessingPolicy<JournalOperation> {
        @Override
        public ProcessingResult tryProcess(String persistenceId, JournalOperation operation) {
            if (operation instanceof WriteEvents write) {
                if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    return StorageFailure.create(new IllegalStateException("the database is away"));
                }
                writes.add(write.getBatch().size());
            }
            return ProcessingSuccess.getInstance();
        }
    }

    public ActorTestKit kit() {
        return kit;
    }

    public <T> TestProbe<T> probe() {
        return kit.createTestProbe();
    }

    public MemoryCiphers keys() {
        return keys;
    }

    public Instant now() {
        if (clockFails.getAndUpdate(looks -> Math.max(0, looks - 1)) == 1) {
            throw new IllegalStateException("a defect of the clock");
        }
        return now;
    }

    /** The so-manieth look at the clock from now on fails, once. */
    public void failClock(int look) {
        clockFails.set(look);
    }

    /** Whether that look is still to come. */
    public boolean clockFails() {
        return clockFails.get() > 0;
    }

    public void passes(Duration time) {
        now = now.plus(time);
    }

    /** The next writes fail, as when PostgreSQL is away. */
    public void failWrites(int count) {
        failing.set(count);
    }

    /** How many events each write had so far. */
    public List<Integer> writes() {
        return List.copyOf(writes);
    }

    public List<Object> events(String persistenceId) {
        return new ArrayList<>(journal.persistedInStorage(persistenceId));
    }

    /** Waits until an entity has stored so many events, and gives them. */
    public List<Object> awaitEvents(String persistenceId, int count) {
        return kit.<Object>createTestProbe().awaitAssert(() -> {
            List<Object> events = events(persistenceId);
            if (events.size() < count) {
                throw new AssertionError(events.size() + " events (expected: " + count + "): " + events);
            }
            return events;
        });
    }

    /** As when its node dies: nothing but the journal is left. */
    public void kill(ActorRef<?> entity) {
        kit.stop(entity, Duration.ofSeconds(15));
    }

    public static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}
