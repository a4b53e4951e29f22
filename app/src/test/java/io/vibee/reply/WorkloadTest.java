package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The engine's workload")
class WorkloadTest {

    @Test
    @DisplayName("takes 2 s for a reply before it knows better, and shares the wait among the places")
    void estimate() {
        assertThat(new Workload(1).retryAfter(0)).isEqualTo(Duration.ofSeconds(2));
        assertThat(new Workload(1).retryAfter(9)).isEqualTo(Duration.ofSeconds(20));
        assertThat(new Workload(4).retryAfter(9)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    @DisplayName("asks nobody to come back in less than 1 s or more than 60 s")
    void bounds() {
        assertThat(new Workload(1).retryAfter(1_000)).isEqualTo(Duration.ofSeconds(60));
        assertThat(new Workload(100).retryAfter(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(new Workload(0).retryAfter(1_000)).isEqualTo(Duration.ofSeconds(1));
    }
}
