package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A fair queue")
class FairQueueTest {

    private final FairQueue<String> queue = new FairQueue<>(6);

    private void offer(String... items) {
        for (String item : items) {
            assertThat(queue.offer(item.substring(0, 1), 1, item)).isEmpty();
        }
    }

    private List<String> all() {
        List<String> items = new ArrayList<>();
        for (String next = queue.poll(); next != null; next = queue.poll()) {
            items.add(next);
        }
        return items;
    }

    @Test
    @DisplayName("lets owners take turns, each with its own oldest first")
    void turns() {
        offer("a1", "a2", "a3", "b1", "b2", "c1");

        assertThat(all()).containsExactly("a1", "b1", "c1", "a2", "b2", "a3");
        assertThat(queue.size()).isZero();
        assertThat(queue.oldest()).isNull();
    }

    @Test
    @DisplayName("lets one with a larger share have more in each turn")
    void shares() {
        for (int i = 1; i <= 4; i++) {
            assertThat(queue.offer("p", 2, "p" + i)).isEmpty();
        }
        offer("a1", "a2");

        assertThat(all()).containsExactly("p1", "p2", "a1", "p3", "p4", "a2");
    }

    @Test
    @DisplayName("is full at the cost of who has the most for the share")
    void fullOfShares() {
        for (int i = 1; i <= 4; i++) {
            assertThat(queue.offer("p", 4, "p" + i)).isEmpty();
        }
        offer("a1", "a2");

        assertThat(queue.offer("p", 4, "p5")).contains("a2");
    }

    @Test
    @DisplayName("puts one who comes anew behind those who wait")
    void newcomer() {
        offer("a1", "a2", "b1");
        assertThat(queue.poll()).isEqualTo("a1");
        offer("c1");

        assertThat(all()).containsExactly("b1", "a2", "c1");
    }

    @Test
    @DisplayName("is full at the cost of the owner who has most in it")
    void full() {
        offer("a1", "a2", "a3", "a4", "b1", "b2");

        assertThat(queue.offer("c", 1, "c1")).contains("a4");
        assertThat(queue.offer("a", 1, "a5")).contains("a5");
        assertThat(queue.offer("c", 1, "c2")).contains("a3");
        assertThat(queue.offer("c", 1, "c3")).as("nobody has more").contains("c3");
        assertThat(all()).containsExactly("a1", "b1", "c1", "a2", "b2", "c2");
    }

    @Test
    @DisplayName("of no room gives back what is offered")
    void noRoom() {
        FairQueue<String> none = new FairQueue<>(0);

        assertThat(none.offer("a", 1, "a1")).contains("a1");
        assertThat(none.poll()).isNull();
    }

    @Test
    @DisplayName("gives up what fits, in the order in which it came")
    void remove() {
        offer("a1", "b1", "a2", "c1");

        assertThat(queue.oldest()).isEqualTo("a1");
        assertThat(queue.remove(item -> !item.startsWith("b"))).containsExactly("a1", "a2", "c1");
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.oldest()).isEqualTo("b1");
    }
}
