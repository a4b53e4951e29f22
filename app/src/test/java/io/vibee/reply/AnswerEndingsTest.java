package io.vibee.reply;

import static io.vibee.reply.OneCall.EVENTS;
import static io.vibee.reply.OneCall.STOP;
import static io.vibee.reply.OneCall.ended;
import static io.vibee.reply.OneCall.piece;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.reply.CallResult.Answer;
import io.vibee.reply.CallResult.Fault;
import io.vibee.reply.CallResult.Refused;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.ReplyObserver.CallOutcome;
import io.vibee.reply.ReplyOutcome.Usage;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A model's answer")
@Tag("deadline")
class AnswerEndingsTest {
    private final OneCall call = new OneCall();

    @AfterEach
    void close() {
        call.close();
    }

    @Nested
    @DisplayName("ends")
    class Ends {

        @ParameterizedTest
        @ValueSource(strings = {"length", "max_tokens", "MAX_TOKENS", "model_length", "max_output_tokens"})
        @DisplayName("at a sentence when the model may write no more, which is told")
        void cut(String reason) throws Exception {
            Answer expected = new Answer("I am well.", "", new Usage(0, 0), true);
            assertThat(call.to(ModelServer.stream(piece("I am well. And how"), ended(reason), "[DONE]")))
                    .isEqualTo(expected);
            assertThat(call.to(ModelServer.respond(
                            200,
                            "{\"choices\":[{\"message\":{\"content\":\"I am well. And how\"},\"finish_reason\":\""
                                    + reason + "\"}]}")))
                    .isEqualTo(expected);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "null"})
        @DisplayName("cut when neither a reason nor the end mark came")
        void early(String reason) throws Exception {
            assertThat(call.to(ModelServer.stream(piece("Hel"), ended(reason))))
                    .isEqualTo(new Retryable(CallOutcome.DISCONNECTED, "cut the answer"));
            assertThat(call.text(ModelServer.stream(piece("Hello"), ended(reason), "[DONE]")))
                    .isEqualTo("Hello");
        }

        @Test
        @DisplayName("by a reason though the connection breaks after it, or stays without a word")
        void open() throws Exception {
            assertThat(call.text(ModelServer.cutStream(piece("Hello"), STOP))).isEqualTo("Hello");
            assertThat(call.text(ModelServer.openStream(piece("Hello"), STOP))).isEqualTo("Hello");
        }

        @ParameterizedTest
        @ValueSource(strings = {"content_filter", "SAFETY", "refusal"})
        @DisplayName("as declined when a filter stopped it")
        void filtered(String reason) throws Exception {
            Refused declined = new Refused("declined to answer", Fault.CONTENT);
            assertThat(call.to(ModelServer.stream(piece("Hel"), ended(reason), "[DONE]")))
                    .isEqualTo(declined);
            assertThat(call.to(ModelServer.stream(
                            "{\"choices\":[{\"delta\":{\"refusal\":\"I can't\"}}]}", STOP, "[DONE]")))
                    .isEqualTo(declined);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "data: {'error':{'code':502}}",
                    "data: {'object':'error','message':'x','code':500}",
                    "data: {'detail':'x'}",
                    "data: [{'error':{'code':503}}]",
                    "event: error^data: {'message':'x'}",
                    "event: error^data: x",
                    "error: {'code':500,'message':'x'}",
                    "data: {'choices':[{'delta':{},'finish_reason':'error'}]}",
                    "data: {'choices':[{'delta':{},'finish_reason':'abort'}]}"
                })
        @DisplayName("broken by an error in whatever form")
        void error(String event) throws Exception {
            String body =
                    "data: " + piece("Hel") + "\n\n" + event.replace('\'', '"').replace('^', '\n') + "\n\n";
            assertThat(call.to(ModelServer.raw(200, "text/event-stream", body)))
                    .isEqualTo(new Retryable(CallOutcome.PROVIDER_ERROR, "broke off with an error"));
        }

        @Test
        @DisplayName("unreadable when an event of it is damaged")
        void damaged() throws Exception {
            assertThat(call.to(ModelServer.stream(piece("Hel"), "{\"choices\":[{\"del", piece("lo"), STOP, "[DONE]")))
                    .isEqualTo(new Retryable(CallOutcome.UNREADABLE, "sent an unreadable answer"));
        }
    }

    @Nested
    @DisplayName("is waited for")
    class Waits {
        private static final Duration SOON = Duration.ofSeconds(2);
        private static final Retryable LATE = new Retryable(CallOutcome.TIMED_OUT, "did not answer in time");

        @ParameterizedTest
        @ValueSource(
                strings = {
                    ": OPENROUTER PROCESSING",
                    "event: ping",
                    "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}",
                    "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}"
                })
        @DisplayName("beyond the time for its first word while something comes")
        void alive(String line) throws Exception {
            assertThat(call.to(
                            ModelServer.slowStream(Duration.ofMillis(250), 10, line + "\n\n", EVENTS),
                            SOON,
                            Duration.ofSeconds(60)))
                    .isEqualTo(new Answer("Hello", "", new Usage(0, 0)));
        }

        @Test
        @DisplayName("no longer than the time for its first word when nothing comes, though the server has begun")
        void silent() throws Exception {
            assertThat(call.to(
                            ModelServer.slowStream(Duration.ofSeconds(10), 1, "", EVENTS),
                            Duration.ofMillis(400),
                            Duration.ofSeconds(60)))
                    .isEqualTo(LATE);
        }

        @ParameterizedTest
        @ValueSource(strings = {": ping\n\n", "data: {\"choices\":[{\"delta\":{\"content\":\"\"}}]}\n\n"})
        @DisplayName("three quarters of its whole time when only comments or empty events come")
        void commentsOnly(String line) throws Exception {
            long began = System.nanoTime();
            assertThat(call.to(
                            ModelServer.slowStream(Duration.ofMillis(20), 5000, line, EVENTS),
                            SOON,
                            Duration.ofSeconds(6)))
                    .isEqualTo(LATE);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(4400), Duration.ofMillis(5900));
        }

        @ParameterizedTest
        @ValueSource(strings = {": x\n\n", "data: {\"choices\":[{\"delta\":{\"content\":\"\"}}]}\n\n", "data: x", "x"})
        @DisplayName("to a limit of bytes, whose connection is closed there")
        void endless(String repeated) throws Exception {
            CompletableFuture<Void> dropped = new CompletableFuture<>();
            try (ModelServer server =
                    new ModelServer(ModelServer.endless("text/event-stream", repeated.repeat(2000), dropped))) {
                assertThat(call.to(server.provider("fake", Duration.ofSeconds(60))))
                        .isEqualTo(new Retryable(CallOutcome.UNREADABLE, "sent too long an answer"));
                dropped.get(20, TimeUnit.SECONDS);
            }
        }

        @Test
        @DisplayName("also when the frames of its events are many times as long as its text")
        void frames() throws Exception {
            String event = piece("word ").replaceFirst("}$", ",\"obfuscation\":\"" + "f".repeat(1000) + "\"}");
            String body = ("data: " + event + "\n\n").repeat(3000) + "data: " + STOP + "\n\n";
            assertThat(call.text(ModelServer.raw(200, "text/event-stream", body)))
                    .hasSize(3000 * 5 - 1);
        }
    }
}
