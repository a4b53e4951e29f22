package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.http.ReadinessCheck;
import io.vibee.journal.projection.ProjectionWatch.Standstill;
import io.vibee.journal.projection.ProjectionWatch.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The health check")
class HealthChecksTest {

    @Nested
    @DisplayName("of projections")
    class Projections {

        private static Standstill standstill(@Nullable String failure) {
            return new Standstill("conversations", 256, 511, Duration.ofMillis(45_700), failure);
        }

        @Test
        @DisplayName("is up and silent while all goes well")
        void well() {
            assertThat(HealthChecks.inWords(new State(List.of(), Map.of()))).isEqualTo(ReadinessCheck.up());
        }

        @Test
        @DisplayName("is up and tells of events that were set aside")
        void setAside() {
            ReadinessCheck check = HealthChecks.inWords(new State(List.of(), Map.of("conversations", 2L)));

            assertThat(check).isEqualTo(ReadinessCheck.up("conversations: 2 set aside"));
        }

        @Test
        @DisplayName(
                "is down while one stands still, and tells which, for how long and why, and that the node can serve")
        void standsStill() {
            ReadinessCheck known =
                    HealthChecks.inWords(new State(List.of(standstill("SQLSTATE 42501")), Map.of("conversations", 1L)));
            ReadinessCheck unknown = HealthChecks.inWords(new State(List.of(standstill(null)), Map.of()));

            assertThat(known.status()).isEqualTo("down");
            assertThat(known.serving()).isTrue();
            assertThat(known.detail())
                    .isEqualTo("conversations stands still for 45 s at the slices 256 to 511 (SQLSTATE 42501); "
                            + "conversations: 1 set aside");
            assertThat(unknown.detail()).endsWith("(no failure is known)");
        }
    }
}
