package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vibee.reply.CallResult.Answer;
import io.vibee.reply.CallResult.Fault;
import io.vibee.reply.CallResult.Refused;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.Prompt.Role;
import io.vibee.reply.Prompt.Turn;
import io.vibee.reply.Provider.Format;
import io.vibee.reply.ReplyObserver.CallOutcome;
import io.vibee.reply.ReplyOutcome.Usage;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A call to a provider")
class ModelClientTest {
    private static final Prompt PROMPT = new Prompt(
            "Be brief.",
            List.of(
                    new Turn(Role.USER, "Anna Berg", "Hi"),
                    new Turn(Role.ASSISTANT, null, "Hello \"you\""),
                    new Turn(Role.USER, null, "Как дела? 😀")));

    private final ModelClient client = new ModelClient();

    @AfterEach
    void close() {
        client.close();
    }

    private static URI address(String base) {
        return new ChatCompletions().address(new Provider("a", Format.CHAT_COMPLETIONS, URI.create(base), "k", "m"));
    }

    private CallResult call(Provider provider, Duration within) throws Exception {
        return client.complete(provider, PROMPT, within, text -> {}).get(20, TimeUnit.SECONDS);
    }

    private CallResult against(ModelServer.Script script) throws Exception {
        try (ModelServer server = new ModelServer(script)) {
            return call(server.provider("fake"), Duration.ofSeconds(10));
        }
    }

    private CallResult against(ModelServer.Script script, Duration within) throws Exception {
        try (ModelServer server = new ModelServer(script)) {
            return call(server.provider("fake"), within);
        }
    }

    @Nested
    @DisplayName("asks")
    class Asks {
        @Test
        @DisplayName("in the documented format, names inside the text")
        void request() throws Exception {
            try (ModelServer server = new ModelServer()) {
                call(server.provider("fake"), Duration.ofSeconds(10));

                ModelServer.Asked asked = server.asked.getFirst();
                assertThat(asked.method()).isEqualTo("POST");
                assertThat(asked.path()).isEqualTo("/api/v1/chat/completions");
                assertThat(asked.authorization()).isEqualTo("Bearer " + ModelServer.KEY);
                assertThat(asked.contentType()).isEqualTo("application/json");
                JsonNode expected = new ObjectMapper().readTree("""
                                {"model":"test-model","messages":[
                                 {"role":"system","content":"Be brief."},
                                 {"role":"user","content":"Anna Berg: Hi"},
                                 {"role":"assistant","content":"Hello \\"you\\""},
                                 {"role":"user","content":"Как дела? 😀"}],
                                 "stream":true,"stream_options":{"include_usage":true}}""");
                assertThat(new ObjectMapper().readTree(asked.body())).isEqualTo(expected);
            }
        }

        @Test
        @DisplayName("also when a message holds half a character")
        void loneSurrogate() throws Exception {
            try (ModelServer server = new ModelServer()) {
                Prompt broken = new Prompt("", List.of(new Turn(Role.USER, null, "a\ud83d")));

                CallResult result = client.complete(server.provider("fake"), broken, Duration.ofSeconds(10), text -> {})
                        .get(20, TimeUnit.SECONDS);

                assertThat(result).isInstanceOf(Answer.class);
                assertThat(server.asked.getFirst().body()).contains("a?");
            }
        }

        @Test
        @DisplayName("with or without a slash at the end of the base URL")
        void slash() {
            assertThat(address("https://x.test/v1/"))
                    .isEqualTo(address("https://x.test/v1"))
                    .hasToString("https://x.test/v1/chat/completions");
        }
    }

    @Nested
    @DisplayName("gives an answer")
    class Answers {
        @Test
        @DisplayName("with text, model and usage")
        void whole() throws Exception {
            assertThat(against(ModelServer.answer("  See you!  ")))
                    .isEqualTo(new Answer("See you!", "test-model-2026-01-01", new Usage(19, 10)));
        }

        @Test
        @DisplayName("also without usage or model, and in parts")
        void sparse() throws Exception {
            String body = """
                    {"choices":[{"message":{"content":[{"type":"text","text":"See "},{"type":"text","text":"you"}]}}]}""";

            assertThat(against(ModelServer.respond(200, body))).isEqualTo(new Answer("See you", "", new Usage(0, 0)));
        }

