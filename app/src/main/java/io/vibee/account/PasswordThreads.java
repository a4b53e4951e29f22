package io.vibee.account;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the bounded executor for {@link Passwords}. It rejects what does not fit into its queue. */
public final class PasswordThreads {

    private PasswordThreads() {}

    /**
     * @param threads how many hashes are computed at once, each with 19 MiB
     * @param queue how many may wait
     */
    public static ThreadPoolExecutor create(int threads, int queue) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), work -> {
                    Thread thread = new Thread(work, "passwords-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
