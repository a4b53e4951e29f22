package io.vibee.logging;

import static io.vibee.logging.Events.event;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.status.Status;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

@DisplayName("The log's configuration")
class LogConfigurationTest {
    private final LoggerContext context = new LoggerContext();

    private AsyncAppender configured(String format) throws JoranException {
        context.putProperty("vibee.log.format", format);
        context.putProperty("vibee.log.level", "DEBUG");
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Objects.requireNonNull(getClass().getResource("/logback.xml")));
        return (AsyncAppender) context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("QUEUE");
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private static String written(AsyncAppender queue, ILoggingEvent event) {
        ConsoleAppender<ILoggingEvent> out = (ConsoleAppender<ILoggingEvent>) queue.getAppender("OUT");
        return new String(out.getEncoder().encode(event), StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName("is free of warnings, sets the service's level, and shows libraries from warnings on")
    void levels() throws JoranException {
        configured("text");

        assertThat(context.getStatusManager().getCopyOfStatusList())
                .noneMatch(status -> status.getLevel() >= Status.WARN);
        assertThat(context.getLogger("io.vibee.session.Session").getEffectiveLevel())
                .isEqualTo(Level.DEBUG);
        assertThat(context.getLogger("org.flywaydb.core").getEffectiveLevel()).isEqualTo(Level.WARN);
    }

    @Test
    @DisplayName("queues events in a bounded queue that makes warnings wait rather than drop them")
    void queue() throws JoranException {
        AsyncAppender queue = configured("text");

        assertThat(queue.getQueueSize()).isEqualTo(8192);
        assertThat(queue.isNeverBlock()).isFalse();
    }

    @Test
    @DisplayName("writes text as lines")
    void text() throws JoranException {
        assertThat(written(configured("text"), event(Level.INFO, "polling")))
                .isEqualTo("2026-01-02T03:04:05.006Z INFO  Session polling\n");
    }

    @Test
    @DisplayName("writes JSON as one object on one line, with the fields beside the message")
    void json() throws JoranException, JsonProcessingException {
        String line = written(
                configured("json"),
                event(Level.INFO, "a\nb", Map.of("session_id", "s1"), new KeyValuePair("chat_id", 7)));

        assertThat(line).hasLineCount(1).endsWith("\n");
        JsonNode object = new ObjectMapper().readTree(line);
        assertThat(object.get("@timestamp").asText()).isEqualTo("2026-01-02T03:04:05.006Z");
        assertThat(object.get("level").asText()).isEqualTo("INFO");
        assertThat(object.get("message").asText()).isEqualTo("a\nb");
        assertThat(object.get("session_id").asText()).isEqualTo("s1");
        assertThat(object.get("chat_id").asText()).isEqualTo("7");
    }

    @Test
    @DisplayName("masks secrets in every JSON field, the stack trace included")
    void masked() throws JoranException {
        String token = "123456:AAEhBP0av28YvU2eH5tpNcwPf3EN0vfQ5Xk";
        AsyncAppender queue = configured("json");

        String failed = written(queue, event(Level.ERROR, "m " + token, new IllegalStateException("e " + token)));
        String field = written(queue, event(Level.INFO, "m", Map.of("url", "bot" + token)));

        assertThat(failed).hasLineCount(1).contains("m ***").contains("IllegalStateException: e ***");
        assertThat(failed + field).doesNotContain("AAEhBP0");
    }
}
