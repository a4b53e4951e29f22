import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** How soon a new node polls for its share of the bots: as many as each node would have, less a tenth. */
final class Share {
    private final List<Bot> bots;
    private final int needed;
    private int node;
    private long since;
    private Duration reached;

    Share(Collection<Bot> bots, int nodes) {
        this.bots = List.copyOf(bots);
        this.needed = (int) (bots.size() * 0.9 / nodes);
    }

    /** The node serves since now. */
    void of(int newNode) {
        node = newNode;
        since = System.nanoTime();
    }

    boolean isReached() {
        if (reached == null && count() >= needed) {
            reached = Duration.ofNanos(System.nanoTime() - since);
        }
        return reached != null;
    }

    /** From when it served; null before. */
    Duration reached() {
        return reached;
    }

    long count() {
        return bots.stream().filter(bot -> bot.node() == node).count();
    }
}
