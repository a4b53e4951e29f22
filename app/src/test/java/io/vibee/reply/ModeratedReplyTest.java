package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.moderation.Moderation;
import io.vibee.moderation.PatternList;
import io.vibee.moderation.Rules;
import io.vibee.protocol.chat.Forbidden;
import io.vibee.reply.Prompt.Role;
import io.vibee.reply.Prompt.Turn;
import io.vibee.reply.ReplyOutcome.Answered;
import io.vibee.reply.ReplyOutcome.Failed;
import io.vibee.reply.ReplyOutcome.Stopped;
import io.vibee.reply.ReplyOutcome.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A moderated reply")
@Tag("deadline")
class ModeratedReplyTest {

    private static final RetryPolicy ONCE =
            new RetryPolicy(1, Duration.ofMillis(2), Duration.ofMillis(10), Duration.ofMillis(300));
    private static final String PASSED =
            "{\"id\":\"modr-1\",\"results\":[{\"flagged\":false,\"categories\":{\"hate\":false}}]}";
    private static final String FLAGGED =
            "{\"results\":[{\"flagged\":true,\"categories\":{\"hate\":false,\"violence/graphic\":true}}]}";

    private final ModelClient client = new ModelClient();
    private final List<String> observed = new CopyOnWriteArrayList<>();
    private final ReplyObserver observer = new ReplyObserver() {
        @Override
        public void called(String provider, CallOutcome outcome, Duration duration) {}

        @Override
        public void judged(Judgement judgement) {
            observed.add(judgement.name());
        }
    };

    @AfterEach
    void close() {
        client.close();
    }

    private static Moderation rules(String... patterns) {
        return new Moderation(new Rules(0, PatternList.parse(List.of(patterns))), null, false);
    }

    private static Moderation endpoint(ModelServer server, boolean stopWhenAway) {
        return new Moderation(Rules.NONE, new Moderation.Endpoint(server.url(), ModelServer.KEY, "omni"), stopWhenAway);
    }

    private ReplyOutcome reply(Moderator moderator, ModelServer models, String text, Forbidden... forbidden)
            throws Exception {
        ReplyRequest request = new ReplyRequest(
                "owner",
                "chat",
                "key",
                "message",
                new Prompt("Be brief.", List.of(new Turn(Role.USER, null, text))),
                "en",
                false,
                ReplyRequest.Purpose.REPLY,
                Set.of(forbidden),
                false);
        return new ModeratedReply(
                        moderator,
                        request,
                        (prompt, within) -> new ReplyCall(
                                        client,
                                        List.of(models.guarded("one")),
                                        ONCE,
                                        observer,
                                        prompt,
                                        within,
                                        said -> {})
                                .run(),
                        Duration.ofSeconds(30))
                .run()
                .get(40, TimeUnit.SECONDS);
    }

    private Moderator moderator(Moderation moderation) {
        return new Moderator(moderation, client, observer);
    }

    static Stream<Named<ModelServer.Script>> faults() {
        return Stream.of(
                Named.of("hangs up", ModelServer.hangUp()),
                Named.of("says what is no JSON", ModelServer.respond(200, "<html>")),
                Named.of("says something else", ModelServer.respond(200, "{\"results\":[{\"flagged\":\"no\"}]}")),
                Named.of("says nothing", ModelServer.respond(200, "{\"results\":[]}")),
                Named.of("has no room", ModelServer.respond(429, "{}", "Retry-After", "60")),
                Named.of("is broken", ModelServer.respond(500, "{}")),
                Named.of("refuses the key", ModelServer.respond(401, "{}")),
                Named.of("cuts its answer", ModelServer.cutAfter("{\"results\"")),
                Named.of("is slow", ModelServer.stall()));
    }

    @Test
    @DisplayName("costs no call when the message is stopped")
    void message() throws Exception {
        try (ModelServer models = new ModelServer()) {
            assertThat(reply(moderator(rules("casino")), models, "casino?"))
                    .isInstanceOfSatisfying(Stopped.class, stopped -> {
                        assertThat(stopped.why().detail()).isEqualTo("pattern:1");
                        assertThat(stopped.tries()).isZero();
                        assertThat(stopped.usage()).isEqualTo(new Usage(0, 0));
                    });
            assertThat(models.calls()).isZero();
        }
    }

