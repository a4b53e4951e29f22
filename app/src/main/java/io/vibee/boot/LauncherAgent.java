package io.vibee.boot;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the instrumentation that {@code java -jar} hands to the class which the manifest names in
 * {@code Launcher-Agent-Class}: Kamon needs it, and nobody has to write {@code -javaagent}.
 */
public final class LauncherAgent {
    private static volatile @Nullable Instrumentation instrumentation;

    private LauncherAgent() {}

    /** Called by the JVM before {@code main}. */
    public static void agentmain(String arguments, Instrumentation given) {
        instrumentation = given;
    }

    /** Null when the service was not started from its jar. */
    static @Nullable Instrumentation instrumentation() {
        return instrumentation;
    }
}