        @Test
        @DisplayName("that isn't shown in a log")
        void silent() throws Exception {
            assertThat(new ReplyOutcome.Answered("secret", "fake", "m", new Usage(1, 2), 1).toString())
                    .contains("fake", "tries 1")
                    .doesNotContain("secret");
        }
    }

    @Nested
    @DisplayName("may be made again after")
    class Again {
        private void assertRetryable(CallResult result, CallOutcome outcome) {
            assertThat(result)
                    .isInstanceOfSatisfying(
                            Retryable.class,
                            retryable -> assertThat(retryable.outcome()).isEqualTo(outcome));
        }

        @Test
        @DisplayName("429, with the wait that it asks for")
        void rateLimit() throws Exception {
            assertThat(against(ModelServer.respond(429, "{}", "Retry-After", "7")))
                    .isEqualTo(new Retryable(
                            CallOutcome.RATE_LIMITED, "answered 429 (rate limit)", Duration.ofSeconds(7)));
        }

        @ParameterizedTest
        @ValueSource(ints = {500, 502, 503, 504, 529})
        @DisplayName("5xx")
        void serverError(int status) throws Exception {
            assertRetryable(against(ModelServer.respond(status, "<html>down</html>")), CallOutcome.PROVIDER_ERROR);
        }

        @Test
        @DisplayName("silence, when its time is over")
        void silence() throws Exception {
            assertRetryable(against(ModelServer.silence(), Duration.ofMillis(200)), CallOutcome.TIMED_OUT);
        }

        @Test
        @DisplayName("an answer that stops in its middle, when its time is over")
        void stall() throws Exception {
            assertRetryable(against(ModelServer.stall(), Duration.ofMillis(200)), CallOutcome.TIMED_OUT);
        }

        @Test
        @DisplayName("an answer that is cut")
        void cut() throws Exception {
            assertRetryable(
                    against(ModelServer.cutAfter("{\"choices\":[{\"message\":{\"content\":\"I")),
                    CallOutcome.DISCONNECTED);
        }

        @Test
        @DisplayName("a connection closed without a word, or none at all")
        void lost() throws Exception {
            assertRetryable(against(ModelServer.hangUp()), CallOutcome.DISCONNECTED);
            Provider gone;
            try (ModelServer server = new ModelServer()) {
                gone = server.provider("gone");
            }
            assertRetryable(call(gone, Duration.ofSeconds(10)), CallOutcome.DISCONNECTED);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "<html>",
                    "[1]",
                    "\"text\"",
                    "{\"choices\":[{\"message\":{\"content\":\"Hel",
                    "{}",
                    "{\"choices\":[]}",
                    "{\"choices\":\"x\"}",
                    "{\"choices\":[{\"message\":{\"content\":null},\"finish_reason\":\"stop\"}]}",
                    "{\"choices\":[{\"message\":{\"content\":\" \\n\"},\"finish_reason\":\"length\"}]}"
                })
        @DisplayName("an answer without a text")
        void unreadable(String body) throws Exception {
            assertRetryable(against(ModelServer.respond(200, body)), CallOutcome.UNREADABLE);
        }

        @Test
        @DisplayName("an answer that drips, whose connection is closed when its time is over")
        void drip() throws Exception {
            CompletableFuture<Void> dropped = new CompletableFuture<>();
            try (ModelServer server = new ModelServer(ModelServer.drip(dropped))) {
                assertRetryable(call(server.provider("fake"), Duration.ofMillis(200)), CallOutcome.TIMED_OUT);
                dropped.get(20, TimeUnit.SECONDS);
            }
        }

