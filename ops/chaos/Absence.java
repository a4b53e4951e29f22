import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;

/** The bots that a node polled for when it was struck, and how long each was without a poll from another node. */
final class Absence {
    private final int node;
    private final Set<Bot> bots;
    private final long since = System.nanoTime();
    private final Map<Bot, Long> backAt = new ConcurrentHashMap<>();

    private volatile boolean isGone;

    Absence(int node, Collection<Bot> bots) {
        this.node = node;
        this.bots = Set.copyOf(bots);
    }

    /** The node that was struck is gone, and another has its number. */
    void anyNode() {
        isGone = true;
    }

    void polled(Bot bot, int by) {
        if ((isGone || by != node) && bots.contains(bot)) {
            backAt.putIfAbsent(bot, System.nanoTime() - since);
        }
    }

    int bots() {
        return bots.size();
    }

    int back() {
        return backAt.size();
    }

    /** Until this share of them was polled for again; null while it is not. */
    Duration until(double share) {
        int count = (int) Math.ceil(bots.size() * share);
        if (count == 0 || backAt.size() < count) {
            return null;
        }
        LongStream sorted = backAt.values().stream().mapToLong(Long::longValue).sorted();
        return Duration.ofNanos(sorted.skip(count - 1).findFirst().orElseThrow());
    }
}
