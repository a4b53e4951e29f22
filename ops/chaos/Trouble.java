import java.util.concurrent.TimeUnit;

/**
 * When a node or the database may have been unable to record what became of a send. The node that sends need not be the one that records: a
 * chat may live on another node than its session. Times are {@link System#nanoTime()}.
 *
 * @param from when it was struck
 * @param to when it was itself again, or known to be gone
 */
record Trouble(long from, long to) {
    /** A send is recorded some milliseconds after it on an idle machine, some seconds after it on a very busy one. */
    private static final long RECORDED_WITHIN = TimeUnit.SECONDS.toNanos(15);

    boolean explains(Ledger.Sent sent) {
        return sent.at - from > -RECORDED_WITHIN && sent.at - to < RECORDED_WITHIN;
    }
}
