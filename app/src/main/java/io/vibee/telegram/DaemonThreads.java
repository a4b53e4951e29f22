package io.vibee.telegram;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that never keep the process alive and end when idle, so that nobody has to stop them. */
final class DaemonThreads {
    private DaemonThreads() {}

    static ThreadFactory named(String name) {
        var count = new AtomicInteger();
        return work -> {
            var thread = new Thread(work, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Its queue holds at most the requests in flight, which the callers limit. */
    static Executor pool(String name, int threads) {
        var pool = new ThreadPoolExecutor(
                threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
