package io.vibee.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/**
 * An event as one line of text: time (UTC), level, logger, message, fields. Whatever would break the line is escaped. At error level a
 * stack trace follows on lines of its own; below that, the line names the exception.
 */
public final class LineLayout extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(200);
        line.append(TIME.format(event.getInstant())).append(' ').append(event.getLevel());
        line.append(event.getLevel().levelStr.length() < 5 ? "  " : " ");
        line.append(shortName(event.getLoggerName())).append(' ');
        appendEscaped(line, String.valueOf(event.getFormattedMessage()));
        for (Map.Entry<String, String> field : EventFields.of(event).entrySet()) {
            line.append(' ').append(field.getKey()).append('=');
            appendValue(line, field.getValue());
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null && event.getLevel().toInt() < Level.ERROR_INT) {
            line.append(" exception=");
            appendValue(line, thrown.getClassName() + ": " + thrown.getMessage());
        }
        line.append('\n');
        if (thrown != null && event.getLevel().toInt() >= Level.ERROR_INT) {
            line.append(ThrowableProxyUtil.asString(thrown));
        }
        return Masking.mask(line.toString());
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }

    private static void appendValue(StringBuilder line, String value) {
        boolean plain = !value.isEmpty() && value.chars().noneMatch(c -> c <= ' ' || c == '"' || c == '=');
        if (plain) {
            appendEscaped(line, value);
        } else {
            line.append('"');
            appendEscaped(line, value.replace("\\", "\\\\").replace("\"", "\\\""));
            line.append('"');
        }
    }

    private static void appendEscaped(StringBuilder line, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                        line.append(String.format("\\u%04x", (int) c));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
    }
}
