package io.vibee.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/** Log events as tests need them, all of one moment and one logger. */
final class Events {
    private static final LoggerContext CONTEXT = new LoggerContext();

    private Events() {}

    static LoggingEvent event(Level level, String message, @Nullable Throwable thrown) {
        return event(level, message, thrown, Map.of());
    }

    static LoggingEvent event(Level level, String message) {
        return event(level, message, null, Map.of());
    }

    static LoggingEvent event(Level level, String message, Map<String, String> mdc, KeyValuePair... pairs) {
        return event(level, message, null, mdc, pairs);
    }

    private static LoggingEvent event(
            Level level, String message, @Nullable Throwable thrown, Map<String, String> mdc, KeyValuePair... pairs) {
        LoggingEvent event = new LoggingEvent(
                Events.class.getName(), CONTEXT.getLogger("io.vibee.session.Session"), level, message, thrown, null);
        event.setInstant(Instant.parse("2026-01-02T03:04:05.006Z"));
        event.setMDCPropertyMap(mdc);
        for (KeyValuePair pair : pairs) {
            event.addKeyValuePair(pair);
        }
        return event;
    }
}