        @Test
        @DisplayName("an answer of more than 1 MiB, whose connection is closed there")
        void tooLong() throws Exception {
            CompletableFuture<Void> dropped = new CompletableFuture<>();
            try (ModelServer server = new ModelServer(ModelServer.flood(dropped))) {
                assertThat(call(server.provider("fake"), Duration.ofSeconds(20)))
                        .isEqualTo(new Retryable(CallOutcome.UNREADABLE, "sent too long an answer"));
                dropped.get(20, TimeUnit.SECONDS);
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"error\":{\"code\":502,\"message\":\"upstream\"}}",
                    "{\"error\":{\"message\":\"upstream\"}}",
                    "{\"error\":\"upstream\"}",
                    "{\"choices\":[{\"error\":{\"code\":502},\"message\":{\"content\":\"Hel\"},\"finish_reason\":\"error\"}]}"
                })
        @DisplayName("200 with an error inside")
        void errorInside(String body) throws Exception {
            assertRetryable(against(ModelServer.respond(200, body)), CallOutcome.PROVIDER_ERROR);
        }
    }

    @Nested
    @DisplayName("is not made again after")
    class NotAgain {
        @ParameterizedTest
        @ValueSource(ints = {302, 400, 401, 402, 403, 404, 422})
        @DisplayName("a refusal")
        void refusal(int status) throws Exception {
            assertThat(against(
                            ModelServer.respond(status, "{\"error\":{\"message\":\"wrong " + ModelServer.KEY + "\"}}")))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            result -> assertThat(result.cause())
                                    .contains("" + status)
                                    .doesNotContain("wrong", ModelServer.KEY));
        }

        @ParameterizedTest
        @CsvSource({"code,insufficient_quota", "type,insufficient_quota", "code,project_spend_limit_exceeded"})
        @DisplayName("a 429 that says that money is short")
        void credit(String field, String value) throws Exception {
            assertThat(against(ModelServer.respond(
                            429, "{\"error\":{\"" + field + "\":\"" + value + "\"}}", "Retry-After", "1")))
                    .isEqualTo(new Refused("answered 429 (out of credit)", Fault.ACCOUNT));
        }

        @Test
        @DisplayName("an error inside a 200 that is a refusal by its code")
        void refusedInside() throws Exception {
            assertThat(against(ModelServer.respond(200, "{\"error\":{\"code\":402,\"message\":\"pay\"}}")))
                    .isInstanceOf(Refused.class);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"I can't\"}}]}",
                    "{\"choices\":[{\"message\":{\"content\":\"\"},\"finish_reason\":\"content_filter\"}]}"
                })
        @DisplayName("a model that declines")
        void declined(String body) throws Exception {
            assertThat(against(ModelServer.respond(200, body)))
                    .isEqualTo(new Refused("declined to answer", Fault.CONTENT));
        }
    }

    @Nested
    @DisplayName("keeps its key")
    class Secret {
        @Test
        @DisplayName("out of the provider's text form")
        void masked() {
            Provider provider = new Provider(
                    "openai", Format.CHAT_COMPLETIONS, URI.create("https://x.test/v1"), ModelServer.KEY, "m");

            assertThat(provider.toString()).contains("openai", "x.test").doesNotContain(ModelServer.KEY);
        }

        @ParameterizedTest
        @ValueSource(strings = {"sk-secret\nX-Evil: 1", "sk-secret key", "sk-secretключ"})
        @DisplayName("out of the refusal of an unusable one")
        void unusable(String key) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            new Provider("openai", Format.CHAT_COMPLETIONS, URI.create("https://x.test/v1"), key, "m"))
                    .withMessageContaining("openai")
                    .withMessageNotContaining("sk-secret");
        }

        @ParameterizedTest
        @ValueSource(strings = {"ftp://x.test", "https://user:secret@x.test", "https://x.test/?key=secret", "/v1"})
        @DisplayName("and an address that isn't one is refused without being repeated")
        void address(String url) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Provider("openai", Format.CHAT_COMPLETIONS, URI.create(url), "k", "m"))
                    .withMessageNotContaining("secret");
        }
    }

    @Test
    @DisplayName("ends when the client is closed")
    void closed() throws Exception {
        try (ModelServer server = new ModelServer(ModelServer.silence())) {
            var result = client.complete(server.provider("fake"), PROMPT, Duration.ofMinutes(5), text -> {});
            client.close();
            assertThat(result.get(20, TimeUnit.SECONDS)).isInstanceOf(Refused.class);
        }
    }
}
