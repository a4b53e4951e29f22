import java.util.concurrent.TimeUnit;

/**
 * When a node, or with 0 every node, may have been unable to record what became of a send. Times are {@link System#nanoTime()}.
 *
 * @param from when it was struck
 * @param to when it was itself again, or known to be gone
 */
record Trouble(int node, long from, long to) {
    /** A send is recorded some milliseconds after it on an idle machine, some seconds after it on a very busy one. */
    private static final long RECORDED_WITHIN = TimeUnit.SECONDS.toNanos(15);

    boolean explains(Ledger.Sent sent) {
        return (node == 0 || node == sent.node) && sent.at - from > -RECORDED_WITHIN && sent.at - to < RECORDED_WITHIN;
    }
}
