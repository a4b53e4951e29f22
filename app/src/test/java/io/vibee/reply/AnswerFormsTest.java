package io.vibee.reply;

import static io.vibee.reply.OneCall.EVENTS;
import static io.vibee.reply.OneCall.STOP;
import static io.vibee.reply.OneCall.piece;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.ReplyObserver.CallOutcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An answer as servers and gateways really send it")
class AnswerFormsTest {
    private final OneCall call = new OneCall();

    @AfterEach
    void close() {
        call.close();
    }

    @Nested
    @DisplayName("is read as what it is")
    class Forms {

        @ParameterizedTest
        @ValueSource(strings = {"text/event-stream", "text/plain", "application/json", "application/octet-stream", ""})
        @DisplayName("whatever its content type says")
        void types(String type) throws Exception {
            String whole = ModelServer.completion("Hello");
            assertThat(call.text(ModelServer.raw(200, type, EVENTS))).isEqualTo("Hello");
            assertThat(call.text(ModelServer.raw(200, type, whole))).isEqualTo("Hello");
            assertThat(call.text(ModelServer.raw(201, type, "\ufeff \r\n[" + whole + "]")))
                    .isEqualTo("Hello");
        }

        @ParameterizedTest
        @ValueSource(strings = {"\n", "\r\n", "\r"})
        @DisplayName("whatever its lines end with, and wherever its pieces begin")
        void lines(String end) throws Exception {
            String body = ("\ufeff: hello\nid: 1\nretry: 5\nevent: message\n" + EVENTS).replace("\n", end);
            assertThat(call.text(ModelServer.raw(200, "text/event-stream", body)))
                    .isEqualTo("Hello");
            assertThat(call.text(ModelServer.bytes(200, "text/event-stream", 1, body)))
                    .isEqualTo("Hello");
        }

        @ParameterizedTest
        @CsvSource({"data: ,data:", "^^,^", "data: {,data:   {"})
        @DisplayName("with another space after the colon, and without empty lines between")
        void spaces(String usual, String odd) throws Exception {
            String body = EVENTS.replace(usual.replace('^', '\n'), odd.replace('^', '\n')) + "data: [DONE]";
            assertThat(call.text(ModelServer.raw(200, "text/event-stream", body)))
                    .isEqualTo("Hello");
        }

        @Test
        @DisplayName("with an event's data in several lines")
        void severalLines() throws Exception {
            assertThat(call.text(ModelServer.raw(200, "text/event-stream", """
                            data: {"choices":
                            data: [{"delta":{"content":"Hello"},
                            data: "finish_reason":"stop"}]}

                            """)))
                    .isEqualTo("Hello");
        }

        @ParameterizedTest
        @ValueSource(strings = {"gzip", "x-gzip", "deflate", "raw", "none"})
        @DisplayName("packed though nobody asked for it")
        void packed(String encoding) throws Exception {
            for (String body : List.of(EVENTS, ModelServer.completion("Hello"))) {
                assertThat(call.text(packed(200, encoding, body))).isEqualTo("Hello");
            }
            assertThat(call.to(packed(400, encoding, "{\"error\":{\"code\":\"context_length_exceeded\"}}")))
                    .isInstanceOf(CallResult.TooLong.class);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    " ",
                    "data: {\"choices\":[{\"delta\":{\"content\":\"\"}}],\"padding\":\"%500d\"}\n\n",
                    "{",
                    ": \n",
                    "data: x"
                })
        @DisplayName("and to a limit where a small one becomes a large one")
        void bomb(String repeated) throws Exception {
            String one = repeated.formatted(0);
            assertThat(call.to(packed(200, "gzip", one.repeat((64 << 20) / one.length()))))
                    .isEqualTo(new Retryable(CallOutcome.UNREADABLE, "sent too long an answer"));
        }

