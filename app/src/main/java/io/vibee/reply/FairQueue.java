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
 * A bounded queue in which owners take turns, each with its own oldest first. When it is full, what came last of the owner who has
 * the most in it gives way, so that nobody is kept out by another's crowd. Not thread-safe.
 */
final class FairQueue<T> {

    private record Entry<T>(String owner, long number, T item) {}

    private final int capacity;
    /** In the order of their turns. */
    private final LinkedHashMap<String, ArrayDeque<Entry<T>>> owners = new LinkedHashMap<>();

    private int size;
    private long lastNumber;

    /** For at most so many items, of all owners together. */
    FairQueue(int capacity) {
        this.capacity = capacity;
    }

    int size() {
        return size;
    }

    /** Puts an item in; gives the one that gives way, which may be this one, or nothing. */
    Optional<T> offer(String owner, T item) {
        Entry<T> entry = new Entry<>(owner, ++lastNumber, item);
        owners.computeIfAbsent(owner, name -> new ArrayDeque<>()).add(entry);
        size++;
        return size > capacity ? Optional.of(lastOfTheMost().item()) : Optional.empty();
    }

    private Entry<T> lastOfTheMost() {
        // Of equals the one whose turn is farthest, which a newcomer's is.
        Map.Entry<String, ArrayDeque<Entry<T>>> most = owners.sequencedEntrySet().reversed().stream()
                .max(Comparator.comparingInt(owner -> owner.getValue().size()))
                .orElseThrow();
        Entry<T> last = most.getValue().removeLast();
        left(most.getKey(), most.getValue());
        return last;
    }

    /** Takes out the next one, or null when there is none. */
    @Nullable
    T poll() {
        Map.Entry<String, ArrayDeque<Entry<T>>> next = owners.pollFirstEntry();
        if (next == null) {
            return null;
        }
        Entry<T> first = next.getValue().removeFirst();
        if (!next.getValue().isEmpty()) {
            owners.putLast(next.getKey(), next.getValue());
        }
        size--;
        return first.item();
    }

    /** The one that has waited longest, or null when there is none. */
    @Nullable
    T oldest() {
        return owners.values().stream()
                .map(ArrayDeque::getFirst)
                .min(Comparator.comparingLong(Entry::number))
                .map(Entry::item)
                .orElse(null);
    }

    /** Takes out all that fit; gives them in the order in which they came. */
    List<T> remove(Predicate<T> which) {
        List<Entry<T>> removed = new ArrayList<>();
        owners.values()
                .forEach(entries -> entries.removeIf(entry -> {
                    boolean fits = which.test(entry.item());
                    if (fits) {
                        removed.add(entry);
                    }
                    return fits;
                }));
        owners.values().removeIf(ArrayDeque::isEmpty);
        size -= removed.size();
        removed.sort(Comparator.comparingLong(Entry::number));
        return removed.stream().map(Entry::item).toList();
    }

    private void left(String owner, ArrayDeque<Entry<T>> entries) {
        size--;
        if (entries.isEmpty()) {
            owners.remove(owner);
        }
    }
}
