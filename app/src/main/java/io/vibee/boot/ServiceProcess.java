package io.vibee.boot;

import io.vibee.logging.Logging;
import io.vibee.metrics.MetricsCollection;
import io.vibee.settings.Settings;
import io.vibee.settings.SettingsException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ties the service's life to the JVM's. Its shutdown hook is the one place that stops the service, then the log, so
 * that the stop is logged too; the exit status says why the process ended, not which signal came.
 */
final class ServiceProcess {
    // With a start that is still under way, all of it fits into the 30 s that orchestrators commonly allow.
    private static final long STOP_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(29);

    private final Logger log = LoggerFactory.getLogger(ServiceProcess.class);
    private final CompletableFuture<Service> started = new CompletableFuture<>();
    private volatile boolean stopping;
    private volatile boolean failed;

    private ServiceProcess() {}

    /**
     * Starts metrics, then the service, and blocks as long as it runs.
     *
     * @param warnings about the settings, for the log
     */
    static void run(Settings settings, List<String> warnings) {
        new ServiceProcess().runUntilEnded(settings, warnings);
    }

    private void runUntilEnded(Settings settings, List<String> warnings) {
        warnings.forEach(log::warn);
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "shutdown"));
        try {
            MetricsCollection.start();
            if (stopping) {
                ended("Stopped before the service started.", null);
                return;
            }
            Service service = Service.start(settings);
            started.complete(service);
            JvmCache.complaint(
                            ManagementFactory.getRuntimeMXBean().getInputArguments(),
                            System.getProperty("java.vm.info", ""))
                    .ifPresent(log::warn);
            service.terminated().toCompletableFuture().get();
            ended(service.whyEnded(), null);
        } catch (SettingsException | StartException e) {
            ended(String.valueOf(e.getMessage()), null);
        } catch (InterruptedException | ExecutionException | RuntimeException e) {
            ended("The service failed: " + e, e);
        }
    }

    /** A failure, unless the JVM is stopping anyway: then libraries refuse to start, and that is as it should be. */
    private void ended(String line, @Nullable Throwable cause) {
        if (stopping) {
            log.debug("While stopping: {}", line);
        } else {
            failed = true;
            if (cause != null) {
                log.error("The service failed", cause);
            }
            System.err.println(line);
        }
        started.completeExceptionally(new StartException(line));
        if (failed) {
            System.exit(1);
        }
    }

    /** The service once it runs, null when it could not start. */
    private CompletableFuture<@Nullable Service> startedOrFailed() {
        return started.handle((service, failure) -> failure == null ? service : null);
    }

    private void stop() {
        stopping = true;
        long deadline = System.nanoTime() + STOP_WITHIN_NANOS;
        try {
            Service service = startedOrFailed().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (service != null) {
                service.stop().toCompletableFuture().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (TimeoutException e) {
            failed = true;
            System.err.println("The service did not stop in time.");
        } catch (ExecutionException | InterruptedException e) {
            failed = true;
            System.err.println("The service did not stop cleanly: " + e);
        }
        Logging.stop();
        // Not exit: that waits for this very hook, and the JVM's own status after a signal is never 0.
        Runtime.getRuntime().halt(failed ? 1 : 0);
    }
}
