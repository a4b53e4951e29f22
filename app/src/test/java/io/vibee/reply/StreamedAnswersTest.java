package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vibee.reply.CallResult.Answer;
import io.vibee.reply.CallResult.Fault;
import io.vibee.reply.CallResult.Refused;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.CallResult.TooLong;
import io.vibee.reply.Prompt.Role;
import io.vibee.reply.Prompt.Turn;
import io.vibee.reply.ReplyObserver.CallOutcome;
import io.vibee.reply.ReplyOutcome.Usage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A streamed answer")
class StreamedAnswersTest {
    private static final Prompt PROMPT = new Prompt(
            "Be brief.", List.of(new Turn(Role.ASSISTANT, null, "Hello"), new Turn(Role.USER, "Anna", "Hi")));

    private final ModelClient client = new ModelClient();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        client.close();
    }

    private CallResult call(Provider provider) throws Exception {
        return client.complete(provider, PROMPT, Duration.ofSeconds(10), text -> heard.add(text.get()))
                .get(20, TimeUnit.SECONDS);
    }

    @Nested
    @DisplayName("of chat completions")
    class Completions {

        private CallResult against(ModelServer.Script script) throws Exception {
            try (ModelServer server = new ModelServer(script)) {
                return call(server.provider("fake"));
            }
        }

        private static String piece(String text) {
            return "{\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text
                    + "\"},\"finish_reason\":null}]}";
        }

        private static final String STOP = "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
        private static final String USAGE =
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":19,\"completion_tokens\":2,\"total_tokens\":21}}";

        @Test
        @DisplayName("is put together from its pieces, and heard as it comes")
        void whole() throws Exception {
            assertThat(against(ModelServer.stream(piece("See "), piece("you! 😀"), STOP, USAGE, "[DONE]")))
                    .isEqualTo(new Answer("See you! 😀", "m-1", new Usage(19, 2)));
            assertThat(heard).containsExactly("See ", "See you! 😀");
        }

        @Test
        @DisplayName("begins from nothing with each try and each provider")
        void heardAnew() throws Exception {
            try (ModelServer one =
                            new ModelServer(ModelServer.cutStream(piece("Hel")), ModelServer.respond(401, "{}"));
                    ModelServer two = new ModelServer(ModelServer.stream(piece("Hi "), piece("you"), STOP, "[DONE]"))) {
                ReplyOutcome outcome = new ReplyCall(
                                client,
                                List.of(one.guarded("one"), two.guarded("two")),
                                new RetryPolicy(3, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofSeconds(1)),
                                (provider, result, duration) -> {},
                                PROMPT,
                                Duration.ofSeconds(10),
                                text -> heard.add(text.get()))
                        .run()
                        .get(60, TimeUnit.SECONDS);

                assertThat(outcome).isInstanceOf(ReplyOutcome.Answered.class);
                assertThat(heard).containsExactly("", "Hel", "", "", "Hi ", "Hi you");
            }
        }

        @Test
        @DisplayName("is whole by its reason to finish, though the stream has no end mark and no usage")
        void noMark() throws Exception {
            assertThat(against(ModelServer.stream(piece("Hello"), STOP)))
                    .isEqualTo(new Answer("Hello", "m-1", new Usage(0, 0)));
        }

        @Test
        @DisplayName("is not one when it was cut, with or without an end of the connection")
        void cut() throws Exception {
            assertThat(against(ModelServer.stream(piece("Hel"))))
                    .isEqualTo(new Retryable(CallOutcome.DISCONNECTED, "cut the answer"));
            assertThat(against(ModelServer.cutStream(piece("Hel"))))
                    .isInstanceOfSatisfying(
                            Retryable.class,
                            result -> assertThat(result.outcome()).isEqualTo(CallOutcome.DISCONNECTED));
        }

        @Test
        @DisplayName("may break off with an error, which is sorted like any other")
        void error() throws Exception {
            assertThat(against(ModelServer.stream(piece("Hel"), "{\"error\":{\"code\":502,\"message\":\"x\"}}")))
                    .isEqualTo(new Retryable(CallOutcome.PROVIDER_ERROR, "broke off with an error"));
            assertThat(against(ModelServer.stream("{\"error\":{\"code\":402,\"message\":\"pay\"}}")))
                    .isEqualTo(new Refused("broke off with an error (out of credit)", Fault.ACCOUNT));
        }

        @Test
        @DisplayName("is none when the model declines or says nothing")
        void nothing() throws Exception {
            assertThat(against(ModelServer.stream(
                            "{\"choices\":[{\"delta\":{},\"finish_reason\":\"content_filter\"}]}", "[DONE]")))
                    .isEqualTo(new Refused("declined to answer", Fault.CONTENT));
            assertThat(against(ModelServer.stream(STOP, "[DONE]")))
                    .isEqualTo(new Retryable(CallOutcome.UNREADABLE, "sent an empty answer"));
        }

        @Test
        @DisplayName("is read to a limit")
        void limit() throws Exception {
            String[] pieces = new String[40];
            java.util.Arrays.fill(pieces, piece("x".repeat(1 << 15)));

            assertThat(against(ModelServer.stream(pieces)))
                    .isEqualTo(new Retryable(CallOutcome.UNREADABLE, "sent too long an answer"));
        }

        @Test
        @DisplayName("is given up when it doesn't begin in time")
        void firstWord() throws Exception {
            try (ModelServer server = new ModelServer(ModelServer.silence())) {
                Provider impatient = new Provider(
                        "fake",
                        Provider.Format.CHAT_COMPLETIONS,
                        server.url(),
                        ModelServer.KEY,
                        "m",
                        Duration.ofMillis(100),
                        Duration.ofSeconds(10),
                        0);
                assertThat(call(impatient)).isEqualTo(new Retryable(CallOutcome.TIMED_OUT, "did not answer in time"));
            }
        }
    }

    @Nested
    @DisplayName("of Anthropic's messages")
    class Messages {

        private static final String START =
                "{\"type\":\"message_start\",\"message\":{\"model\":\"claude-1\",\"usage\":{\"input_tokens\":25,\"output_tokens\":1}}}";
        private static final String END = "{\"type\":\"message_stop\"}";

        private static String piece(String text) {
            return "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text
                    + "\"}}";
        }

        private static String stopped(String reason) {
            return "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + reason
                    + "\"},\"usage\":{\"output_tokens\":15}}";
        }

        private CallResult against(ModelServer.Script script) throws Exception {
            try (ModelServer server = new ModelServer(script)) {
                return call(server.anthropic("fake"));
            }
        }

        @Test
        @DisplayName("is asked for as documented, a person first")
        void request() throws Exception {
            try (ModelServer server =
                    new ModelServer(ModelServer.stream(START, piece("Hi"), stopped("end_turn"), END))) {
                call(server.anthropic("fake"));

                ModelServer.Asked asked = server.asked.getFirst();
                assertThat(asked.path()).isEqualTo("/api/v1/messages");
                assertThat(asked.anthropicKey()).isEqualTo(ModelServer.KEY);
                assertThat(asked.authorization()).isNull();
                assertThat(new ObjectMapper().readTree(asked.body())).isEqualTo(new ObjectMapper().readTree("""
                                {"model":"test-model","max_tokens":2048,"stream":true,"system":"Be brief.","messages":[
                                 {"role":"user","content":"[The conversation began earlier.]"},
                                 {"role":"assistant","content":"Hello"},
                                 {"role":"user","content":"Anna: Hi"}]}"""));
            }
        }

        @Test
        @DisplayName("is put together from its events, others passed over")
        void whole() throws Exception {
            assertThat(against(ModelServer.stream(
                            START,
                            "{\"type\":\"content_block_start\",\"index\":0}",
                            "{\"type\":\"ping\"}",
                            piece("See "),
                            piece("you"),
                            stopped("end_turn"),
                            END)))
                    .isEqualTo(new Answer("See you", "claude-1", new Usage(25, 15)));
            assertThat(heard).containsExactly("See ", "See you");
        }

        @ParameterizedTest
        @CsvSource({
            "overloaded_error, PROVIDER_ERROR",
            "api_error, PROVIDER_ERROR",
            "timeout_error, PROVIDER_ERROR",
            "rate_limit_error, RATE_LIMITED"
        })
        @DisplayName("may break off with what passes")
        void passes(String type, CallOutcome outcome) throws Exception {
            assertThat(against(ModelServer.stream(
                            START, piece("S"), "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\"}}")))
                    .isInstanceOfSatisfying(
                            Retryable.class,
                            result -> assertThat(result.outcome()).isEqualTo(outcome));
        }

        @Test
        @DisplayName("is none when it was cut, is refused or declined")
        void none() throws Exception {
            assertThat(against(ModelServer.stream(START, piece("S"))))
                    .isEqualTo(new Retryable(CallOutcome.DISCONNECTED, "cut the answer"));
            assertThat(against(ModelServer.stream(START, stopped("refusal"), END)))
                    .isEqualTo(new Refused("declined to answer", Fault.CONTENT));
            assertThat(
                            against(
                                    ModelServer.respond(
                                            400,
                                            "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 9 > 8\"}}")))
                    .isEqualTo(new TooLong("answered 400 (prompt too long)"));
            assertThat(
                            against(
                                    ModelServer.respond(
                                            400,
                                            "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too low\"}}")))
                    .isEqualTo(new Refused("answered 400 (out of credit)", Fault.ACCOUNT));
            assertThat(against(ModelServer.respond(529, "{}")))
                    .isEqualTo(new Retryable(CallOutcome.PROVIDER_ERROR, "answered 529"));
        }

        @Test
        @DisplayName("may also come in one piece")
        void onePiece() throws Exception {
            assertThat(
                            against(
                                    ModelServer.respond(
                                            200,
                                            "{\"type\":\"message\",\"model\":\"claude-1\",\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}],"
                                                    + "\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}")))
                    .isEqualTo(new Answer("Hello", "claude-1", new Usage(3, 4)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, code, content_policy_violation, CONTENT",
        "400, code, model_not_found, ACCOUNT",
        "403, type, content_filter, CONTENT",
        "401, code, invalid_api_key, ACCOUNT",
        "422, code, other, REQUEST",
        "429, code, insufficient_quota, ACCOUNT"
    })
    @DisplayName("that is refused tells where the fault lies")
    void faults(int status, String field, String value, Fault fault) throws Exception {
        try (ModelServer server =
                new ModelServer(ModelServer.respond(status, "{\"error\":{\"" + field + "\":\"" + value + "\"}}"))) {
            assertThat(call(server.provider("fake")))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.fault()).isEqualTo(fault));
        }
    }
}
