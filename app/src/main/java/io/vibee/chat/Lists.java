package io.vibee.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The changes of the lists in a chat's state. Each gives a new list. */
final class Lists {

    private Lists() {}

    static <T> List<T> plus(List<T> list, T element) {
        return last(list, element, Integer.MAX_VALUE);
    }

    /** The list with an element more, and of all no more than the last ones. */
    static <T> List<T> last(List<T> list, T element, int most) {
        List<T> next = new ArrayList<>(Math.min(list.size() + 1, most));
        next.addAll(list.size() < most ? list : list.subList(list.size() - most + 1, list.size()));
        next.add(element);
        return next;
    }

    static <T> List<T> map(List<T> list, UnaryOperator<T> change) {
        return list.stream().map(change).toList();
    }

    static <T> List<T> without(List<T> list, Predicate<T> gone) {
        return list.stream().filter(gone.negate()).toList();
    }
}
