package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.reply.Prompt.Role;
import io.vibee.reply.Prompt.Turn;
import io.vibee.reply.ReplyOutcome.Answered;
import io.vibee.reply.ReplyOutcome.Failed;
import io.vibee.reply.ReplyOutcome.Usage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A reply")
class ReplyCallTest {
    private static final Prompt PROMPT = new Prompt("Be brief.", List.of(new Turn(Role.USER, null, "Hi")));
    private static final RetryPolicy QUICK =
            new RetryPolicy(3, Duration.ofMillis(2), Duration.ofMillis(10), Duration.ofMillis(300));
    private static final Duration LONG = Duration.ofSeconds(20);

    private final ModelClient client = new ModelClient();
    private final List<String> observed = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        client.close();
    }

    private ReplyOutcome reply(Duration within, Provider... chain) throws Exception {
        return reply(QUICK, within, chain);
    }

    private ReplyOutcome reply(RetryPolicy retry, Duration within, Provider... chain) throws Exception {
        return reply(retry, within, Stream.of(chain).map(ModelServer::guard).toArray(GuardedProvider[]::new));
    }

    private ReplyOutcome reply(RetryPolicy retry, Duration within, GuardedProvider... chain) throws Exception {
        ReplyObserver observer = new ReplyObserver() {
            @Override
            public void called(String provider, CallOutcome outcome, Duration duration) {
                assertThat(duration).isPositive();
                observed.add(provider + " " + outcome);
            }

            @Override
            public void notAsked(String provider) {
                observed.add(provider + " not asked");
            }
        };
        return new ReplyCall(client, List.of(chain), retry, observer, PROMPT, within, text -> {})
                .run()
                .get(60, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("is the first provider's answer when it gives one")
    void first() throws Exception {
        try (ModelServer one = new ModelServer(ModelServer.answer("Hello!"));
                ModelServer two = new ModelServer()) {
            assertThat(reply(LONG, one.provider("one"), two.provider("two")))
                    .isEqualTo(new Answered("Hello!", "one", "test-model-2026-01-01", new Usage(19, 10), 1));
            assertThat(two.calls()).isZero();
            assertThat(observed).containsExactly("one ANSWERED");
        }
    }

    @Test
    @DisplayName("names the model that was asked for and counts tokens when the answer tells neither")
    void model() throws Exception {
        try (ModelServer one =
                new ModelServer(ModelServer.respond(200, "{\"choices\":[{\"message\":{\"content\":\"Hello!\"}}]}"))) {
            assertThat(reply(LONG, one.provider("one")))
                    .isEqualTo(new Answered("Hello!", "one", "test-model", new Usage(13, 2), 1));
        }
    }

    @Test
    @DisplayName("is tried again after what may pass")
    void again() throws Exception {
        try (ModelServer one = new ModelServer(
                ModelServer.hangUp(), ModelServer.respond(200, "nonsense"), ModelServer.answer("At last"))) {
            assertThat(reply(LONG, one.provider("one")))
                    .isInstanceOfSatisfying(
                            Answered.class,
                            answered -> assertThat(answered.tries()).isEqualTo(3));
            assertThat(observed).containsExactly("one DISCONNECTED", "one UNREADABLE", "one ANSWERED");
        }
    }

    @Test
    @DisplayName("waits as long as a 429 asks for")
    void obeys() throws Exception {
        try (ModelServer one = new ModelServer(
                ModelServer.respond(429, "{}", "retry-after-ms", "250"), ModelServer.answer("Hello!"))) {
            long began = System.nanoTime();

            assertThat(reply(LONG, one.provider("one"))).isInstanceOf(Answered.class);

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(250));
            assertThat(observed).containsExactly("one RATE_LIMITED", "one ANSWERED");
        }
    }

    @Test
    @DisplayName("doesn't wait for a provider that asks for too long, but goes to the next")
    void tooLong() throws Exception {
        try (ModelServer one = new ModelServer(ModelServer.respond(429, "{}", "Retry-After", "30"));
                ModelServer two = new ModelServer(ModelServer.answer("Hello!"))) {
            assertThat(reply(LONG, one.provider("one"), two.provider("two")))
                    .isInstanceOfSatisfying(Answered.class, answered -> {
                        assertThat(answered.provider()).isEqualTo("two");
                        assertThat(answered.tries()).isEqualTo(2);
                    });
            assertThat(one.calls()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("fails after three failures, with their cause")
    void thrice() throws Exception {
        try (ModelServer one = new ModelServer(ModelServer.respond(500, "stack trace"))) {
            assertThat(reply(LONG, one.provider("one"))).isEqualTo(new Failed("one answered 500", 3));
            assertThat(one.calls()).isEqualTo(3);
        }
    }

    @Test
    @DisplayName("goes on to the next provider when one's tries are used up")
    void next() throws Exception {
        try (ModelServer one = new ModelServer(ModelServer.respond(500, ""));
                ModelServer two = new ModelServer(ModelServer.respond(503, ""), ModelServer.answer("Hello!"))) {
            assertThat(reply(LONG, one.provider("one"), two.provider("two")))
                    .isEqualTo(new Answered("Hello!", "two", "test-model-2026-01-01", new Usage(19, 10), 5));
        }
    }

    @Test
    @DisplayName("goes on to the next provider at once when one refuses its key")
    void refused() throws Exception {
        try (ModelServer one = new ModelServer(ModelServer.respond(401, ModelServer.error("wrong key")));
                ModelServer two = new ModelServer(ModelServer.answer("Hello!"))) {
            assertThat(reply(LONG, one.provider("one"), two.provider("two"))).isInstanceOf(Answered.class);
            assertThat(one.calls()).isEqualTo(1);
            assertThat(observed).containsExactly("one REFUSED", "two ANSWERED");
        }
    }

    @Test
    @DisplayName("fails with each provider's cause when all failed")
    void all() throws Exception {
        try (ModelServer one = new ModelServer(ModelServer.respond(401, ModelServer.error("wrong key")));
                ModelServer two = new ModelServer(ModelServer.respond(404, ModelServer.error("no such model")))) {
            assertThat(reply(LONG, one.provider("one"), two.provider("two")))
                    .isEqualTo(new Failed(
                            "one answered 401 (key refused); two answered 404 (no such model or address)", 2));
        }
    }

    @Test
    @DisplayName("gives each call its provider's time")
    void callTime() throws Exception {
        try (ModelServer one = new ModelServer(ModelServer.silence())) {
            assertThat(reply(LONG, one.provider("one", Duration.ofMillis(100))))
                    .isEqualTo(new Failed("one did not answer in time", 3));
            assertThat(observed).hasSize(3).containsOnly("one TIMED_OUT");
        }
    }

    @Test
    @DisplayName("is over when its own time is, whatever is left to try")
    void deadline() throws Exception {
        try (ModelServer one = new ModelServer(ModelServer.silence());
                ModelServer two = new ModelServer()) {
            long began = System.nanoTime();

            assertThat(reply(Duration.ofMillis(200), one.provider("one"), two.provider("two")))
                    .isEqualTo(new Failed("one did not answer in time", 1));

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
            assertThat(two.calls()).isZero();
        }
    }

    @Test
    @DisplayName("doesn't wait beyond its time")
    void pauseBeyondDeadline() throws Exception {
        RetryPolicy patient = new RetryPolicy(3, Duration.ZERO, Duration.ZERO, Duration.ofHours(2));
        try (ModelServer one = new ModelServer(ModelServer.respond(503, "", "Retry-After", "3600"))) {
            assertThat(reply(patient, LONG, one.provider("one"))).isEqualTo(new Failed("one answered 503", 1));
        }
    }

    @Test
    @DisplayName("is asked for once more with half the prompt when that was too long")
    void shortened() throws Exception {
        String tooLong = "{\"error\":{\"code\":\"context_length_exceeded\",\"message\":\"too long\"}}";
        try (ModelServer one = new ModelServer(ModelServer.respond(400, tooLong), ModelServer.answer("Hello!"))) {
            assertThat(reply(LONG, one.provider("one"))).isInstanceOf(Answered.class);
            assertThat(one.asked.getLast().body().length())
                    .isLessThan(one.asked.getFirst().body().length());
        }
        try (ModelServer one = new ModelServer(ModelServer.respond(413, ""));
                ModelServer two = new ModelServer(ModelServer.respond(400, tooLong))) {
            assertThat(reply(LONG, one.provider("one"), two.provider("two")))
                    .isEqualTo(new Failed("one answered 413 (prompt too long); two answered 400 (prompt too long)", 3));
        }
    }

    @Test
    @DisplayName("is given up when the request itself is refused")
    void badRequest() throws Exception {
        try (ModelServer one = new ModelServer(ModelServer.respond(400, "{}"));
                ModelServer two = new ModelServer()) {
            assertThat(reply(LONG, one.provider("one"), two.provider("two")))
                    .isEqualTo(new Failed("one answered 400 (bad request)", 1));
            assertThat(two.calls()).isZero();
        }
    }

    @Test
    @DisplayName("goes on to the next provider when a proxy refuses one, which is asked again the next time")
    void proxy() throws Exception {
        try (ModelServer one = new ModelServer(
                        ModelServer.raw(403, "text/html", "<html>Access denied</html>"), ModelServer.answer("Hello!"));
                ModelServer two = new ModelServer()) {
            GuardedProvider first = one.guarded("one");
            assertThat(reply(QUICK, LONG, first, two.guarded("two")))
                    .isInstanceOfSatisfying(
                            Answered.class,
                            answered -> assertThat(answered.provider()).isEqualTo("two"));

            assertThat(reply(QUICK, LONG, first, two.guarded("two")))
                    .isInstanceOfSatisfying(
                            Answered.class,
                            answered -> assertThat(answered.provider()).isEqualTo("one"));
        }
    }

    @Test
    @DisplayName("passes over a provider that is left alone")
    void leftAlone() throws Exception {
        try (ModelServer one = new ModelServer(ModelServer.respond(401, ModelServer.error("wrong key")));
                ModelServer two = new ModelServer()) {
            GuardedProvider first = one.guarded("one");
            reply(QUICK, LONG, first, two.guarded("two"));
            observed.clear();

            assertThat(reply(QUICK, LONG, first, two.guarded("two"))).isInstanceOf(Answered.class);
            assertThat(observed).containsExactly("one not asked", "two ANSWERED");
            assertThat(reply(QUICK, LONG, first)).isEqualTo(new Failed("one is not asked now", 0));
            assertThat(first.state()).isEqualTo(GuardedProvider.State.COOLING_DOWN);
        }
    }

    @Test
    @DisplayName("is to be asked for again when the only provider has as many calls as it may")
    void busy() throws Exception {
        try (ModelServer one = new ModelServer()) {
            Provider narrow = new Provider(
                    "one", Provider.Format.CHAT_COMPLETIONS, one.url(), ModelServer.KEY, "m", LONG, LONG, 1);
            GuardedProvider guarded = ModelServer.guard(narrow);
            guarded.enter(System.nanoTime());

            assertThat(reply(QUICK, LONG, guarded)).isEqualTo(new ReplyOutcome.Saturated(Duration.ofSeconds(1)));
            guarded.left(null, System.nanoTime());
            assertThat(reply(QUICK, LONG, guarded)).isInstanceOf(Answered.class);
        }
    }

    @Test
    @DisplayName("fails at once without a provider")
    void none() throws Exception {
        assertThat(reply(QUICK, LONG, new GuardedProvider[0]))
                .isEqualTo(new Failed("no model provider is configured", 0));
    }
}
