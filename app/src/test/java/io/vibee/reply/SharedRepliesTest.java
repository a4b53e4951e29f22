package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import io.vibee.moderation.Moderation;
import io.vibee.moderation.PatternList;
import io.vibee.moderation.Rules;
import io.vibee.persistence.DatabaseSpecification;
import io.vibee.persistence.cache.CachedReplies;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.keys.MasterKey;
import io.vibee.reply.Prompt.Role;
import io.vibee.reply.Prompt.Turn;
import io.vibee.reply.ReplyEngine.Command;
import io.vibee.reply.ReplyEngine.Compose;
import io.vibee.reply.ReplyEngine.Drain;
import io.vibee.reply.ReplyEngine.Limits;
import io.vibee.reply.ReplyOutcome.Answered;
import io.vibee.reply.ReplyOutcome.Failed;
import io.vibee.reply.ReplyOutcome.Saturated;
import io.vibee.reply.ReplyOutcome.Stopped;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("The reply engine with a cache")
@Tag("database")
class SharedRepliesTest extends DatabaseSpecification {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final RetryPolicy ONCE =
            new RetryPolicy(1, Duration.ofMillis(2), Duration.ofMillis(10), Duration.ofMillis(300));

    private final CountDownLatch gate = new CountDownLatch(1);
    private final ModelServer server = new ModelServer(ModelServer.answerAfter(gate, "Hello!"));
    private final KeyStore keys = new KeyStore(database, MasterKey.of("a secret of at least thirty-two characters"));
    private final TestProbe<ReplyOutcome> asker = KIT.createTestProbe();
    private final Queue<String> lookups = new ConcurrentLinkedQueue<>();
    private final String keyId = await(keys.obtain("ann", "chat:1")).keyId();

    @AfterAll
    static void shutDown() {
        KIT.shutdownTestKit();
    }

    @AfterEach
    void close() {
        gate.countDown();
        server.close();
    }

    private ActorRef<Command> engine(ModelServer models, Rules rules, int parallel, int queued) {
        Chains<GuardedProvider> chain = Chains.alike(List.of(models.guarded("fake")));
        return KIT.spawn(ReplyEngine.create(
                chain,
                new Limits(parallel, queued, Duration.ofMinutes(1), Duration.ofMinutes(1)),
                ONCE,
                new Moderation(rules, null, false),
                new ReplyCache(
                        keys,
                        new CachedReplies(database),
                        Chains.alike(List.of(models.provider("fake"))),
                        Duration.ofHours(1),
                        PATIENCE,
                        Ticker.systemTicker()),
                new ReplyObserver() {
                    @Override
                    public void called(String provider, CallOutcome outcome, Duration duration) {}

                    @Override
                    public void lookedUp(Lookup lookup) {
                        lookups.add(lookup.name());
                    }
                }));
    }

    private void ask(ActorRef<Command> engine, String text, ActorRef<ReplyOutcome> replyTo) {
        Prompt prompt = new Prompt("", List.of(new Turn(Role.USER, null, text)));
        engine.tell(new Compose(
                new ReplyRequest(
                        "ann", "1", keyId, "m", prompt, "en", false, ReplyRequest.Purpose.REPLY, Set.of(), false),
                replyTo));
    }

    private void awaitLookups(int count) {
        asker.awaitAssert(PATIENCE, () -> {
            assertThat(lookups).hasSize(count);
            return Done.getInstance();
        });
    }

    @Test
    @DisplayName("makes one call for fifty requests for the same at once, whoever waits for a place")
    void once() {
        ActorRef<Command> engine = engine(server, Rules.NONE, 1, 0);
        for (int i = 0; i < 50; i++) {
            ask(engine, i % 2 == 0 ? "Hi" : " Hi\n", asker.ref());
        }
        awaitLookups(50);
        gate.countDown();

        List<ReplyOutcome> outcomes = asker.receiveSeveralMessages(50, PATIENCE);
        assertThat(outcomes).allMatch(Answered.class::isInstance);
        assertThat(outcomes)
                .filteredOn(outcome -> !((Answered) outcome).cached())
                .hasSize(1);
        assertThat(server.calls()).isEqualTo(1);
        assertThat(lookups).filteredOn("MISS"::equals).hasSize(1);
        ask(engine, "Hi ", asker.ref());
        assertThat(asker.receiveMessage(PATIENCE)).isInstanceOfSatisfying(Answered.class, answered -> {
            assertThat(answered.cached()).isTrue();
            assertThat(answered.tries()).isZero();
        });
        assertThat(server.calls()).isEqualTo(1);
    }

