package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.reply.Prompt.Role;
import io.vibee.reply.Prompt.Turn;
import io.vibee.reply.ReplyOutcome.Failed;
import io.vibee.reply.ReplyOutcome.Saturated;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The engine's scheduler")
class RequestSchedulerTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final TestInbox<ReplyOutcome> ann = TestInbox.create("ann");
    private final TestInbox<ReplyOutcome> bob = TestInbox.create("bob");
    private final List<ActorRef<ReplyOutcome>> watched = new ArrayList<>();

    private RequestScheduler scheduler(int parallel, int queued, Duration waitAtMost) {
        return new RequestScheduler(
                new Workload(parallel), new WaitingRequests(queued, waitAtMost, watched::add, watched::remove));
    }

    private static OpenRequest from(TestInbox<ReplyOutcome> asker) {
        ReplyRequest request = new ReplyRequest(
                "owner",
                "chat",
                "key",
                "message",
                new Prompt("", List.of(new Turn(Role.USER, null, "Hi"))),
                "en",
                false,
                ReplyRequest.Purpose.REPLY,
                Set.of(),
                false);
        return new OpenRequest(request, asker.getRef(), text -> {}, null);
    }

    /** Fills the one place of a scheduler. */
    private OpenRequest begun(RequestScheduler scheduler) {
        OpenRequest open = from(ann);
        assertThat(scheduler.admits(open)).isTrue();
        scheduler.begun(1, open);
        return open;
    }

    @Test
    @DisplayName("lets requests wait while there is no room, and gives them out when there is")
    void waits() {
        RequestScheduler scheduler = scheduler(1, 10, LONG);
        OpenRequest first = begun(scheduler);
        OpenRequest second = from(bob);

        assertThat(scheduler.admits(second)).isFalse();
        assertThat(scheduler.next()).isNull();
        assertThat(scheduler.untilOverdue())
                .hasValueSatisfying(wait -> assertThat(wait).isBetween(Duration.ofSeconds(1), LONG));

        assertThat(scheduler.ended(1))
                .isNotNull()
                .extracting(Workload.Ended::open)
                .isEqualTo(first);
        assertThat(scheduler.next()).isEqualTo(second);
        assertThat(scheduler.next()).isNull();
        assertThat(bob.hasMessages()).isFalse();
    }

    @Test
    @DisplayName("knows no work under an id that has ended")
    void endsOnce() {
        RequestScheduler scheduler = scheduler(1, 10, LONG);
        begun(scheduler);

        assertThat(scheduler.ended(1)).isNotNull();
        assertThat(scheduler.ended(1)).isNull();
    }

    @Test
    @DisplayName("watches an asker while one of its requests waits")
    void watches() {
        RequestScheduler scheduler = scheduler(1, 10, LONG);
        begun(scheduler);
        scheduler.admits(from(bob));
        scheduler.admits(from(bob));
        assertThat(watched).containsExactly(bob.getRef());

        scheduler.ended(1);
        scheduler.next();
        assertThat(watched).containsExactly(bob.getRef());
        scheduler.next();
        assertThat(watched).isEmpty();
    }

    @Nested
    @DisplayName("sends away, to come back later,")
    class SendsAway {
        @Test
        @DisplayName("a request that finds the queue full")
        void full() {
            RequestScheduler scheduler = scheduler(1, 0, LONG);
            begun(scheduler);

            assertThat(scheduler.admits(from(bob))).isFalse();
            assertThat(bob.receiveMessage()).isInstanceOf(Saturated.class);
            assertThat(watched).isEmpty();
        }

        @Test
        @DisplayName("a request that has waited too long")
        void overdue() {
            RequestScheduler scheduler = scheduler(1, 10, Duration.ZERO);
            begun(scheduler);
            scheduler.admits(from(bob));

            scheduler.sendAwayOverdue();
            assertThat(bob.receiveMessage()).isInstanceOf(Saturated.class);
            assertThat(scheduler.untilOverdue()).isEmpty();
        }

        @Test
        @DisplayName("what waits and what comes while it drains, and finishes its work")
        void drains() {
            RequestScheduler scheduler = scheduler(1, 10, LONG);
            begun(scheduler);
            scheduler.admits(from(bob));

            scheduler.drain();
            assertThat(scheduler.admits(from(bob))).isFalse();
            assertThat(bob.getAllReceived()).containsExactly(RequestScheduler.ASK_AGAIN, RequestScheduler.ASK_AGAIN);
            assertThat(scheduler.isDrained()).isFalse();

            scheduler.ended(1);
            assertThat(scheduler.isDrained()).isTrue();
            assertThat(ann.hasMessages()).isFalse();
        }

        @Test
        @DisplayName("everything when it stops")
        void stops() {
            RequestScheduler scheduler = scheduler(1, 10, LONG);
            begun(scheduler);
            scheduler.admits(from(bob));

            scheduler.stop();
            assertThat(ann.receiveMessage()).isEqualTo(RequestScheduler.ASK_AGAIN);
            assertThat(bob.receiveMessage()).isEqualTo(RequestScheduler.ASK_AGAIN);
            assertThat(scheduler.ended(1)).isNull();
        }
    }

    @Test
    @DisplayName("forgets the waiting requests of an asker that has stopped")
    void forgets() {
        RequestScheduler scheduler = scheduler(1, 10, LONG);
        OpenRequest first = begun(scheduler);
        scheduler.admits(from(bob));

        scheduler.forget(bob.getRef());
        scheduler.answer(first, new Failed("away", 1));
        scheduler.ended(1);
        assertThat(scheduler.next()).isNull();
        assertThat(bob.hasMessages()).isFalse();
        assertThat(ann.receiveMessage()).isEqualTo(new Failed("away", 1));
    }
}
