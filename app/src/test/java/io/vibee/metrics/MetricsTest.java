package io.vibee.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.boot.ForkedJvm;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A scrape shows")
@Tag("process")
class MetricsTest {
    private static String scrape = "";

    /** In a process of its own, for others in this one count as well. */
    @BeforeAll
    static void scrapeAll(@TempDir Path directory) throws Exception {
        try (ForkedJvm program = ForkedJvm.start(directory, OneOfEach.class, Map.of())) {
            assertThat(program.exitStatus(90))
                    .as("exit status; stderr: %s", program.err())
                    .isZero();
            scrape = program.out();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "telegram_updates_total{kind=\"edited_message\"} 1.0",
                "telegram_updates_total{kind=\"message\"} 0.0",
                "telegram_updates_unreadable_total 1.0",
                "telegram_polls_total{outcome=\"empty\"} 1.0",
                "telegram_drafts_total{outcome=\"refused\"} 1.0",
                "telegram_drafts_total{outcome=\"sent\"} 0.0",
                "telegram_messages_total{direction=\"in\"} 2.0",
                "telegram_messages_total{direction=\"out\"} 1.0",
                "sessions_active{status=\"polling\"} 1.0",
                "updates_parked 2.0",
                "replies_pending 0.0",
                "reply_latency_seconds_count 2.0",
                "dead_letters_total 1.0",
                "dead_letters_retried_total 1.0",
                "dead_letters_dropped_total 1.0",
                "dead_letters_oldest_age_seconds 90.0",
                "deliveries_in_doubt_total{resolution=\"skip\"} 1.0",
                "deliveries_in_doubt_total{resolution=\"resend\"} 0.0",
                "sweep_wakeups_total 4.0",
                "moderation_stopped_total{side=\"message\",rule=\"flood\"} 1.0",
                "moderation_stopped_total{side=\"answer\",rule=\"links\"} 1.0",
                "moderation_stopped_total{side=\"answer\",rule=\"pattern\"} 0.0",
                "ai_cache_total{outcome=\"shared\"} 1.0",
                "ai_cache_total{outcome=\"miss\"} 0.0",
                "moderation_judged_total{verdict=\"away\"} 1.0",
                "password_hash_seconds_count 1.0",
                "ai_request_duration_seconds_count{provider=\"scripted\"} 1.0",
                "http_server_connection_open 1.0",
                "http_server_request_active 1.0",
                "http_server_requests_total{status=\"404\",method=\"GET\",route=\"/api/v1/chats/{id}\"} 1.0",
                "http_server_request_duration_seconds_count{method=\"GET\",route=\"/api/v1/chats/{id}\"} 1.0",
            })
    void sample(String line) {
        assertThat(scrape.lines()).contains(line);
    }

    @Test
    @DisplayName("each provider's requests by outcome")
    void requests() {
        assertThat(scrape.lines().filter(line -> line.startsWith("ai_requests_total{")))
                .hasSize(AiOutcome.values().length)
                .filteredOn(line -> line.endsWith(" 1.0"))
                .hasSize(2)
                .allMatch(line -> line.contains("provider=\"scripted\""))
                .anyMatch(line -> line.contains("outcome=\"answered\""))
                .anyMatch(line -> line.contains("outcome=\"circuit_open\""));
    }

    @Test
    @DisplayName("times in seconds, in buckets that fit what is measured")
    void buckets() {
        assertThat(scrape)
                .contains("ai_request_duration_seconds_bucket{le=\"0.5\",provider=\"scripted\"} 0.0")
                .contains("ai_request_duration_seconds_bucket{le=\"1.0\",provider=\"scripted\"} 1.0")
                .contains("reply_latency_seconds_bucket{le=\"43200.0\"} 1.0")
                .contains("reply_latency_seconds_bucket{le=\"+Inf\"} 2.0")
                .contains("# TYPE ai_request_duration_seconds histogram")
                .contains("# TYPE sessions_active gauge")
                .contains("# TYPE dead_letters_total counter");
    }

    @ParameterizedTest
    @EnumSource(UpdateKind.class)
    @DisplayName("an update's kind by its name in the Bot API")
    void kinds(UpdateKind kind) {
        assertThat(UpdateKind.of(kind.name().toLowerCase(java.util.Locale.ROOT)))
                .isEqualTo(kind);
    }

    @Test
    @DisplayName("a kind that Telegram invents later as other")
    void otherKind() {
        assertThat(UpdateKind.of("chat_boost")).isEqualTo(UpdateKind.OTHER);
    }
}
