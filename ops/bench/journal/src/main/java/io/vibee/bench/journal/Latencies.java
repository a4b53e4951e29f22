package io.vibee.bench.journal;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts durations in classes that are 1/64 of a power of two wide, so that a quantile is right to under 2 %. */
final class Latencies {

    private static final int STEPS = 64;
    private static final int STEP_BITS = 6;

    private final AtomicLongArray counts = new AtomicLongArray(STEPS * Long.SIZE);

    void record(long nanos) {
        counts.incrementAndGet(index(Math.max(nanos, 0)));
    }

    /** Below {@link #STEPS} exact, above by the leading bits. */
    private static int index(long nanos) {
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(nanos) - STEP_BITS - 1);
        return shift * STEPS + (int) (nanos >>> shift);
    }

    private static long value(int index) {
        int shift = Math.max(0, index / STEPS - 1);
        return (long) (index - shift * STEPS) << shift;
    }

    void reset() {
        for (int i = 0; i < counts.length(); i++) {
            counts.set(i, 0);
        }
    }

    /** In milliseconds; not a number when nothing was counted. */
    double quantile(double share) {
        long total = 0;
        for (int i = 0; i < counts.length(); i++) {
            total += counts.get(i);
        }
        long rank = (long) Math.ceil(total * share);
        long seen = 0;
        for (int i = 0; i < counts.length(); i++) {
            seen += counts.get(i);
            if (seen >= rank && seen > 0) {
                return value(i) / 1e6;
            }
        }
        return Double.NaN;
    }
}
