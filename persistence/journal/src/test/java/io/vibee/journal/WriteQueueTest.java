package io.vibee.journal;

import static io.vibee.journal.Writes.settings;
import static io.vibee.journal.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The queue of writes")
class WriteQueueTest {

    private final WriteQueue queue = new WriteQueue(settings("group-commit.batch-events = 3"));

    @Test
    void givesOneWriteOfEachPersistenceIdToABatch() {
        JournalWrite first = offered(write("a", 1));
        offered(write("a", 2));
        JournalWrite other = offered(write("b", 1));

        assertThat(taken()).containsExactly(first, other);
    }

    @Test
    void givesTheNextWriteOfAPersistenceIdWhenTheOneInFlightHasEnded() {
        JournalWrite first = offered(write("a", 1));
        JournalWrite second = offered(write("a", 2));
        assertThat(taken()).containsExactly(first);

        assertThat(taken()).isEmpty();
        queue.finished(List.of(first));
        assertThat(taken()).containsExactly(second);
    }

    @Test
    void letsTheFirstWhoEndsAWriteSayHowItWent() {
        JournalWrite write = offered(write("a", 1));
        assertThat(taken()).containsExactly(write);

        assertThat(queue.finished(List.of(write))).containsExactly(write);
        assertThat(queue.finished(List.of(write))).isEmpty();
    }

    @Test
    void fillsABatchUpToTheNumberOfEventsButTakesALargerWriteAlone() {
        JournalWrite large = offered(write("a", 1, Set.of(), Set.of(), Set.of(), Set.of()));
        JournalWrite two = offered(write("b", 1, Set.of(), Set.of()));
        JournalWrite three = offered(write("c", 1, Set.of(), Set.of()));

        assertThat(taken()).containsExactly(large);
        assertThat(taken()).containsExactly(two);
        assertThat(taken()).containsExactly(three);
    }

    @Test
    void asksForOneConnectionAtATimeAndForNoMoreThanItMay() {
        WriteQueue narrow = new WriteQueue(settings("group-commit { connections = 2, batch-events = 1 }"));
        for (String id : List.of("a", "b", "c")) {
            narrow.offer(write(id, 1));
        }

        assertThat(narrow.connect()).isTrue();
        assertThat(narrow.connect()).as("while the first comes").isFalse();
        narrow.takeFirst(System.nanoTime());
        assertThat(narrow.connect()).isTrue();
        narrow.takeFirst(System.nanoTime());
        assertThat(narrow.connect()).as("beyond the limit").isFalse();
        narrow.released();
        assertThat(narrow.connect()).isTrue();
    }

    @Test
    void refusesWhatIsTooMuchInNumber() {
        WriteQueue small = new WriteQueue(settings("group-commit.queue-writes = 2"));

        assertThat(small.offer(write("a", 1))).isTrue();
        assertThat(small.offer(write("a", 2))).isTrue();
        assertThat(small.offer(write("b", 1))).isFalse();
    }

    @Test
    void refusesWhatIsTooMuchInBytesUntilSomethingHasEnded() {
        JournalWrite first = write("a", 1);
        WriteQueue small = new WriteQueue(settings("group-commit.queue-size = " + first.size()));

        assertThat(small.offer(first)).isTrue();
        assertThat(small.offer(write("b", 1))).isFalse();
        small.takeFirst(System.nanoTime());
        assertThat(small.offer(write("b", 1))).as("what is in flight counts").isFalse();
        small.finished(List.of(first));
        assertThat(small.offer(write("b", 1))).isTrue();
    }

    @Test
    void givesUpWhatHasWaitedTooLongAndNeverPutsItIntoABatch() {
        JournalWrite late = Writes.of("a", List.of(Writes.event(1, "test", Set.of())), Duration.ofSeconds(1));
        JournalWrite patient = write("b", 1);
        offered(late);
        offered(patient);
        long then = System.nanoTime() + Duration.ofSeconds(2).toNanos();

        WriteQueue.Batch batch = queue.takeFirst(then);

        assertThat(batch.expired()).containsExactly(late);
        assertThat(batch.writes()).containsExactly(patient);
    }

    @Test
    void findsWhatHasWaitedTooLongWithoutAConnection() {
        JournalWrite late = offered(Writes.of("a", List.of(Writes.event(1, "test", Set.of())), Duration.ofSeconds(1)));

        assertThat(queue.expire(System.nanoTime())).isEmpty();
        assertThat(queue.expire(System.nanoTime() + Duration.ofSeconds(2).toNanos()))
                .containsExactly(late);
        assertThat(queue.isWaiting()).isFalse();
    }

    @Test
    void isSettledForAPersistenceIdWhenAllItsWritesHaveAnOutcome() {
        JournalWrite first = offered(write("a", 1));
        JournalWrite second = offered(write("a", 2));

        CompletionStage<Done> settled = queue.settled("a");

        assertThat(queue.settled("b").toCompletableFuture()).isDone();
        first.stored().complete(Done.getInstance());
        assertThat(settled.toCompletableFuture()).isNotDone();
        second.stored().completeExceptionally(new IllegalStateException("refused"));
        assertThat(settled.toCompletableFuture()).isCompleted();
    }

    @Test
    void givesBackWhatWaitsWhenItIsClosedAndTakesNoMore() {
        JournalWrite first = offered(write("a", 1));
        JournalWrite second = offered(write("a", 2));

        assertThat(queue.close()).containsExactly(first, second);
        assertThat(queue.offer(write("b", 1))).isFalse();
        assertThat(queue.connect()).isFalse();
    }

    private JournalWrite offered(JournalWrite write) {
        assertThat(queue.offer(write)).isTrue();
        return write;
    }

    private List<JournalWrite> taken() {
        return queue.takeFirst(System.nanoTime()).writes();
    }
}