    @Test
    @DisplayName("shares a failure, which costs the others nothing and is not kept")
    void failure() {
        CountDownLatch fails = new CountDownLatch(1);
        try (ModelServer failing = new ModelServer(
                call -> {
                    fails.await();
                    ModelServer.respond(400, "{}").play(call);
                },
                ModelServer.answer("Better"))) {
            ActorRef<Command> engine = engine(failing, Rules.NONE, 4, 4);
            ask(engine, "Hi", asker.ref());
            ask(engine, "Hi", asker.ref());
            awaitLookups(2);
            fails.countDown();

            assertThat(asker.receiveSeveralMessages(2, PATIENCE))
                    .extracting(outcome -> ((Failed) outcome).tries())
                    .containsExactlyInAnyOrder(1, 0);
            ask(engine, "Hi", asker.ref());
            assertThat(asker.receiveMessage(PATIENCE))
                    .isInstanceOfSatisfying(
                            Answered.class,
                            answered -> assertThat(answered.cached()).isFalse());
        }
    }

    @Test
    @DisplayName("keeps no answer that the model could not end")
    void cut() {
        String cut = "{\"choices\":[{\"message\":{\"content\":\"One. Two\"},\"finish_reason\":\"length\"}]}";
        try (ModelServer models = new ModelServer(ModelServer.respond(200, cut), ModelServer.answer("One. Two."))) {
            ActorRef<Command> engine = engine(models, Rules.NONE, 4, 4);
            ask(engine, "Hi", asker.ref());
            assertThat(asker.receiveMessage(PATIENCE)).isInstanceOfSatisfying(Answered.class, answered -> {
                assertThat(answered.text()).isEqualTo("One.");
                assertThat(answered.cut()).isTrue();
            });
            ask(engine, "Hi", asker.ref());
            assertThat(asker.receiveMessage(PATIENCE)).isInstanceOfSatisfying(Answered.class, answered -> {
                assertThat(answered.text()).isEqualTo("One. Two.");
                assertThat(answered.cut()).isFalse();
            });
        }
    }

    @Test
    @DisplayName("sends away who waits for one that is sent away, and keeps nothing of it")
    void saturated() {
        ActorRef<Command> engine = engine(server, Rules.NONE, 1, 1);
        ask(engine, "one", asker.ref());
        awaitLookups(1);
        TestProbe<Done> drained = KIT.createTestProbe();
        ask(engine, "two", asker.ref());
        awaitLookups(2);
        ask(engine, "two", asker.ref());
        awaitLookups(3);
        engine.tell(new Drain(drained.ref()));

        assertThat(asker.receiveSeveralMessages(2, PATIENCE)).allMatch(Saturated.class::isInstance);
        gate.countDown();
        assertThat(asker.receiveMessage(PATIENCE)).isInstanceOf(Answered.class);
        drained.receiveMessage(PATIENCE);
    }

    @Test
    @DisplayName("lets who waited for one whose asker is gone ask anew")
    void gone() {
        ActorRef<Command> engine = engine(server, Rules.NONE, 1, 2);
        ask(engine, "one", asker.ref());
        awaitLookups(1);
        TestProbe<ReplyOutcome> other = KIT.createTestProbe();
        ask(engine, "two", other.ref());
        awaitLookups(2);
        ask(engine, "two", asker.ref());
        awaitLookups(3);

        other.stop();

        assertThat(asker.receiveMessage(PATIENCE)).isInstanceOf(Saturated.class);
    }

    @Test
    @DisplayName("tells everyone to ask again when it stops")
    void stops() {
        ActorRef<Command> engine = engine(server, Rules.NONE, 1, 1);
        ask(engine, "one", asker.ref());
        ask(engine, "one", asker.ref());
        awaitLookups(2);
        KIT.stop(engine, PATIENCE);

        assertThat(asker.receiveSeveralMessages(2, PATIENCE)).allMatch(Saturated.class::isInstance);
    }

    @Test
    @DisplayName("looks for nothing that its rules stop, and gives no kept answer that they stop by now")
    void rules() {
        gate.countDown();
        ActorRef<Command> lax = engine(server, Rules.NONE, 4, 4);
        ask(lax, "Hi", asker.ref());
        assertThat(asker.receiveMessage(PATIENCE)).isInstanceOf(Answered.class);
        awaitLookups(1);
        ActorRef<Command> strict = engine(server, new Rules(0, PatternList.parse(List.of("hello", "casino"))), 4, 4);

        ask(strict, "casino", asker.ref());
        assertThat(asker.receiveMessage(PATIENCE))
                .isInstanceOfSatisfying(
                        Stopped.class,
                        stopped -> assertThat(stopped.why().detail()).isEqualTo("pattern:2"));
        ask(strict, "Hi", asker.ref());
        assertThat(asker.receiveMessage(PATIENCE))
                .isInstanceOfSatisfying(
                        Stopped.class,
                        stopped -> assertThat(stopped.why().detail()).isEqualTo("answer_pattern:1"));
        assertThat(server.calls()).isEqualTo(2);
    }
}
