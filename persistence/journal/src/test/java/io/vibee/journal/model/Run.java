package io.vibee.journal.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.ConcurrentWriterException;
import io.vibee.journal.DirectJournal;
import io.vibee.journal.Ledger;
import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.TcpProxy;
import io.vibee.journal.model.Entity.Pending;
import io.vibee.journal.model.Expected.Note;
import io.vibee.journal.model.Subject.RejectedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.persistence.JournalProtocol.WriteMessageFailure;
import org.apache.pekko.persistence.JournalProtocol.WriteMessageSuccess;

/** A sequence of steps, done to entities of a type of their own, and to the model. */
final class Run implements AutoCloseable {

    /** Larger than is allowed. */
    static final int OVERSIZED = 20_000;

    private final PersistenceFixture fixture;
    private final PersistenceFixture observer;
    private final TcpProxy network;
    private final String entityType;
    private final List<Entity> entities = new ArrayList<>();

    Run(PersistenceFixture fixture, PersistenceFixture observer, TcpProxy network, String entityType) {
        this.fixture = fixture;
        this.observer = observer;
        this.network = network;
        this.entityType = entityType;
        for (int number = 0; number < Step.ENTITIES; number++) {
            entities.add(new Entity(fixture, entityType + "|" + number, this::tagName));
        }
    }

    String entityType() {
        return entityType;
    }

    List<Entity> entities() {
        return entities;
    }

    /** A tag of this run's own. */
    String tagName(String tag) {
        return tag + "-" + entityType;
    }

    void take(Step step) throws Exception {
        switch (step) {
            case Step.Work work -> {
                Entity entity = entities.get(work.entity());
                entity.complete(entity.begin(work));
            }
            case Step.DeleteSnapshot delete -> {
                Entity entity = entities.get(delete.entity());
                entity.complete(entity.deleteSnapshot());
            }
            case Step.WriteOversized write ->
                rejected(write.entity(), write.before(), new Ledger.Entered("x".repeat(OVERSIZED)));
            case Step.WriteUnserialisable write -> rejected(write.entity(), write.before(), new Object());
            case Step.OtherWriterIsLate other -> otherWriterIsLate(entities.get(other.entity()), other.events());
            case Step.OtherWriterIsFirst other -> otherWriterIsFirst(entities.get(other.entity()));
            case Step.Restart restart -> entities.get(restart.entity()).restart();
            case Step.Outage outage -> outage(outage);
        }
    }

    private void rejected(int number, int before, Object event) {
        Entity entity = entities.get(number);
        assertThat(PersistenceFixture.failure(entity.persist(before, event))).isInstanceOf(RejectedException.class);
        entity.restart();
    }

    private void otherWriterIsLate(Entity entity, int events) {
        long highest = entity.expected().highest();
        if (highest == 0) {
            return;
        }
        Object answer = new DirectJournal(fixture)
                .write(entity.persistenceId(), highest, entity.events(entity.notes(events, Set.of())));
        assertThat(answer)
                .isInstanceOfSatisfying(
                        WriteMessageFailure.class,
                        failed -> assertThat(failed.cause()).isInstanceOf(ConcurrentWriterException.class));
    }

    private void otherWriterIsFirst(Entity entity) {
        List<Note> theirs = entity.notes(2, Set.of());
        Object answer = new DirectJournal(fixture)
                .write(entity.persistenceId(), entity.expected().highest() + 1, entity.events(theirs));
        assertThat(answer).isInstanceOf(WriteMessageSuccess.class);
        entity.overtaken(theirs);

        Pending refused = entity.begin(new Step.Write(0, 2, Set.of()));
        assertThat(PersistenceFixture.failure(refused.answer())).isInstanceOf(ConcurrentWriterException.class);
        entity.restart();
    }

    private void outage(Step.Outage outage) throws Exception {
        Map<Entity, Pending> works = new LinkedHashMap<>();
        for (Step.Work work : outage.works()) {
            Entity entity = entities.get(work.entity());
            works.put(entity, entity.begin(work));
        }
        if (outage.afterAnAnswer()) {
            var unused = CompletableFuture.anyOf(answers(works).toArray(CompletableFuture[]::new))
                    .get(PersistenceFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        network.cut();
        var unused = CompletableFuture.allOf(answers(works)
                        .map(answer -> answer.handle((done, failure) -> ""))
                        .toArray(CompletableFuture[]::new))
                .get(PersistenceFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        // The server may still do what it was asked; what it did can be known when nobody is connected any more.
        observer.eventually(() -> assertThat(observer.rows("select count(*) from pg_stat_activity"
                        + " where datname = current_database() and pid <> pg_backend_pid()"))
                .containsExactly("0"));
        network.restore();
        works.forEach((entity, pending) -> {
            boolean acknowledged = !pending.answer().isCompletedExceptionally();
            entity.restart(acknowledged ? List.of(pending.after()) : List.of(pending.after(), entity.expected()));
        });
    }

    private static Stream<CompletableFuture<List<String>>> answers(Map<Entity, Pending> works) {
        return works.values().stream().map(Pending::answer);
    }

    @Override
    public void close() {
        entities.forEach(Entity::stop);
    }
}
