package io.vibee.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The backlog of a node")
class BacklogTest {

    private final Backlog backlog = new Backlog();

    @Test
    @DisplayName("slows nobody down while it is small")
    void small() {
        backlog.add("busy", Backlog.MUCH - 1);

        assertThat(backlog.pause("busy")).isZero();
    }

    @Test
    @DisplayName("slows down who brings in most of it, the more the more, and nobody else")
    void large() {
        backlog.add("busy", Backlog.MUCH);
        backlog.add("busier", 200);
        backlog.add("quiet", Backlog.OF_A_SESSION);

        assertThat(backlog.pause("busy")).isEqualTo(Backlog.LONGEST);
        assertThat(backlog.pause("busier")).isEqualTo(Duration.ofSeconds(1));
        assertThat(backlog.pause("quiet")).isZero();
        assertThat(backlog.pause("new")).isZero();
    }

    @Test
    @DisplayName("that is full lets only those poll who have nothing in it, until it is less")
    void full() {
        Backlog ofOneGigabyte = new Backlog(1L << 30);
        ofOneGigabyte.add("busy", 8_191);
        assertThat(ofOneGigabyte.isFull("busy")).isFalse();
        ofOneGigabyte.add("quiet", 1);

        assertThat(ofOneGigabyte.isFull("busy")).isTrue();
        assertThat(ofOneGigabyte.isFull("quiet")).isTrue();
        assertThat(ofOneGigabyte.isFull("new")).isFalse();
        ofOneGigabyte.add("quiet", -1);
        assertThat(ofOneGigabyte.isFull("busy")).isFalse();
    }

    @Test
    @DisplayName("ends when it is worked off")
    void workedOff() {
        backlog.add("busy", 2 * Backlog.MUCH);
        backlog.add("busy", -2 * Backlog.MUCH);

        assertThat(backlog.pause("busy")).isZero();
    }
}
