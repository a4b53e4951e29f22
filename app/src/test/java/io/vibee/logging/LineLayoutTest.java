package io.vibee.logging;

import static io.vibee.logging.Events.event;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

@DisplayName("An event as text")
class LineLayoutTest {
    private final LineLayout layout = new LineLayout();

    @Test
    @DisplayName("is one line: time, level, logger, message")
    void line() {
        assertThat(layout.doLayout(event(Level.INFO, "polling")))
                .isEqualTo("2026-01-02T03:04:05.006Z INFO  Session polling\n");
        assertThat(layout.doLayout(event(Level.ERROR, "gone")))
                .isEqualTo("2026-01-02T03:04:05.006Z ERROR Session gone\n");
    }

    @Test
    @DisplayName("stays one line whatever the message and the fields hold")
    void escaping() {
        var event = event(Level.INFO, "a\nb\r\tc\u001b[1m\u2028", Map.of("request_id", "x\ny"));

        assertThat(layout.doLayout(event))
                .isEqualTo("2026-01-02T03:04:05.006Z INFO  Session a\\nb\\r\\tc\\u001b[1m\\u2028"
                        + " request_id=\"x\\ny\"\n");
    }

    @Test
    @DisplayName("ends with its fields: the MDC without the machinery's, then the key-value pairs")
    void fields() {
        var event = event(
                Level.INFO,
                "polling",
                Map.of(
                        "pekkoSource", "pekko://vibee@127.0.0.1:17355/system/sharding/session/3/s1",
                        "pekkoAddress", "pekko://vibee@127.0.0.1:17355",
                        "kamonTraceId", "1"),
                new KeyValuePair("session_id", "s1"),
                new KeyValuePair("reason", "a \"b\" c"),
                new KeyValuePair("empty", ""),
                new KeyValuePair("nothing", null));

        assertThat(layout.doLayout(event))
                .endsWith("Session polling actor=/system/sharding/session/3/s1 session_id=s1 reason=\"a \\\"b\\\" c\""
                        + " empty=\"\" nothing=null\n");
    }

    @Test
    @DisplayName("names an exception in the line below error, and shows its stack after the line at error")
    void exceptions() {
        IllegalStateException thrown = new IllegalStateException("two\nlines");

        assertThat(layout.doLayout(event(Level.WARN, "retrying", thrown)))
                .endsWith("Session retrying exception=\"java.lang.IllegalStateException: two\\nlines\"\n")
                .hasLineCount(1);
        assertThat(layout.doLayout(event(Level.ERROR, "failed", thrown)))
                .contains("Session failed\njava.lang.IllegalStateException: two")
                .contains("\tat io.vibee.logging.LineLayoutTest.exceptions");
    }

    @Test
    @DisplayName("shows no secret, not even one in an exception's message")
    void secrets() {
        String token = "123456:AAEhBP0av28YvU2eH5tpNcwPf3EN0vfQ5Xk";
        IllegalStateException thrown = new IllegalStateException("bot" + token);

        assertThat(layout.doLayout(event(Level.ERROR, "with " + token, thrown))).doesNotContain("AAEhBP0");
        assertThat(layout.doLayout(event(Level.WARN, "w", thrown))).doesNotContain("AAEhBP0");
        assertThat(layout.doLayout(event(Level.INFO, "i", Map.of("url", "bot" + token))))
                .doesNotContain("AAEhBP0");
    }
}
