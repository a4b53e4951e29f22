package io.vibee.metrics;

import java.lang.instrument.Instrumentation;
import kamon.Kamon;
import kanela.agent.Kanela;
import org.jspecify.annotations.Nullable;

/** Starts Kamon. It weaves its measurements of Pekko into classes as they load, so it must start before them. */
public final class MetricsCollection {
    private MetricsCollection() {}

    /**
     * Once per process, before any class of Pekko is loaded.
     *
     * @param instrumentation null for none: then there are Vibee's own metrics and the JVM's, but not Pekko's
     */
    public static void start(@Nullable Instrumentation instrumentation) {
        if (instrumentation != null) {
            // Kanela's own Byte Buddy knows class files up to Java 21 or so.
            System.setProperty("kanela.agent.libs.net.bytebuddy.experimental", "true");
            Kanela.premain("", instrumentation);
        }
        Kamon.initWithoutAttaching();
    }
}
