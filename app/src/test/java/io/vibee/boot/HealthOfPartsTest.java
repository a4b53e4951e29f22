package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.cluster.Entities;
import io.vibee.cluster.NodeParts;
import io.vibee.http.ReadinessCheck;
import io.vibee.journal.ThrowsIn;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.PoolSettings;
import io.vibee.journal.database.TestDatabase;
import io.vibee.metrics.Metrics;
import io.vibee.moderation.Moderation;
import io.vibee.persistence.recovery.UnfinishedRows;
import io.vibee.recovery.ErasureWatch;
import io.vibee.recovery.Sweep;
import io.vibee.reply.Chains;
import io.vibee.reply.ReplyEngine;
import io.vibee.reply.ReplyEngine.Limits;
import io.vibee.reply.ReplyOutcome;
import io.vibee.reply.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.actor.DeadLetter;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The health of a node's parts")
@Timeout(60)
@Tag("database")
class HealthOfPartsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static Entity entity;
    private static Database database;

    @BeforeAll
    static void start() {
        entity = new Entity();
        database = Database.open(TestDatabase.fresh(), PoolSettings.defaults());
    }

    @AfterAll
    static void stop() {
        entity.close();
        database.close();
    }

    private static ReadinessCheck parts() {
        return HealthChecks.parts(entity.kit().system()).toCompletableFuture().join();
    }

    private static Behavior<String> broken() {
        return Behaviors.setup(context -> {
            throw new IllegalStateException("it can't start");
        });
    }

    @Test
    @DisplayName("is down with the name of one that keeps failing, and up again without it")
    void named() {
        assertThat(parts()).isEqualTo(ReadinessCheck.up());
        ActorRef<String> part = entity.kit().spawn(NodeParts.supervised("heart", broken()));
        entity.probe().awaitAssert(PATIENCE, () -> {
            assertThat(parts()).isEqualTo(ReadinessCheck.down("heart keeps failing"));
            return true;
        });
        entity.kit().stop(part);
        assertThat(parts()).isEqualTo(ReadinessCheck.up());
    }

    @Test
    @DisplayName("is up when one of many keeps failing, and tells how many do")
    void ofMany() {
        ActorRef<String> leaf = entity.kit().spawn(NodeParts.supervised("chat", "cht_1", broken()));
        entity.probe().awaitAssert(PATIENCE, () -> {
            assertThat(parts()).isEqualTo(ReadinessCheck.up("chat (1) keeps failing"));
            return true;
        });
        entity.kit().stop(leaf);
    }

    @Test
    @ThrowsIn(ReplyEngine.class)
    @DisplayName("includes the reply engine, which answers what it can't work on, and is back after a fault")
    @SuppressWarnings("NullAway") // a request that nobody makes
    void engine() {
        ActorRef<ReplyEngine.Command> engine = entity.kit()
                .spawn(ReplyEngine.create(
                        Chains.alike(List.of()),
                        Limits.DEFAULT,
                        RetryPolicy.DEFAULT,
                        Moderation.NONE,
                        null,
                        (provider, outcome, duration) -> {}));
        TestProbe<ReplyOutcome> asker = entity.probe();
        engine.tell(new ReplyEngine.Compose(null, asker.ref()));
        assertThat(asker.receiveMessage())
                .isInstanceOfSatisfying(
                        ReplyOutcome.Failed.class,
                        failed ->
                                assertThat(failed.cause()).startsWith("a defect of the engine: NullPointerException"));
        // This one can't even be answered.
        engine.tell(new ReplyEngine.Compose(null, null));
        TestProbe<Done> drained = entity.probe();
        engine.tell(new ReplyEngine.Drain(drained.ref()));
        drained.expectMessage(PATIENCE, Done.getInstance());
    }

    @Test
    @DisplayName("includes the sweep, which is tried again and again where it can't start")
    void sweep() {
        Entities nobody = new Entities(
                id -> entity.kit().system().ignoreRef(),
                id -> entity.kit().system().ignoreRef(),
                id -> entity.kit().system().ignoreRef(),
                id -> entity.kit().system().ignoreRef());
        // This system is no member of a cluster.
        ActorRef<Sweep.Command> sweep =
                entity.kit().spawn(Sweep.create(nobody, new UnfinishedRows(database), List.of(), new Metrics()));

        entity.probe().awaitAssert(PATIENCE, () -> {
            assertThat(parts()).isEqualTo(ReadinessCheck.down("sweep keeps failing"));
            return true;
        });
        entity.kit().stop(sweep);
    }

    @Test
    @ThrowsIn(ErasureWatch.class)
    @DisplayName("includes the watch over erasures, which looks again after each fault")
    void erasureWatch() {
        AtomicBoolean well = new AtomicBoolean();
        AtomicInteger looks = new AtomicInteger();
        ActorRef<ErasureWatch.Command> watch = entity.kit().spawn(ErasureWatch.create(() -> {
            if (!well.get()) {
                throw new IllegalStateException("a defect");
            }
            looks.incrementAndGet();
            return CompletableFuture.completedFuture(Done.getInstance());
        }));

        entity.probe().awaitAssert(PATIENCE, () -> {
            assertThat(parts()).isEqualTo(ReadinessCheck.down("erasure-watch keeps failing"));
            return true;
        });
        well.set(true);
        entity.probe().awaitAssert(PATIENCE, () -> assertThat(looks).hasPositiveValue());
        entity.kit().stop(watch);
    }

    @Test
    @ThrowsIn(UntakenMessages.class)
    @DisplayName("includes who counts messages that nobody took, also after a fault")
    void untaken() {
        AtomicInteger heard = new AtomicInteger();
        ActorRef<Object> counting = entity.kit()
                .spawn(UntakenMessages.create(
                        () -> {
                            if (heard.incrementAndGet() == 1) {
                                throw new IllegalStateException("a defect");
                            }
                        },
                        () -> {}));
        var system = entity.kit().system();
        var nobody = Adapter.toClassic(system).deadLetters();
        entity.probe().awaitAssert(PATIENCE, () -> {
            system.eventStream().tell(new EventStream.Publish<>(new DeadLetter("too late", nobody, nobody)));
            assertThat(heard).hasValueGreaterThan(1);
            return true;
        });
        entity.kit().stop(counting);
    }
}
