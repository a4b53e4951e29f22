package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.reply.CallResult.Fault;
import io.vibee.reply.CallResult.Refused;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.CallResult.TooLong;
import io.vibee.reply.CallResult.Unsupported;
import io.vibee.reply.ReplyObserver.CallOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("What a provider answers instead of a text")
class FailureClassifierTest {

    private record Sample(String provider, int status, String body, String expected) {
        @Override
        public String toString() {
            return provider + " " + status + ": " + expected;
        }
    }

    private static Stream<Sample> samples() throws IOException {
        try (InputStream table =
                Objects.requireNonNull(FailureClassifierTest.class.getResourceAsStream("failures.tsv"))) {
            List<String> lines = new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return lines.stream().filter(line -> !line.startsWith("#")).map(line -> {
                String[] cells = line.split("\t", -1);
                return new Sample(cells[0], Integer.parseInt(cells[1]), cells[2], cells[3]);
            });
        }
    }

    private static Stream<Sample> tooLongInJson() throws IOException {
        return samples()
                .filter(sample -> sample.expected().equals("too_long"))
                .filter(sample -> sample.body().startsWith("{") || sample.body().startsWith("["));
    }

    private static String name(CallResult result) {
        return switch (result) {
            case TooLong tooLong -> "too_long";
            case Unsupported unsupported ->
                "without_" + unsupported.option().name().toLowerCase(Locale.ROOT);
            case Refused refused -> refused.fault().name().toLowerCase(Locale.ROOT);
            case Retryable retryable -> retryable.outcome() == CallOutcome.RATE_LIMITED ? "rate_limited" : "retry";
            case CallResult.Answer answer -> "answer";
        };
    }

    private static CallResult read(WireFormat wire, int status, String body) {
        return wire.read(
                status,
                new BoundedBody.Read(body.getBytes(StandardCharsets.UTF_8), true),
                null,
                ProviderTraits.Known.nothing());
    }

    @ParameterizedTest
    @MethodSource("samples")
    @DisplayName("is sorted as the table says")
    void sorted(Sample sample) {
        assertThat(name(read(new ChatCompletions(), sample.status(), sample.body())))
                .isEqualTo(sample.expected());
    }

    @ParameterizedTest
    @MethodSource("tooLongInJson")
    @DisplayName(
            "is too long a prompt in Anthropic's format too, in an answer that looks like a success, and inside a stream")
    void anywhere(Sample sample) {
        assertThat(read(new AnthropicMessages(), sample.status(), sample.body()))
                .isInstanceOf(TooLong.class);
        assertThat(read(new ChatCompletions(), 200, sample.body())).isInstanceOf(TooLong.class);
        for (String event : List.of("", "error")) {
            StreamedAnswer answer = new ChatCompletions().stream(ProviderTraits.Known.nothing());
            answer.accept("", "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}");
            assertThat(answer.accept(event, sample.body())).isTrue();
            assertThat(answer.result()).isInstanceOf(TooLong.class);
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    @DisplayName("is told in our own words only")
    void ownWords(Sample sample) {
        String cause = switch (read(new ChatCompletions(), sample.status(), sample.body())) {
            case TooLong result -> result.cause();
            case Unsupported result -> result.cause();
            case Refused result -> result.cause();
            case Retryable result -> result.cause();
            case CallResult.Answer answer -> "";
        };
        assertThat(cause).matches("answered \\d{3}( \\([a-zA-Z' _]+\\))?");
    }

    @ParameterizedTest
    @MethodSource("samples")
    @DisplayName("counts against the provider only when all its calls will end so")
    void guard(Sample sample) {
        GuardedProvider guarded = ModelServer.guard(new Provider(
                "one", Provider.Format.CHAT_COMPLETIONS, java.net.URI.create("https://x.test/v1"), "k", "m"));
        guarded.enter(0);

        CallResult result = read(new ChatCompletions(), sample.status(), sample.body());
        guarded.left(result, 0);

        assertThat(guarded.stateAt(0))
                .isEqualTo(
                        result instanceof Refused refused && refused.fault() == Fault.ACCOUNT
                                ? GuardedProvider.State.COOLING_DOWN
                                : GuardedProvider.State.CLOSED);
    }
}
