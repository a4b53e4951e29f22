package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Between two tries")
class RetryPolicyTest {
    private final Random random = new Random(42);

    private List<Duration> pauses(RetryPolicy policy, int failures, @Nullable Duration retryAfter) {
        return IntStream.range(0, 1000)
                .mapToObj(i -> policy.pauseAfter(failures, retryAfter, random).orElseThrow())
                .toList();
    }

    @Test
    @DisplayName("the pause is anywhere from 0 to a bound that doubles up to the cap")
    void fullJitter() {
        RetryPolicy policy = new RetryPolicy(10, Duration.ofMillis(500), Duration.ofSeconds(8), Duration.ofSeconds(20));

        for (int failures = 1; failures < 10; failures++) {
            Duration bound = Duration.ofMillis(Math.min(8000, 500L << (failures - 1)));
            List<Duration> pauses = pauses(policy, failures, null);
            assertThat(pauses).allMatch(pause -> !pause.isNegative() && pause.compareTo(bound) <= 0);
            assertThat(pauses).anyMatch(pause -> pause.compareTo(bound.dividedBy(10)) < 0);
            assertThat(pauses)
                    .anyMatch(pause -> pause.compareTo(bound.multipliedBy(9).dividedBy(10)) > 0);
        }
    }

    @Test
    @DisplayName("it is never shorter than the provider asked for")
    void obeys() {
        assertThat(pauses(RetryPolicy.DEFAULT, 1, Duration.ofSeconds(7)))
                .allMatch(pause ->
                        pause.compareTo(Duration.ofSeconds(7)) >= 0 && pause.compareTo(Duration.ofMillis(7500)) <= 0);
    }

    @Test
    @DisplayName("a provider that asks for too long is given up")
    void tooLong() {
        assertThat(RetryPolicy.DEFAULT.pauseAfter(1, Duration.ofSeconds(20), random))
                .isPresent();
        assertThat(RetryPolicy.DEFAULT.pauseAfter(1, Duration.ofSeconds(21), random))
                .isEmpty();
    }

    @Test
    @DisplayName("the last try is followed by none")
    void last() {
        assertThat(RetryPolicy.DEFAULT.pauseAfter(2, null, random)).isPresent();
        assertThat(RetryPolicy.DEFAULT.pauseAfter(3, null, random)).isEmpty();
    }

    @Test
    @DisplayName("a policy without a try is refused")
    void nonsense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy(0, Duration.ZERO, Duration.ZERO, Duration.ZERO))
                .withMessageContaining("tries: 0");
    }

    @Nested
    @DisplayName("Retry-After is read")
    class Header {
        private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

        private @Nullable Duration read(String name, String value) {
            return RetryAfter.in(HttpHeaders.of(Map.of(name, List.of(value)), (n, v) -> true), NOW);
        }

        @Test
        @DisplayName("as seconds, whole or not")
        void seconds() {
            assertThat(read("retry-after", "7")).isEqualTo(Duration.ofSeconds(7));
            assertThat(read("Retry-After", "0.25")).isEqualTo(Duration.ofMillis(250));
            assertThat(read("Retry-After", "1e300")).isEqualTo(Duration.ofDays(1));
        }

        @Test
        @DisplayName("as milliseconds")
        void millis() {
            assertThat(read("retry-after-ms", "1500")).isEqualTo(Duration.ofMillis(1500));
        }

        @Test
        @DisplayName("as a date, a past one as no wait")
        void date() {
            assertThat(read("Retry-After", "Fri, 02 Jan 2026 03:04:15 GMT")).isEqualTo(Duration.ofSeconds(10));
            assertThat(read("Retry-After", "Fri, 02 Jan 2026 03:04:00 GMT")).isEqualTo(Duration.ZERO);
        }

        @Test
        @DisplayName("as nothing where it makes no sense")
        void nonsense() {
            assertThat(read("Retry-After", "soon")).isNull();
            assertThat(read("Retry-After", "-1")).isNull();
            assertThat(read("Retry-After", "NaN")).isNull();
            assertThat(read("Date", "7")).isNull();
        }
    }
}
