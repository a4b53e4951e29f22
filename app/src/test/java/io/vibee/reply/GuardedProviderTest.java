package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vibee.reply.CallResult.Answer;
import io.vibee.reply.CallResult.Fault;
import io.vibee.reply.CallResult.Refused;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.CallResult.TooLong;
import io.vibee.reply.GuardedProvider.Admission;
import io.vibee.reply.GuardedProvider.Breaker;
import io.vibee.reply.GuardedProvider.State;
import io.vibee.reply.ReplyObserver.CallOutcome;
import io.vibee.reply.ReplyOutcome.Usage;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A guarded provider")
class GuardedProviderTest {

    private static final CallResult ANSWER = new Answer("Hello!", "m", new Usage(1, 1));
    private static final CallResult FAILURE = new Retryable(CallOutcome.PROVIDER_ERROR, "answered 500");
    private static final CallResult LIMITED = new Retryable(CallOutcome.RATE_LIMITED, "answered 429");

    private final GuardedProvider provider = guarded(0);
    private long now;

    private static GuardedProvider guarded(int parallel) {
        return new GuardedProvider(
                new Provider(
                        "one",
                        Provider.Format.CHAT_COMPLETIONS,
                        URI.create("http://x.test"),
                        "key",
                        "m",
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        parallel),
                new Breaker(5, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60)));
    }

    private void call(CallResult... results) {
        for (CallResult result : results) {
            assertThat(provider.enter(now)).isEqualTo(Admission.ADMITTED);
            provider.left(result, now);
        }
    }

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    private void fail() {
        call(FAILURE, FAILURE, FAILURE, FAILURE, FAILURE);
    }

    @Test
    @DisplayName("is asked while not five calls in a row failed")
    void works() {
        call(FAILURE, FAILURE, FAILURE, FAILURE, ANSWER, FAILURE, FAILURE, FAILURE, FAILURE);
        assertThat(provider.stateAt(now)).isEqualTo(State.CLOSED);

        call(FAILURE);

        assertThat(provider.stateAt(now)).isEqualTo(State.OPEN);
        assertThat(provider.enter(now)).isEqualTo(Admission.NOT_NOW);
    }

    @Test
    @DisplayName("works as far as refusals, too long prompts and rate limits tell")
    void noFailures() {
        for (int i = 0; i < 10; i++) {
            call(FAILURE, new TooLong("too long"), FAILURE, new Refused("declined", Fault.CONTENT), LIMITED, LIMITED);
        }
        assertThat(provider.stateAt(now)).isEqualTo(State.CLOSED);
    }

    @Test
    @DisplayName("is asked by one call when its time is over, and again by all when that succeeds")
    void probe() {
        fail();
        pass(10);
        assertThat(provider.stateAt(now)).isEqualTo(State.HALF_OPEN);
        assertThat(provider.enter(now)).isEqualTo(Admission.ADMITTED);
        assertThat(provider.enter(now)).isEqualTo(Admission.NOT_NOW);

        provider.left(ANSWER, now);

        assertThat(provider.enter(now)).isEqualTo(Admission.ADMITTED);
        assertThat(provider.enter(now)).isEqualTo(Admission.ADMITTED);
    }

    @Test
    @DisplayName("is left alone twice as long after each probe that fails, up to the longest time")
    void doubling() {
        fail();
        for (int open : new int[] {10, 20, 30, 30}) {
            pass(open - 1);
            assertThat(provider.enter(now)).isEqualTo(Admission.NOT_NOW);
            pass(1);
            call(FAILURE);
        }
        pass(30);
        call(ANSWER);
        fail();
        pass(10);
        assertThat(provider.enter(now)).isEqualTo(Admission.ADMITTED);
    }

    @Test
    @DisplayName("is probed again when a probe told nothing")
    void nothingTold() {
        fail();
        pass(10);
        assertThat(provider.enter(now)).isEqualTo(Admission.ADMITTED);
        provider.left(null, now);

        assertThat(provider.enter(now)).isEqualTo(Admission.ADMITTED);
    }

    @Test
    @DisplayName("cools down when its key, money or model is refused, and is probed after it")
    void coolDown() {
        call(new Refused("key refused", Fault.ACCOUNT));
        assertThat(provider.stateAt(now)).isEqualTo(State.COOLING_DOWN);
        pass(59);
        assertThat(provider.enter(now)).isEqualTo(Admission.NOT_NOW);
        pass(1);
        assertThat(provider.enter(now)).isEqualTo(Admission.ADMITTED);
        assertThat(provider.enter(now)).isEqualTo(Admission.NOT_NOW);
    }

    @Test
    @DisplayName("is left alone for as long as a rate limit asks, when that is long")
    void longLimit() {
        call(new Retryable(CallOutcome.RATE_LIMITED, "answered 429", Duration.ofSeconds(40)));
        assertThat(provider.stateAt(now)).isEqualTo(State.COOLING_DOWN);
        pass(40);
        call(ANSWER);
        call(new Retryable(CallOutcome.RATE_LIMITED, "answered 429", Duration.ofHours(2)));
        pass(60);
        assertThat(provider.enter(now)).isEqualTo(Admission.ADMITTED);
    }

    @Test
    @DisplayName("does not believe an answer to a call from before it was shut")
    void late() {
        assertThat(provider.enter(now)).isEqualTo(Admission.ADMITTED);
        fail();

        provider.left(ANSWER, now);

        assertThat(provider.stateAt(now)).isEqualTo(State.OPEN);
    }

    @Test
    @DisplayName("has no more calls at a time than it may")
    void parallel() {
        GuardedProvider narrow = guarded(2);
        assertThat(narrow.enter(now)).isEqualTo(Admission.ADMITTED);
        assertThat(narrow.enter(now)).isEqualTo(Admission.ADMITTED);
        assertThat(narrow.enter(now)).isEqualTo(Admission.BUSY);

        narrow.left(ANSWER, now);

        assertThat(narrow.enter(now)).isEqualTo(Admission.ADMITTED);
    }

    @Test
    @DisplayName("refuses a breaker that makes no sense")
    void breaker() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Breaker(0, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .withMessageContaining("expected: at least one failure");
    }
}
