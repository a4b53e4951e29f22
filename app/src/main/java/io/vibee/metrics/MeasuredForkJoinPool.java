package io.vibee.metrics;

import com.typesafe.config.Config;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import kamon.Kamon;
import kamon.metric.Gauge;
import kamon.metric.Timer;
import kamon.tag.TagSet;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.dispatch.ForkJoinExecutorConfigurator;

/** The fork-join pool of a Pekko dispatcher, as it is otherwise configured; it shows how busy it is. */
public final class MeasuredForkJoinPool extends ExecutorServiceConfigurator {
    /** By the dispatcher's id. */
    private static final Map<String, Measured> POOLS = new ConcurrentHashMap<>();

    private final ForkJoinExecutorConfigurator configurator;

    /** As Pekko makes it from a dispatcher's {@code executor}. */
    public MeasuredForkJoinPool(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        configurator = new ForkJoinExecutorConfigurator(config.getConfig("fork-join-executor"), prerequisites);
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
        ExecutorServiceFactory factory = configurator.createExecutorServiceFactory(id, threads);
        return () -> {
            var executor = factory.createExecutorService();
            if (executor instanceof ForkJoinPool pool) {
                POOLS.put(id, new Measured(id, pool));
            }
            return executor;
        };
    }

    /** Records how busy each pool is now, and lets each time how long a task waits for a thread. */
    static void look() {
        POOLS.values().removeIf(measured -> measured.pool.isShutdown());
        POOLS.values().forEach(Measured::look);
    }

    private static final class Measured {
        private final ForkJoinPool pool;
        private final Gauge queued;
        private final Gauge active;
        private final Gauge threads;
        private final Gauge parallelism;
        private final Timer timeInQueue;

        Measured(String dispatcher, ForkJoinPool pool) {
            this.pool = pool;
            TagSet name = TagSet.of("name", dispatcher);
            queued = Kamon.gauge("executor.queue-size", "Tasks that wait for a thread")
                    .withTags(name);
            active = Kamon.gauge("executor.threads.active", "Threads that run a task")
                    .withTags(name);
            threads = Kamon.gauge("executor.threads.total", "Threads that there are")
                    .withTags(name);
            parallelism = Kamon.gauge("executor.parallelism", "Threads that may run at once")
                    .withTags(name);
            timeInQueue = Kamon.timer(
                            "executor.time-in-queue", "Time that one task every few seconds waited for a thread")
                    .withTags(name);
        }

        void look() {
            queued.update((double) pool.getQueuedSubmissionCount() + pool.getQueuedTaskCount());
            active.update(pool.getActiveThreadCount());
            threads.update(pool.getPoolSize());
            parallelism.update(pool.getParallelism());
            long asked = System.nanoTime();
            try {
                pool.execute(() -> timeInQueue.record(System.nanoTime() - asked));
            } catch (RejectedExecutionException ended) {
                // It ended just now: there is nothing to tell of it.
            }
        }
    }
}
