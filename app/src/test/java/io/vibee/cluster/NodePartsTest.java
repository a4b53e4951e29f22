package io.vibee.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A part of a node")
@Timeout(60)
@Tag("actors")
class NodePartsTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestProbe<String> probe = KIT.createTestProbe();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private static NodeParts parts() {
        return NodeParts.of(KIT.system());
    }

    /** Says what it hears, and throws what it is told to throw. */
    private Behavior<Object> echo(AtomicInteger starts) {
        return Behaviors.setup(context -> {
            starts.incrementAndGet();
            return Behaviors.receiveMessage(message -> {
                if (message instanceof RuntimeException failure) {
                    throw failure;
                }
                if (message instanceof Error failure) {
                    throw failure;
                }
                probe.ref().tell(String.valueOf(message));
                return Behaviors.same();
            });
        });
    }

    static List<Throwable> faults() {
        return List.of(
                new IllegalStateException("a defect"),
                new StackOverflowError(),
                new NoClassDefFoundError("missing"),
                new AssertionError("impossible"));
    }

    @Nested
    @DisplayName("that throws")
    class Throwing {

        @ParameterizedTest
        @MethodSource("io.vibee.cluster.NodePartsTest#faults")
        @DisplayName("begins again with a fresh state, and hears what it was told meanwhile")
        void back(Throwable fault) {
            AtomicInteger starts = new AtomicInteger();
            ActorRef<Object> part = KIT.spawn(NodeParts.supervised("a part", echo(starts)));
            part.tell(fault);
            part.tell("told meanwhile");

            assertThat(probe.receiveMessage(PATIENCE)).isEqualTo("told meanwhile");
            assertThat(starts).hasValue(2);
        }

        @Test
        @DisplayName("while it reads another's answer begins again too")
        void adapting() {
            AtomicInteger starts = new AtomicInteger();
            ActorRef<Object> part = KIT.spawn(NodeParts.supervised("a reader", Behaviors.setup(context -> {
                if (starts.incrementAndGet() == 1) {
                    context.pipeToSelf(CompletableFuture.completedFuture("an answer"), (answer, failure) -> {
                        throw new IllegalStateException("it can't be read");
                    });
                }
                return echo(new AtomicInteger());
            })));
            probe.awaitAssert(PATIENCE, () -> assertThat(starts).hasValue(2));
            part.tell("hello");

            assertThat(probe.receiveMessage(PATIENCE)).isEqualTo("hello");
        }

        @Test
        @DisplayName("while it starts begins again too")
        void starting() {
            AtomicInteger starts = new AtomicInteger();
            ActorRef<Object> part = KIT.spawn(NodeParts.supervised("a slow starter", Behaviors.setup(context -> {
                if (starts.incrementAndGet() < 3) {
                    throw new IllegalStateException("not yet");
                }
                return echo(new AtomicInteger());
            })));
            part.tell("hello");

            assertThat(probe.receiveMessage(PATIENCE)).isEqualTo("hello");
            assertThat(starts).hasValue(3);
        }

        @Test
        @DisplayName("again and again is named, but one of many is only counted, and a part that stopped is neither")
        void named() {
            ActorRef<Object> part = KIT.spawn(NodeParts.supervised("heart", echo(new AtomicInteger())));
            ActorRef<Object> one = KIT.spawn(NodeParts.supervised("leaf", "leaf-1", echo(new AtomicInteger())));
            IntStream.range(0, NodeParts.OFTEN).forEach(time -> {
                part.tell(new IllegalStateException("a defect"));
                one.tell(new IllegalStateException("a defect"));
            });
            probe.awaitAssert(PATIENCE, () -> {
                assertThat(parts().failing().parts()).contains("heart");
                assertThat(parts().failing().ofMany()).containsEntry("leaf", 1L);
                return true;
            });
            KIT.stop(part);
            KIT.stop(one);

            assertThat(parts().failing().parts()).doesNotContain("heart");
            assertThat(parts().failing().ofMany()).doesNotContainKey("leaf");
        }
    }

    @Nested
    @DisplayName("counts as failing")
    class Counting {

        private final AtomicLong now = new AtomicLong();
        private final NodeParts parts = new NodeParts(now::get);
        private final NodeParts.Part part = new NodeParts.Part("heart", null);

        private void fails() {
            parts.failed(part, Defect.of(new IllegalStateException("a defect")));
        }

        private void passes(Duration time) {
            now.addAndGet(time.toNanos());
        }

        @Test
        @DisplayName("with the third failure within a minute, until it has run for a while")
        void often() {
            fails();
            passes(Duration.ofSeconds(29));
            fails();
            assertThat(parts.failing().none()).isTrue();
            passes(Duration.ofSeconds(29));
            fails();
            assertThat(parts.failing().parts()).containsExactly("heart");
            passes(NodeParts.STABLE_AFTER);
            assertThat(parts.failing().none()).isTrue();
        }

        @Test
        @DisplayName("not for a failure now and then")
        void seldom() {
            for (int i = 0; i < 10; i++) {
                fails();
                passes(NodeParts.STABLE_AFTER);
                assertThat(parts.failing().none()).isTrue();
            }
        }
    }

    @Test
    @DisplayName("that is repeated goes on after a failure")
    void repeated() {
        AtomicInteger times = new AtomicInteger();
        var repeated = NodeParts.repeat(KIT.system(), "a chore", Duration.ofMillis(10), () -> {
            if (times.incrementAndGet() < 3) {
                throw new IllegalStateException("not yet");
            }
            probe.ref().tell("done");
        });

        assertThat(probe.receiveMessage(PATIENCE)).isEqualTo("done");
        repeated.cancel();
    }

    @Test
    @DisplayName("tells a fault without its message, which may be a person's words")
    void told() {
        Defect defect =
                Defect.of(new RuntimeException("Ann wrote: help", new IllegalStateException("Ann wrote: help")));

        assertThat(defect.kindAndPlace()).startsWith("IllegalStateException at NodePartsTest.told:");
        assertThat(defect).hasNoCause();
        assertThat(defect.toString()).doesNotContain("Ann");
        assertThat(Defect.of(defect)).isSameAs(defect);
    }
}
