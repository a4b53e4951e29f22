package io.vibee.reply;

import static io.vibee.reply.OneCall.STOP;
import static io.vibee.reply.OneCall.piece;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.reply.CallResult.Unsupported;
import io.vibee.reply.ReplyOutcome.Answered;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a provider refuses of a request, and it can go without,")
class RefusedOptionsTest {
    private static final String NO_USAGE =
            "{\"error\":{\"message\":\"Unknown parameter: 'stream_options'.\",\"param\":\"stream_options\"}}";
    private static final String NO_STREAM =
            "{\"error\":{\"message\":\"Unsupported value\",\"param\":\"stream\",\"code\":\"unsupported_value\"}}";

    private final OneCall call = new OneCall();

    @AfterEach
    void close() {
        call.close();
    }

    /** The tries it took, 0 for no answer. */
    private int reply(Provider provider) throws Exception {
        ReplyOutcome outcome = new ReplyCall(
                        call.client,
                        List.of(ModelServer.guard(provider)),
                        new RetryPolicy(1, Duration.ZERO, Duration.ZERO, Duration.ZERO),
                        (name, result, duration) -> {},
                        OneCall.PROMPT,
                        Duration.ofSeconds(20),
                        text -> {})
                .run()
                .get(30, TimeUnit.SECONDS);
        return outcome instanceof Answered answered ? answered.tries() : 0;
    }

    @Test
    @DisplayName("is left out at once, and from then on")
    void remembered() throws Exception {
        ModelServer.Script hello = ModelServer.stream(piece("Hello"), STOP);
        try (ModelServer server = new ModelServer(
                ModelServer.respond(400, NO_USAGE),
                hello,
                hello,
                ModelServer.respond(422, NO_STREAM),
                ModelServer.answer("Hello"))) {
            Provider provider = server.provider("fake");

            assertThat(reply(provider)).isEqualTo(2);
            assertThat(reply(provider)).isEqualTo(1);
            assertThat(reply(provider)).isEqualTo(2);
            assertThat(reply(provider)).isEqualTo(1);

            assertThat(server.asked)
                    .extracting(asked -> asked.body().contains("stream_options"))
                    .containsExactly(true, false, false, false, false, false);
            assertThat(server.asked)
                    .extracting(asked -> asked.body().contains("\"stream\":true"))
                    .containsExactly(true, true, true, true, false, false);
        }
    }

    @Test
    @DisplayName("is left out once: who refuses what was not asked for is not asked for ever")
    void once() throws Exception {
        try (ModelServer server = new ModelServer(ModelServer.respond(400, NO_USAGE))) {
            assertThat(reply(server.provider("fake"))).isZero();
            assertThat(server.calls()).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("is left out for that provider and model only")
    void others() throws Exception {
        try (ModelServer refusing = new ModelServer(ModelServer.respond(400, NO_USAGE));
                ModelServer other = new ModelServer()) {
            assertThat(call.to(refusing.provider("one"))).isInstanceOf(Unsupported.class);
            call.to(other.provider("two"));
            assertThat(other.asked.getFirst().body()).contains("stream_options");
        }
    }
}
