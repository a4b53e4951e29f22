package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.vibee.moderation.Moderation;
import io.vibee.protocol.chat.Forbidden;
import io.vibee.reply.Prompt.Role;
import io.vibee.reply.Prompt.Turn;
import io.vibee.reply.ReplyEngine.Command;
import io.vibee.reply.ReplyEngine.Compose;
import io.vibee.reply.ReplyEngine.Drain;
import io.vibee.reply.ReplyEngine.Limits;
import io.vibee.reply.ReplyOutcome.Answered;
import io.vibee.reply.ReplyOutcome.Failed;
import io.vibee.reply.ReplyOutcome.Saturated;
import java.time.Duration;
import java.util.ArrayList;
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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@DisplayName("The reply engine")
@Tag("actors")
class ReplyEngineTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final RetryPolicy QUICK =
            new RetryPolicy(3, Duration.ofMillis(2), Duration.ofMillis(10), Duration.ofMillis(300));
    private static final ReplyObserver UNWATCHED = (provider, outcome, duration) -> {};
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CountDownLatch gate = new CountDownLatch(1);
    private final ModelServer server = new ModelServer(ModelServer.answerAfter(gate, "Hello!"));
    private final TestProbe<ReplyOutcome> asker = KIT.createTestProbe();

    @AfterAll
    static void shutDown() {
        KIT.shutdownTestKit();
    }

    @AfterEach
    void close() {
        gate.countDown();
        server.close();
    }

    private static ReplyRequest request(int number) {
        return new ReplyRequest(
                "owner",
                "chat",
                "key",
                "message-" + number,
                new Prompt("", List.of(new Turn(Role.USER, null, "Hi"))),
                "en",
                false,
                ReplyRequest.Purpose.REPLY,
                Set.of(),
                false);
    }

    private ActorRef<Command> engine(int parallel, int queued) {
        return engine(new Limits(parallel, queued, Duration.ofMinutes(1), Duration.ofMinutes(1)));
    }

    private ActorRef<Command> engine(Limits limits) {
        return KIT.spawn(ReplyEngine.create(
                Chains.alike(List.of(server.guarded("fake"))), limits, QUICK, Moderation.NONE, null, UNWATCHED));
    }

    private void ask(ActorRef<Command> engine, int times) {
        for (int i = 0; i < times; i++) {
            engine.tell(new Compose(request(i), asker.ref()));
        }
    }

    private void awaitOpen(int calls) {
        asker.awaitAssert(PATIENCE, () -> {
            assertThat(server.open()).isEqualTo(calls);
            return Done.getInstance();
        });
    }

    private List<ReplyOutcome> outcomes(int expected) {
        List<ReplyOutcome> outcomes = new ArrayList<>(asker.receiveSeveralMessages(expected, PATIENCE));
        asker.expectNoMessage(Duration.ofMillis(50));
        return outcomes;
    }

    @Test
    @DisplayName("never makes more calls at a time than it may, and answers each request once")
    void bounded() {
        ActorRef<Command> engine = engine(4, 100);
        ask(engine, 60);
        awaitOpen(4);
        gate.countDown();

        assertThat(outcomes(60)).allMatch(Answered.class::isInstance);
        assertThat(server.calls()).isEqualTo(60);
        assertThat(server.mostOpenAtOnce()).isEqualTo(4);
    }

    @Test
    @DisplayName("lets an answer be heard while it comes, unless it may be stopped when it is whole")
    void heard() {
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        String piece = "{\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}";
        try (ModelServer streaming = new ModelServer(ModelServer.stream(piece, "[DONE]"))) {
            ActorRef<Command> engine = KIT.spawn(ReplyEngine.create(
                    Chains.alike(List.of(streaming.guarded("fake"))),
                    Limits.DEFAULT,
                    QUICK,
                    Moderation.NONE,
                    null,
                    UNWATCHED));
            ReplyRequest open = request(1).withStreamed(true);
            ReplyRequest judged = new ReplyRequest(
                    "owner",
                    "chat",
                    "key",
                    "m",
                    open.prompt(),
                    "en",
                    false,
                    ReplyRequest.Purpose.REPLY,
                    Set.of(Forbidden.LINKS),
                    true);
            engine.tell(new Compose(judged, asker.ref(), text -> heard.add(text.get())));
            assertThat(outcomes(1)).allMatch(Answered.class::isInstance);
            assertThat(heard).isEmpty();
            engine.tell(new Compose(open, asker.ref(), text -> heard.add(text.get())));
            assertThat(outcomes(1)).allMatch(Answered.class::isInstance);
            assertThat(heard).contains("Hi");
        }
    }

    @Test
    @DisplayName("knows no bound when it is set to 0")
    void unbounded() {
        ActorRef<Command> engine = engine(0, 0);
        ask(engine, 20);
        awaitOpen(20);
        gate.countDown();

        assertThat(outcomes(20)).allMatch(Answered.class::isInstance);
    }

    @Nested
    @DisplayName("when it is full")
    class Full {
        @Test
        @DisplayName("tells the next at once to come back later")
        void overflow() {
            ActorRef<Command> engine = engine(2, 3);
            ask(engine, 9);

            assertThat(outcomes(4))
                    .allSatisfy(outcome -> assertThat(outcome)
                            .isInstanceOfSatisfying(
                                    Saturated.class,
                                    saturated -> assertThat(saturated.retryAfter())
                                            .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(60))));
            gate.countDown();
            assertThat(outcomes(5)).allMatch(Answered.class::isInstance);
            assertThat(server.calls()).isEqualTo(5);
        }

        @Test
        @DisplayName("serves those who wait in their order")
        void order() {
            ActorRef<Command> engine = engine(1, 10);
            List<TestProbe<ReplyOutcome>> askers = new ArrayList<>();
            Queue<Integer> served = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < 5; i++) {
                int number = i;
                TestProbe<ReplyOutcome> probe = KIT.createTestProbe();
                askers.add(probe);
                engine.tell(new Compose(request(i), KIT.spawn(Noting.of(number, served, probe.ref()))));
            }
            gate.countDown();

            askers.forEach(probe -> probe.receiveMessage(PATIENCE));
            assertThat(served).containsExactly(0, 1, 2, 3, 4);
        }

        @Test
        @DisplayName("sends away who has waited too long")
        void waitedTooLong() {
            ActorRef<Command> engine = engine(new Limits(1, 10, Duration.ofMillis(100), Duration.ofMinutes(1)));
            ask(engine, 4);

            assertThat(outcomes(3)).allMatch(Saturated.class::isInstance);
            gate.countDown();
            assertThat(outcomes(1)).allMatch(Answered.class::isInstance);
            assertThat(server.calls()).isEqualTo(1);
        }

        @Test
        @DisplayName("frees the place of one who has stopped")
        void gone() {
            ActorRef<Command> engine = engine(1, 2);
            TestProbe<ReplyOutcome> other = KIT.createTestProbe();
            ask(engine, 1);
            awaitOpen(1);
            engine.tell(new Compose(request(1), other.ref()));
            engine.tell(new Compose(request(2), other.ref()));
            ask(engine, 1);
            assertThat(outcomes(1)).allMatch(Saturated.class::isInstance);

            other.stop();
            // The place is free once the engine has heard of it: until then it sends away.
            asker.awaitAssert(PATIENCE, () -> {
                ask(engine, 1);
                asker.expectNoMessage(Duration.ofMillis(300));
                return Done.getInstance();
            });
            gate.countDown();

            assertThat(outcomes(2)).allMatch(Answered.class::isInstance);
            assertThat(server.calls()).isEqualTo(2);
        }
    }

    @Nested
    @DisplayName("when it stops")
    class Stops {
        @Test
        @DisplayName("finishes what it works on, sends away what waits or comes, then says so")
        void drain() {
            ActorRef<Command> engine = engine(2, 10);
            TestProbe<Done> drained = KIT.createTestProbe();
            ask(engine, 5);
            awaitOpen(2);
            engine.tell(new Drain(drained.ref()));
            ask(engine, 1);

            assertThat(outcomes(4)).allMatch(Saturated.class::isInstance);
            drained.expectNoMessage(Duration.ofMillis(50));
            gate.countDown();
            assertThat(outcomes(2)).allMatch(Answered.class::isInstance);
            drained.receiveMessage(PATIENCE);
        }

        @Test
        @DisplayName("is drained at once when there is nothing to finish, and sends away what comes later")
        void idle() {
            ActorRef<Command> engine = engine(2, 10);
            TestProbe<Done> drained = KIT.createTestProbe();
            engine.tell(new Drain(drained.ref()));

            drained.receiveMessage(PATIENCE);
            ask(engine, 1);
            assertThat(outcomes(1)).allMatch(Saturated.class::isInstance);
        }

        @Test
        @DisplayName("without being drained, tells everyone to ask again")
        void stopped() {
            ActorRef<Command> engine = engine(2, 10);
            ask(engine, 5);
            awaitOpen(2);
            KIT.stop(engine, PATIENCE);

            assertThat(outcomes(5)).allMatch(Saturated.class::isInstance);
        }
    }

    @Test
    @DisplayName("fails each request while no provider is configured")
    void noProvider() {
        ActorRef<Command> engine = KIT.spawn(
                ReplyEngine.create(Chains.alike(List.of()), Limits.DEFAULT, QUICK, Moderation.NONE, null, UNWATCHED));
        ask(engine, 3);

        assertThat(outcomes(3)).containsOnly(new Failed("no model provider is configured", 0));
    }

    @Test
    @DisplayName("outlives a defect in what it calls, and still answers")
    void defect() {
        ReplyObserver broken = (provider, outcome, duration) -> {
            throw new IllegalStateException("broken observer");
        };
        gate.countDown();
        ActorRef<Command> engine = KIT.spawn(ReplyEngine.create(
                Chains.alike(List.of(server.guarded("fake"))), Limits.DEFAULT, QUICK, Moderation.NONE, null, broken));
        ask(engine, 2);

        assertThat(outcomes(2)).containsOnly(new Failed("a defect of the engine: IllegalStateException", 0));
    }

    @Test
    @DisplayName("never lets a key or a person's words into a log")
    void silent() {
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                lines.add(event.getFormattedMessage() + " " + event.getKeyValuePairs() + " "
                        + (event.getThrowableProxy() == null
                                ? ""
                                : event.getThrowableProxy().getMessage()));
            }
        };
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        root.setLevel(Level.TRACE);
        appender.start();
        root.addAppender(appender);
        try (ModelServer refusing = new ModelServer(ModelServer.respond(
                        401, "{\"error\":{\"message\":\"Incorrect key " + ModelServer.KEY + "\"}}"));
                ModelServer failing = new ModelServer(ModelServer.hangUp())) {
            ActorRef<Command> engine = KIT.spawn(ReplyEngine.create(
                    Chains.alike(List.of(refusing.guarded("one"), failing.guarded("two"))),
                    Limits.DEFAULT,
                    QUICK,
                    Moderation.NONE,
                    null,
                    UNWATCHED));
            Prompt prompt = new Prompt("my persona", List.of(new Turn(Role.USER, null, "my secret words")));
            engine.tell(new Compose(
                    new ReplyRequest(
                            "owner",
                            "chat-7",
                            "key",
                            "m",
                            prompt,
                            "en",
                            false,
                            ReplyRequest.Purpose.REPLY,
                            Set.of(),
                            false),
                    asker.ref()));

            assertThat(outcomes(1))
                    .containsExactly(new Failed(
                            "one answered 401 (key refused); two could not be reached or cut the answer", 4));
        } finally {
            root.detachAppender(appender);
            root.setLevel(before);
        }

        assertThat(lines).anyMatch(line -> line.contains("chat-7") && line.contains("answered 401"));
        assertThat(lines)
                .noneMatch(line -> line.contains(ModelServer.KEY)
                        || line.contains("my secret words")
                        || line.contains("my persona"));
    }

    @Test
    @DisplayName("refuses limits that make no sense")
    void limits() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Limits(-1, 0, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .withMessageContaining("parallel: -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Limits(1, 0, Duration.ZERO, Duration.ofSeconds(1)))
                .withMessageContaining("wait: PT0S");
        assertThat(Limits.DEFAULT.outcomeWithin()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    @DisplayName("leaves time for a whole call of the slowest provider and for another one after it")
    void slowProvider() {
        assertThat(Limits.DEFAULT.withTimeout(Duration.ZERO)).isEqualTo(Limits.DEFAULT);
        assertThat(Limits.DEFAULT.withTimeout(Provider.DEFAULT_TIMEOUT)).isEqualTo(Limits.DEFAULT);
        assertThat(Limits.DEFAULT.withTimeout(Duration.ofMinutes(4)).outcomeWithin())
                .isEqualTo(Duration.ofSeconds(30 + 360));
        assertThat(Limits.DEFAULT.withTimeout(Duration.ofDays(36_500)).replyWithin())
                .isEqualTo(Duration.ofHours(1));
    }
}
