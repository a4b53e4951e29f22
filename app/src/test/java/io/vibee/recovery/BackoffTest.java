package io.vibee.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A backoff")
class BackoffTest {

    private final Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));

    @ParameterizedTest
    @DisplayName("doubles up to the longest wait")
    @CsvSource({"1,1", "2,2", "3,4", "6,32", "7,60", "8,60", "100,60", "2147483647,60"})
    void doubles(int tries, int seconds) {
        assertThat(backoff.after(tries, Math.nextDown(1.0))).isEqualTo(Duration.ofSeconds(seconds));
        assertThat(backoff.after(tries, 0)).as("at least the half").isEqualTo(Duration.ofMillis(seconds * 500L));
    }

    @Test
    @DisplayName("starts with the first wait even when nothing failed yet")
    void none() {
        assertThat(backoff.after(0, 0.5)).isEqualTo(Duration.ofMillis(750));
    }
}
