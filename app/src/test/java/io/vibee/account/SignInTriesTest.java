package io.vibee.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.boot.Entity;
import io.vibee.journal.ThrowsIn;
import io.vibee.protocol.account.SignInTriesCommand;
import io.vibee.protocol.account.SignInTriesCommand.GiveBack;
import io.vibee.protocol.account.SignInTriesCommand.Take;
import io.vibee.protocol.account.SignInTriesCommand.Taken;
import io.vibee.protocol.account.SignInTry;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("Tries to sign in")
@Timeout(60)
@Tag("actors")
class SignInTriesTest {

    private static final String SECRET = "a secret of the tests that is long enough";
    private static final SignInClient CLIENT = SignInClient.of(InetAddress.getLoopbackAddress());
    private static final SignInTry FROM_ONE_NETWORK = new SignInTry("ann", CLIENT.address(), CLIENT.network(), false);
    private static Entity entity;

    @BeforeAll
    static void start() {
        entity = new Entity();
    }

    @AfterAll
    static void stop() {
        entity.close();
    }

    private static Taken take(ActorRef<SignInTriesCommand> tries) {
        TestProbe<Taken> probe = entity.probe();
        tries.tell(new Take(FROM_ONE_NETWORK, probe.ref()));
        return probe.receiveMessage();
    }

    private static void takeAll(ActorRef<SignInTriesCommand> tries) {
        for (int i = 0; i < SignInLimiter.TRIES_OF_NETWORK; i++) {
            assertThat(take(tries)).isEqualTo(new Taken(0));
        }
        assertThat(take(tries).waitMillis()).isBetween(1L, 60_000L);
    }

    @Test
    @DisplayName("are counted, and given back")
    void counted() {
        ActorRef<SignInTriesCommand> tries = entity.kit().spawn(SignInTries.create("1"));
        takeAll(tries);
        tries.tell(new GiveBack(FROM_ONE_NETWORK));

        assertThat(take(tries)).isEqualTo(new Taken(0));
        assertThat(take(tries).waitMillis()).isPositive();
    }

    @Test
    @ThrowsIn(SignInTries.class)
    @SuppressWarnings("NullAway") // a try that nobody makes
    @DisplayName("stay counted when who counts them begins again after a fault")
    void fault() {
        ActorRef<SignInTriesCommand> tries = entity.kit().spawn(SignInTries.create("2"));
        takeAll(tries);
        tries.tell(new GiveBack(null));

        assertThat(take(tries).waitMillis()).isPositive();
    }

    @Nested
    @DisplayName("are judged")
    class Guarded {

        private final TestProbe<SignInTriesCommand> tries = entity.probe();
        private final SignInGuard guard = new SignInGuard(
                SECRET, part -> tries.ref(), entity.kit().system().scheduler());

        private SignInGuard.Attempt attempt() {
            return Entity.await(guard.attempt("ann", CLIENT, false));
        }

        @Test
        @DisplayName("by whoever counts for the name, who is told of each that succeeds")
        void asked() {
            var attempt = guard.attempt("ann", CLIENT, false);
            Take take = tries.expectMessageClass(Take.class);
            assertThat(take.made()).isEqualTo(FROM_ONE_NETWORK);
            take.replyTo().tell(new Taken(0));
            assertThat(Entity.await(attempt).refusedFor()).isEmpty();
            Entity.await(attempt).giveBack().run();
            tries.expectMessage(new GiveBack(FROM_ONE_NETWORK));

            attempt = guard.attempt("ann", CLIENT, false);
            tries.expectMessageClass(Take.class).replyTo().tell(new Taken(1_500));
            assertThat(Entity.await(attempt).refusedFor()).isEqualTo(Optional.of(Duration.ofMillis(1_500)));
        }

        @Test
        @DisplayName("by this node while nobody answers, and are then not counted there")
        void alone() {
            assertThat(attempt().refusedFor()).isEmpty();
            tries.expectMessageClass(Take.class);
            tries.expectMessage(new GiveBack(FROM_ONE_NETWORK));
            List<CompletionStage<SignInGuard.Attempt>> others = IntStream.range(0, SignInLimiter.TRIES_OF_NETWORK)
                    .mapToObj(i -> guard.attempt("ann", CLIENT, false))
                    .toList();

            assertThat(others.stream()
                            .map(Entity::await)
                            .filter(other -> other.refusedFor().isEmpty()))
                    .hasSize(SignInLimiter.TRIES_OF_NETWORK - 1);
        }

        @Test
        @DisplayName("by an address that is stored as a hash, which differs from name to name and by the secret")
        void stored() {
            String stored = guard.stored("ann", CLIENT);
            SignInGuard other = new SignInGuard(
                    "another secret of the tests, long enough",
                    part -> tries.ref(),
                    entity.kit().system().scheduler());

            assertThat(stored).matches("[0-9a-f]{64}").isEqualTo(guard.stored("ann", CLIENT));
            assertThat(guard.stored("bob", CLIENT)).isNotEqualTo(stored);
            assertThat(guard.stored("ann", new SignInClient("0a000002", "0a0000")))
                    .isNotEqualTo(stored);
            assertThat(other.stored("ann", CLIENT)).isNotEqualTo(stored);
        }
    }
}