    @Test
    @DisplayName("is paid and not sent when the answer holds a pattern, which is not asked for again")
    void pattern() throws Exception {
        try (ModelServer models = new ModelServer(ModelServer.answer("Try the casino"))) {
            assertThat(reply(moderator(rules("casino")), models, "Hi"))
                    .isInstanceOfSatisfying(Stopped.class, stopped -> {
                        assertThat(stopped.why().detail()).isEqualTo("answer_pattern:1");
                        assertThat(stopped.usage()).isEqualTo(new Usage(19, 10));
                        assertThat(stopped.model()).isEqualTo("test-model-2026-01-01");
                        assertThat(stopped.tries()).isOne();
                    });
            assertThat(models.calls()).isOne();
        }
    }

    @Nested
    @DisplayName("that breaks a ban of its chat")
    class Banned {

        @Test
        @DisplayName("is asked for once more with what is not allowed, and then sent")
        void again() throws Exception {
            try (ModelServer models =
                    new ModelServer(ModelServer.answer("See https://example.com"), ModelServer.answer("I can't say"))) {
                assertThat(reply(moderator(Moderation.NONE), models, "Where?", Forbidden.LINKS))
                        .isEqualTo(new Answered("I can't say", "one", "test-model-2026-01-01", new Usage(38, 20), 2));
                assertThat(models.asked.getFirst().body()).doesNotContain("addresses of web pages");
                assertThat(models.asked.getLast().body()).contains("Be brief.").contains("addresses of web pages");
            }
        }

        @Test
        @DisplayName("again is stopped, and both calls are paid")
        void twice() throws Exception {
            try (ModelServer models = new ModelServer(ModelServer.answer("See https://example.com"))) {
                assertThat(reply(moderator(Moderation.NONE), models, "Where?", Forbidden.LINKS, Forbidden.PROMISES))
                        .isInstanceOfSatisfying(Stopped.class, stopped -> {
                            assertThat(stopped.why().detail()).isEqualTo("answer_links");
                            assertThat(stopped.usage()).isEqualTo(new Usage(38, 20));
                            assertThat(stopped.tries()).isEqualTo(2);
                        });
                assertThat(models.calls()).isEqualTo(2);
            }
        }

        @Test
        @DisplayName("is stopped when no other can be had")
        void failed() throws Exception {
            try (ModelServer models = new ModelServer(ModelServer.answer("I promise"), ModelServer.respond(500, ""))) {
                assertThat(reply(moderator(Moderation.NONE), models, "Sure?", Forbidden.PROMISES))
                        .isInstanceOfSatisfying(Stopped.class, stopped -> {
                            assertThat(stopped.why().detail()).isEqualTo("answer_promises");
                            assertThat(stopped.usage()).isEqualTo(new Usage(19, 10));
                            assertThat(stopped.tries()).isEqualTo(2);
                        });
            }
        }
    }

    @Test
    @DisplayName("fails as any other when no model answers")
    void failure() throws Exception {
        try (ModelServer models = new ModelServer(ModelServer.respond(500, ""))) {
            assertThat(reply(moderator(rules("x")), models, "Hi")).isInstanceOf(Failed.class);
        }
    }

    @Nested
    @DisplayName("with an endpoint")
    class WithAnEndpoint {

        @Test
        @DisplayName("is judged by it before and after")
        void passed() throws Exception {
            try (ModelServer models = new ModelServer();
                    ModelServer judge = new ModelServer(ModelServer.respond(200, PASSED))) {
                assertThat(reply(moderator(endpoint(judge, true)), models, "Hi \"you\""))
                        .isInstanceOf(Answered.class);
                assertThat(judge.asked)
                        .extracting(ModelServer.Asked::body)
                        .containsExactly(
                                "{\"model\":\"omni\",\"input\":\"Hi \\\"you\\\"\"}",
                                "{\"model\":\"omni\",\"input\":\"Hello!\"}");
                assertThat(judge.asked.getFirst().path()).isEqualTo("/api/v1/moderations");
                assertThat(judge.asked.getFirst().authorization()).isEqualTo("Bearer " + ModelServer.KEY);
                assertThat(observed).containsExactly("PASSED", "PASSED");
            }
        }

