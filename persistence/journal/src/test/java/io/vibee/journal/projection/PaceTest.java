package io.vibee.journal.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The pace of a projection")
class PaceTest {

    private static final ProjectionSettings SETTINGS = new ProjectionSettings(
            400,
            Duration.ofMillis(100),
            3,
            Duration.ofMillis(200),
            Duration.ofSeconds(2),
            Duration.ofMillis(200),
            Duration.ofSeconds(30));

    private final Pace pace = new Pace(SETTINGS, 0);
    private long now;

    private Duration batch(int millisBefore, int millis, int events) {
        long start = now + millisBefore * 1_000_000L;
        now = start + millis * 1_000_000L;
        Duration rest = pace.after(start, now, events);
        now += rest.toNanos();
        return rest;
    }

    @Test
    @DisplayName("lets what comes now and then pass at once")
    void now() {
        assertThat(IntStream.range(0, 100).mapToObj(i -> batch(50, 10, 4))).containsOnly(Duration.ZERO);
    }

    @Test
    @DisplayName("rests three times as long as it writes when it never stops coming")
    void load() {
        IntStream.range(0, 20).forEach(i -> batch(0, 10, 50));

        assertThat(IntStream.range(0, 20).mapToObj(i -> batch(0, 10, 50))).containsOnly(Duration.ofMillis(30));
    }

    @Test
    @DisplayName("rests a burst at the most, after however long batches, and has soon forgotten them")
    void longBatches() {
        IntStream.range(0, 20).forEach(i -> batch(0, 5_000, 50));
        assertThat(batch(0, 5_000, 50)).isEqualTo(Duration.ofMillis(200));

        assertThat(batch(100, 10, 4)).isEqualTo(Duration.ZERO);
    }

    @Test
    @DisplayName("does not rest while there is more than a batch holds, and not for it later")
    void full() {
        assertThat(IntStream.range(0, 50).mapToObj(i -> batch(0, 100, 400))).containsOnly(Duration.ZERO);
        assertThat(batch(0, 10, 1)).isEqualTo(Duration.ofMillis(30));
    }
}
