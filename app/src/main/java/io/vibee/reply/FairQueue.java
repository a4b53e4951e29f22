package io.vibee.reply;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue in which owners take turns. Each owner's oldest item comes first, and an owner's share says how many items it has in
 * each turn. When the queue is full, the owner with the most items for its share loses its newest one, so one owner's crowd never keeps
 * others out. Not thread-safe.
 */
final class FairQueue<T> {

    private record Entry<T>(long number, T item) {}

    /** One owner's items in the queue. */
    private static final class Line<T> {
        final ArrayDeque<Entry<T>> entries = new ArrayDeque<>();
        int share = 1;
        int takenInTurn;

        double crowd() {
            return (double) entries.size() / share;
        }
    }

    private final int capacity;
    /** In the order of their turns. */
    private final LinkedHashMap<String, Line<T>> owners = new LinkedHashMap<>();

    private int size;
    private long lastNumber;

    /** A queue for at most so many items, of all owners together. */
    FairQueue(int capacity) {
        this.capacity = capacity;
    }

    int size() {
        return size;
    }

    /**
     * Puts an item in. Returns the item that gives way, which may be this one, or nothing.
     *
     * @param share how many items of this owner come in each of its turns, at least 1; the latest value holds
     */
    Optional<T> offer(String owner, int share, T item) {
        Line<T> line = owners.computeIfAbsent(owner, name -> new Line<>());
        line.share = share;
        line.entries.add(new Entry<>(++lastNumber, item));
        size++;
        return size > capacity ? Optional.of(lastOfTheMost().item()) : Optional.empty();
    }

    private Entry<T> lastOfTheMost() {
        // Among equals the one whose turn is farthest away: a newcomer's.
        Map.Entry<String, Line<T>> most = owners.sequencedEntrySet().reversed().stream()
                .max(Comparator.comparingDouble(owner -> owner.getValue().crowd()))
                .orElseThrow();
        Line<T> line = most.getValue();
        Entry<T> last = line.entries.removeLast();
        size--;
        if (line.entries.isEmpty()) {
            owners.remove(most.getKey());
        }
        return last;
    }

    /** Takes out the next one, or null when there is none. */
    @Nullable
    T poll() {
        Map.Entry<String, Line<T>> next = owners.firstEntry();
        if (next == null) {
            return null;
        }
        String owner = next.getKey();
        Line<T> line = next.getValue();
        Entry<T> first = line.entries.removeFirst();
        if (line.entries.isEmpty()) {
            owners.remove(owner);
        } else if (++line.takenInTurn >= line.share) {
            line.takenInTurn = 0;
            owners.putLast(owner, line);
        }
        size--;
        return first.item();
    }

    /** The one that has waited longest, or null when there is none. */
    @Nullable
    T oldest() {
        return owners.values().stream()
                .map(line -> line.entries.getFirst())
                .min(Comparator.comparingLong(Entry::number))
                .map(Entry::item)
                .orElse(null);
    }

    /** Takes out all that match. Returns them in the order in which they came. */
    List<T> remove(Predicate<T> which) {
        List<Entry<T>> removed = new ArrayList<>();
        owners.values()
                .forEach(line -> line.entries.removeIf(entry -> {
                    boolean fits = which.test(entry.item());
                    if (fits) {
                        removed.add(entry);
                    }
                    return fits;
                }));
        owners.values().removeIf(line -> line.entries.isEmpty());
        size -= removed.size();
        removed.sort(Comparator.comparingLong(Entry::number));
        return removed.stream().map(Entry::item).toList();
    }
}
