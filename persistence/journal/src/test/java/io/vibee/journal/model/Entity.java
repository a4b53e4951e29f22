package io.vibee.journal.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.DirectJournal;
import io.vibee.journal.Ledger;
import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.model.Expected.Note;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.persistence.journal.Tagged;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.jspecify.annotations.Nullable;

/** A Subject with what must be found of it. */
final class Entity {

    private static final Duration RETRY = Duration.ofMillis(50);

    private final PersistenceFixture fixture;
    private final ExtendedActorSystem system;
    private final String persistenceId;
    private final Function<String, String> tagName;
    private @Nullable ActorRef subject;
    private List<String> state = List.of();
    private Expected expected = Expected.NOTHING;
    private int texts;

    /** @param tagName makes a run's own tag of one */
    Entity(PersistenceFixture fixture, String persistenceId, Function<String, String> tagName) {
        this.fixture = fixture;
        this.system = (ExtendedActorSystem) Adapter.toClassic(fixture.testKit().system());
        this.persistenceId = persistenceId;
        this.tagName = tagName;
        restart();
    }

    String persistenceId() {
        return persistenceId;
    }

    Expected expected() {
        return expected;
    }

    List<String> state() {
        return state;
    }

    /** A request on its way; if it succeeds, this is what is to be found. */
    record Pending(CompletableFuture<List<String>> answer, Expected after) {}

    Pending begin(Step.Work work) {
        CompletableFuture<List<String>> answer = new CompletableFuture<>();
        return switch (work) {
            case Step.Write write -> {
                List<Note> notes = notes(write.events(), write.tags());
                yield send(new Subject.Persist(events(notes), answer), expected.written(notes));
            }
            case Step.Delete delete -> {
                long to = expected.highest() * delete.percent() / 100;
                yield send(new Subject.DeleteTo(to, answer), expected.deletedTo(to));
            }
            case Step.SaveSnapshot save ->
                // Of nothing there is no snapshot.
                expected.highest() == 0
                        ? new Pending(CompletableFuture.completedFuture(state), expected)
                        : send(new Subject.Save(answer), expected.saved(state));
        };
    }

    Pending deleteSnapshot() {
        CompletableFuture<List<String>> answer = new CompletableFuture<>();
        return send(new Subject.Forget(expected.snapshot().sequenceNr(), answer), expected.withoutSnapshot());
    }

    /** Writes some good events and this one, which can't be stored. */
    CompletableFuture<List<String>> persist(int before, Object bad) {
        List<Object> events = events(notes(before, Set.of()));
        events.add(bad);
        CompletableFuture<List<String>> answer = new CompletableFuture<>();
        send(new Subject.Persist(events, answer), expected);
        return answer;
    }

    /** The request must succeed. */
    void complete(Pending pending) throws Exception {
        state = pending.answer().get(PersistenceFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        expected = pending.after();
    }

    /** Somebody else has stored these. */
    void overtaken(List<Note> notes) {
        expected = expected.written(notes);
    }

    List<Note> notes(int count, Set<String> tags) {
        List<Note> notes = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            notes.add(new Note("text " + ++texts, tags));
        }
        return notes;
    }

    List<Object> events(List<Note> notes) {
        List<Object> events = new ArrayList<>();
        for (Note note : notes) {
            Ledger.Entered event = new Ledger.Entered(note.text());
            events.add(
                    note.tags().isEmpty()
                            ? event
                            : new Tagged(
                                    event, note.tags().stream().map(tagName).collect(Collectors.toSet())));
        }
        return events;
    }

    /** Stops it, if it still runs, and lets it recover what is expected. */
    void restart() {
        restart(List.of(expected));
    }

    /** As {@link #restart()}; what is found must be one of these, and is expected from then on. */
    void restart(List<Expected> possible) {
        stop();
        state = recover();
        DirectJournal.Replay found = new DirectJournal(fixture).replay(persistenceId);
        // Beside events that were not deleted it makes no difference to what is recovered.
        List<String> snapshot = fixture.rows(
                "select coalesce(max(seq_nr), 0) from snapshot where persistence_id = '" + persistenceId + "'");
        List<Expected> matching = possible.stream()
                .filter(one -> one.recovered().equals(state)
                        && snapshot.equals(List.of(String.valueOf(one.snapshot().sequenceNr())))
                        && one.highest() == found.highest()
                        && Replays.matches(found, one))
                .toList();
        assertThat(matching)
                .as(
                        "%s recovered %s with the snapshot %s and replayed %s; possible were %s",
                        persistenceId, state, snapshot, found, possible)
                .isNotEmpty();
        expected = matching.getFirst();
    }

    void stop() {
        if (subject != null) {
            TestKit probe = new TestKit(system);
            probe.watch(subject);
            subject.tell(PoisonPill.getInstance(), ActorRef.noSender());
            probe.expectTerminated(PersistenceFixture.PATIENCE, subject);
            subject = null;
        }
    }

    private Pending send(Subject.Request request, Expected after) {
        if (subject != null) {
            subject.tell(request, ActorRef.noSender());
        }
        return new Pending(request.answer(), after);
    }

    /** After an outage the first tries may fail. */
    private List<String> recover() {
        long deadline = System.nanoTime() + PersistenceFixture.PATIENCE.toNanos();
        while (true) {
            CompletableFuture<List<String>> recovered = new CompletableFuture<>();
            subject = system.systemActorOf(Subject.props(persistenceId, recovered), "subject-" + UUID.randomUUID());
            try {
                return recovered.get(PersistenceFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | CompletionException e) {
                assertThat(deadline - System.nanoTime())
                        .as("recovery, but: %s", e)
                        .isPositive();
                var unused = new CompletableFuture<>()
                        .completeOnTimeout("", RETRY.toMillis(), TimeUnit.MILLISECONDS)
                        .join();
            } catch (InterruptedException | TimeoutException e) {
                throw new AssertionError("no recovery", e);
            }
        }
    }
}