        private static ModelServer.Script packed(int status, String encoding, String body) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (OutputStream out = switch (encoding) {
                case "deflate" -> new DeflaterOutputStream(bytes);
                case "raw" -> new DeflaterOutputStream(bytes, new Deflater(Deflater.BEST_SPEED, true));
                default -> new GZIPOutputStream(bytes);
            }) {
                out.write(body.getBytes(StandardCharsets.UTF_8));
            }
            return answer -> {
                if (!encoding.equals("none")) {
                    answer.exchange
                            .getResponseHeaders()
                            .add("Content-Encoding", encoding.equals("raw") ? "deflate" : encoding);
                }
                ModelServer.send(answer, status, "text/event-stream", bytes.toByteArray());
            };
        }
    }

    @Nested
    @DisplayName("has its text")
    class Texts {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{'choices':[{'index':0,'text':'Hello','finish_reason':'stop'}]}",
                    "{'choices':[{'index':1,'delta':{'content':'no'}},{'index':0,'delta':{'content':'Hello'},'finish_reason':'stop'}]}",
                    "{'choices':[{'index':0,'message':{'content':'Hello'},'finish_reason':'stop'}]}",
                    "{'choices':[{'delta':{'content':[{'type':'text','text':'Hello'}]},'finish_reason':'stop'}]}",
                    "{'choices':[{'delta':{'content':[{'type':'thinking','thinking':[{'type':'text','text':'no'}]},"
                            + "{'type':'redacted_thinking','text':'no'},{'type':'reasoning','text':'no'},{'type':'text','text':'Hello'}]},"
                            + "'finish_reason':'stop'}]}",
                    "{'choices':[{'delta':{'content':'Hello','reasoning_content':'no','reasoning':'no','thinking':'no',"
                            + "'reasoning_details':[{'type':'reasoning.text','text':'no'}]},'finish_reason':'stop'}]}",
                    "{'error':null,'choices':[{'error':{},'delta':{'content':'Hello','refusal':''},'finish_reason':'stop'}]}",
                    "{'error':{'message':'','type':'','param':'','code':null},'choices':[{'delta':{'content':'Hello',"
                            + "'refusal':null},'finish_reason':'stop'}]}",
                    "{'error':'','choices':[{'error':[],'delta':{'content':'Hello'},'finish_reason':'eos_token'}]}",
                    "{'error':false,'choices':[{'delta':{'content':'<think>no</think>Hello'},'finish_reason':'stop'}]}"
                })
        @DisplayName("wherever it stands, and no thoughts")
        void places(String event) throws Exception {
            String json = event.replace('\'', '"');
            assertThat(call.text(ModelServer.stream(json, "[DONE]"))).isEqualTo("Hello");
            assertThat(call.text(ModelServer.respond(200, json.replace("\"delta\"", "\"message\""))))
                    .isEqualTo("Hello");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{'choices':[]}",
                    "{'choices':null}",
                    "{}",
                    "{'choices':[{'delta':null}]}",
                    "{'choices':[{'delta':{'content':null,'role':'assistant'}}]}",
                    "{'choices':[{'index':0,'delta':{'content':''},'finish_reason':''}]}",
                    "{'choices':[{'index':3,'delta':{'content':'no'},'finish_reason':'stop'}]}",
                    "{'choices':[{'delta':{'reasoning_content':'no'}}]}",
                    "{'object':'chat.completion.chunk','usage':{'prompt_tokens':1}}",
                    "ping"
                })
        @DisplayName("though an event has none")
        void without(String event) throws Exception {
            String json = event.replace('\'', '"');
            assertThat(call.text(ModelServer.stream(piece("Hel"), json, piece("lo"), json, STOP, json, "[DONE]")))
                    .isEqualTo("Hello");
            assertThat(call.to(ModelServer.stream(json, "[DONE]")))
                    .isEqualTo(new Retryable(CallOutcome.UNREADABLE, "sent an empty answer"));
        }

        @Test
        @DisplayName("with both halves of a character that came apart, and nothing that can't be stored")
        void characters() throws Exception {
            assertThat(call.text(ModelServer.stream(piece("Hi \\ud83d"), piece("\\ude00"), STOP)))
                    .isEqualTo("Hi 😀");
            assertThat(call.heard).containsExactly("Hi ", "Hi 😀");
            assertThat(call.text(ModelServer.stream(piece("a\\u0000b\\ud83d"), piece("c"), STOP)))
                    .isEqualTo("a\ufffdb\ufffdc");
        }

        @ParameterizedTest
        @ValueSource(strings = {"<think>x</think>", "<think>x", "x</think> \\n"})
        @DisplayName("which is empty when the model only thought")
        void onlyThoughts(String nothing) throws Exception {
            Retryable empty = new Retryable(CallOutcome.UNREADABLE, "sent an empty answer");
            assertThat(call.to(ModelServer.stream(piece(nothing), STOP))).isEqualTo(empty);
            assertThat(call.to(ModelServer.answer(nothing))).isEqualTo(empty);
        }

        @Test
        @DisplayName("of which no thought is heard; a model that doesn't mark their beginning is known the next time")
        void thoughts() throws Exception {
            ModelServer.Script unmarked = ModelServer.stream(piece("SECRET"), piece("</think>"), piece("Hello"), STOP);
            try (ModelServer server = new ModelServer(
                    ModelServer.stream(piece("<thi"), piece("nk>SECRET</th"), piece("ink>Hello"), STOP),
                    unmarked,
                    unmarked)) {
                Provider provider = server.provider("fake");
                for (int number = 1; number <= 3; number++) {
                    call.heard.clear();
                    assertThat(call.to(provider))
                            .isEqualTo(new CallResult.Answer("Hello", "", new ReplyOutcome.Usage(0, 0)));
                    assertThat(call.heard).last().isEqualTo("Hello");
                    assertThat(call.heard.stream().anyMatch(shown -> shown.contains("SECRET")))
                            .isEqualTo(number == 2);
                }
            }
        }
    }
}
