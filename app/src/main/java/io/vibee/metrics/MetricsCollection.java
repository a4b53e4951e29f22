package io.vibee.metrics;

import java.lang.instrument.Instrumentation;
import kamon.Kamon;
import kanela.agent.Kanela;
import org.jspecify.annotations.Nullable;

/** Starts Kamon; what it measures of Pekko, it weaves into classes as they load, so it must come before them. */
public final class MetricsCollection {
    private MetricsCollection() {}

    /**
     * Once per process, before any class of Pekko is loaded.
     *
     * @param instrumentation null for none: then the service's own and the JVM's metrics are there, Pekko's are not
     */
    public static void start(@Nullable Instrumentation instrumentation) {
        if (instrumentation != null) {
            // Kanela's own Byte Buddy knows class files of no newer Java than 21 or so.
            System.setProperty("kanela.agent.libs.net.bytebuddy.experimental", "true");
            Kanela.premain("", instrumentation);
        }
        Kamon.initWithoutAttaching();
    }
}
