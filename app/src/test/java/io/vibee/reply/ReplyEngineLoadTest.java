package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.moderation.Moderation;
import io.vibee.reply.Prompt.Role;
import io.vibee.reply.Prompt.Turn;
import io.vibee.reply.ReplyEngine.Command;
import io.vibee.reply.ReplyEngine.Compose;
import io.vibee.reply.ReplyEngine.Limits;
import io.vibee.reply.ReplyOutcome.Answered;
import io.vibee.reply.ReplyOutcome.Saturated;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("Under load the reply engine")
@Tag("actors")
class ReplyEngineLoadTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SLOTS = 20;
    private static final int QUEUED = 200;

    private final CountDownLatch gate = new CountDownLatch(1);
    private final ModelServer server = new ModelServer(ModelServer.answerAfter(gate, "Hello!"));

    @AfterAll
    static void shutDown() {
        KIT.shutdownTestKit();
    }

    @AfterEach
    void close() {
        gate.countDown();
        server.close();
    }

    private ActorRef<Command> engine() {
        return KIT.spawn(ReplyEngine.create(
                Chains.alike(List.of(server.guarded("fake"))),
                new Limits(SLOTS, QUEUED, Duration.ofMinutes(1), Duration.ofMinutes(1)),
                RetryPolicy.DEFAULT,
                Moderation.NONE,
                null,
                (provider, outcome, took) -> {}));
    }

    private static void ask(ActorRef<Command> engine, String owner, ActorRef<ReplyOutcome> asker) {
        Prompt prompt = new Prompt("", List.of(new Turn(Role.USER, null, "Hi")));
        engine.tell(new Compose(
                new ReplyRequest(
                        owner,
                        "chat",
                        "key",
                        "message",
                        prompt,
                        "en",
                        false,
                        ReplyRequest.Purpose.REPLY,
                        Set.of(),
                        false),
                asker));
    }

    @Test
    @DisplayName("takes 10,000 messages at once with 20 slots: each is answered in the end, and no more wait than may")
    void tenThousand() {
        ActorRef<Command> engine = engine();
        TestProbe<ReplyOutcome> asker = KIT.createTestProbe();
        for (int i = 0; i < 10_000; i++) {
            ask(engine, "owner-" + i % 100, asker.ref());
        }
        int away = 10_000 - SLOTS - QUEUED;
        assertThat(asker.receiveSeveralMessages(away, PATIENCE)).allMatch(Saturated.class::isInstance);
        gate.countDown();

        int answered = 0;
        // Those who were sent away come again, as chats do, while there is room.
        int waiting = SLOTS + QUEUED;
        while (answered < 10_000) {
            ReplyOutcome outcome = asker.receiveMessage(PATIENCE);
            waiting--;
            if (outcome instanceof Answered) {
                answered++;
            } else {
                away++;
            }
            if (away > 0 && waiting < SLOTS + QUEUED) {
                away--;
                waiting++;
                ask(engine, "owner-" + answered % 100, asker.ref());
            }
        }
        assertThat(server.calls()).isEqualTo(10_000);
        assertThat(server.mostOpenAtOnce()).isLessThanOrEqualTo(SLOTS);
    }

    @Test
    @DisplayName("answers everybody in turn, however much one of them asks")
    void fair() {
        ActorRef<Command> engine = engine();
        TestProbe<ReplyOutcome> crowd = KIT.createTestProbe();
        for (int i = 0; i < 2 * QUEUED; i++) {
            ask(engine, "crowd", crowd.ref());
        }
        Map<Integer, TestProbe<ReplyOutcome>> others = new HashMap<>();
        for (int i = 0; i < 50; i++) {
            TestProbe<ReplyOutcome> other = KIT.createTestProbe();
            others.put(i, other);
            ask(engine, "other-" + i, other.ref());
        }
        gate.countDown();

        others.values()
                .forEach(other -> assertThat(other.receiveMessage(PATIENCE)).isInstanceOf(Answered.class));
        // What there was no room for was the crowd's, also to make room for the others.
        List<ReplyOutcome> outcomes = crowd.receiveSeveralMessages(2 * QUEUED, PATIENCE);
        assertThat(outcomes.stream().filter(Saturated.class::isInstance).count())
                .isEqualTo(2 * QUEUED - SLOTS - QUEUED + 50);
    }
}
