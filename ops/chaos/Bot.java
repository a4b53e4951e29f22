import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bot as Telegram has it: its token, the updates that are not confirmed yet, and at most one poll that waits for more. A newer poll ends
 * the older one.
 */
final class Bot {
    private static final int MOST = 100;

    /** What a poll comes to: updates, or none because another poll began. */
    record Polled(List<ObjectNode> updates, boolean ended) {}

    final long id;
    final String token;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ObjectNode> waiting = new ArrayDeque<>();
    private long nextUpdate;
    private long polls;
    private volatile int node;

    Bot(long id) {
        this.id = id;
        this.token = id + ":" + "chaos-referee-simulated-bot-token-0";
        // Telegram's own begin anywhere.
        this.nextUpdate = id % 1000 * 1_000_000 + 1;
    }

    /** The node that polled last; 0 before the first poll. */
    int node() {
        return node;
    }

    void add(ObjectNode update) {
        lock.lock();
        try {
            update.put("update_id", nextUpdate++);
            waiting.addLast(update);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Confirms the updates below the offset and waits for others. Blocks for as long as the timeout. */
    Polled poll(int from, long offset, Duration timeout) throws InterruptedException {
        lock.lock();
        try {
            node = from;
            while (!waiting.isEmpty() && waiting.getFirst().get("update_id").longValue() < offset) {
                waiting.removeFirst();
            }
            long mine = ++polls;
            changed.signalAll();
            long left = timeout.toNanos();
            while (waiting.isEmpty() && mine == polls && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (mine != polls) {
                return new Polled(List.of(), true);
            }
            return new Polled(new ArrayList<>(waiting.stream().limit(MOST).toList()), false);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the poll that waits, as another poller does. */
    void interfere() {
        lock.lock();
        try {
            polls++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