        @Test
        @DisplayName("that flags the message costs no call")
        void flagged() throws Exception {
            try (ModelServer models = new ModelServer();
                    ModelServer judge = new ModelServer(ModelServer.respond(200, FLAGGED))) {
                assertThat(reply(moderator(endpoint(judge, false)), models, "Hi"))
                        .isInstanceOfSatisfying(
                                Stopped.class,
                                stopped -> assertThat(stopped.why().detail()).isEqualTo("provider:violence/graphic"));
                assertThat(models.calls()).isZero();
            }
        }

        @Test
        @DisplayName("that flags the answer is stopped and paid")
        void answerFlagged() throws Exception {
            try (ModelServer models = new ModelServer();
                    ModelServer judge =
                            new ModelServer(ModelServer.respond(200, PASSED), ModelServer.respond(200, FLAGGED))) {
                assertThat(reply(moderator(endpoint(judge, false)), models, "Hi"))
                        .isInstanceOfSatisfying(Stopped.class, stopped -> {
                            assertThat(stopped.why().detail()).isEqualTo("answer_provider:violence/graphic");
                            assertThat(stopped.usage()).isEqualTo(new Usage(19, 10));
                        });
                assertThat(observed).containsExactly("PASSED", "FLAGGED");
            }
        }

        @Test
        @DisplayName("repeats no category that could be anybody's words")
        void category() throws Exception {
            String odd = "{\"results\":[{\"flagged\":true,\"categories\":{\"the words he said\":true}}]}";
            try (ModelServer models = new ModelServer();
                    ModelServer judge = new ModelServer(ModelServer.respond(200, odd))) {
                assertThat(reply(moderator(endpoint(judge, false)), models, "Hi"))
                        .isInstanceOfSatisfying(
                                Stopped.class,
                                stopped -> assertThat(stopped.why().detail()).isEqualTo("provider:unspecified"));
            }
        }

        @ParameterizedTest
        @MethodSource("io.vibee.reply.ModeratedReplyTest#faults")
        @DisplayName("that can't judge is let pass, or stopped where that is wanted:")
        void away(ModelServer.Script fault) throws Exception {
            try (ModelServer models = new ModelServer();
                    ModelServer judge = new ModelServer(fault)) {
                assertThat(reply(moderator(endpoint(judge, true)), models, "Hi"))
                        .isInstanceOfSatisfying(
                                Stopped.class,
                                stopped -> assertThat(stopped.why().detail()).isEqualTo("provider_away"));
                assertThat(models.calls()).isZero();
                assertThat(reply(moderator(endpoint(judge, false)), models, "Hi"))
                        .isInstanceOf(Answered.class);
                assertThat(observed).containsExactly("AWAY", "AWAY", "AWAY");
            }
        }

        @Test
        @DisplayName("that went away while the model answered is stopped where that is wanted")
        void awayAfterwards() throws Exception {
            try (ModelServer models = new ModelServer();
                    ModelServer judge =
                            new ModelServer(ModelServer.respond(200, PASSED), ModelServer.respond(503, ""))) {
                assertThat(reply(moderator(endpoint(judge, true)), models, "Hi"))
                        .isInstanceOfSatisfying(
                                Stopped.class,
                                stopped -> assertThat(stopped.why().detail()).isEqualTo("answer_provider_away"));
            }
        }

        @Test
        @DisplayName("that fails again and again is left alone for a while")
        void leftAlone() throws Exception {
            try (ModelServer models = new ModelServer();
                    ModelServer judge = new ModelServer(ModelServer.respond(500, ""))) {
                Moderator moderator = moderator(endpoint(judge, false));
                for (int i = 0; i < 5; i++) {
                    assertThat(reply(moderator, models, "Hi")).isInstanceOf(Answered.class);
                }
                assertThat(judge.calls()).isEqualTo(5);
                assertThat(observed).hasSize(10).containsOnly("AWAY");
            }
        }

        @Test
        @DisplayName("is not asked about what the node's own rules stop")
        void rulesFirst() throws Exception {
            try (ModelServer models = new ModelServer();
                    ModelServer judge = new ModelServer(ModelServer.respond(200, PASSED))) {
                Moderation both = new Moderation(
                        new Rules(3, PatternList.EMPTY), new Moderation.Endpoint(judge.url(), null, "omni"), false);
                assertThat(reply(moderator(both), models, "Long")).isInstanceOf(Stopped.class);
                assertThat(judge.calls()).isZero();
                assertThat(reply(moderator(both), models, "Hi")).isInstanceOf(Answered.class);
                assertThat(judge.asked.getFirst().authorization()).isNull();
            }
        }
    }
}
