package io.vibee.settings;

import org.slf4j.event.Level;

/** The lowest level of Vibee's own log lines, and their format. */
public record LogSettings(Level level, LogFormat format) {
    static LogSettings read(Environment environment, Mode mode) {
        Level level = environment.oneOf(Variable.LOG_LEVEL, Level.class, "trace, debug, info, warn or error");
        LogFormat format = environment.oneOf(Variable.VIBEE_LOG_FORMAT, LogFormat.class, "text or json");
        return new LogSettings(
                level == null ? Level.INFO : level,
                format != null ? format : mode == Mode.PRODUCTION ? LogFormat.JSON : LogFormat.TEXT);
    }
}
