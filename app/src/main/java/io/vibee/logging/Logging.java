package io.vibee.logging;

import ch.qos.logback.classic.LoggerContext;
import io.vibee.settings.LogFormat;
import io.vibee.settings.LogSettings;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.slf4j.event.Level;

/** Starts and ends the log. Libraries show warnings and errors; they show info too when Vibee itself logs debug or trace. */
public final class Logging {
    private Logging() {}

    /** Must come before the first logger is made: the configuration reads what is set here. */
    public static void start(LogSettings settings) {
        boolean detailed = settings.level().toInt() < Level.INFO.toInt();
        System.setProperty("vibee.log.level", settings.level().name());
        System.setProperty("vibee.log.libraries", detailed ? "INFO" : "WARN");
        System.setProperty("vibee.log.format", settings.format() == LogFormat.JSON ? "json" : "text");
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /** Writes what is still queued, for at most two seconds. Nothing is logged after it. */
    public static void stop() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }
}
