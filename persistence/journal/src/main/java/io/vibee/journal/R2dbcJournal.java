package io.vibee.journal;

import com.typesafe.config.Config;
import io.vibee.journal.JournalWrite.NewEvent;
import io.vibee.journal.database.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.Tagged;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Pekko Persistence's journal on PostgreSQL. It rejects events that can't be serialised or are too large. Every other error,
 * and every unknown outcome, is a failure, which stops the entity. The atomic writes of one call are stored together or not at
 * all. A second writer of a persistence id fails with {@link ConcurrentWriterException}.
 */
public final class R2dbcJournal extends AsyncWriteJournal {

    private final JournalSettings settings;
    private final Serialization serialization;
    private final Executor executor;
    private final GroupCommit groupCommit;
    private final EventReader reader;

    /** Called by Pekko, with the block {@code pekko.persistence.postgres.journal}. */
    public R2dbcJournal(Config config) {
        settings = JournalSettings.of(config);
        serialization = SerializationExtension.get(context().system());
        executor = context().dispatcher();
        Database database = Database.get(context().system());
        groupCommit = new GroupCommit(
                database,
                settings,
                context().system().scheduler(),
                executor,
                CommitSignals.get(context().system())::committed);
        reader = new EventReader(database);
    }

    @Override
    public void postStop() throws Exception {
        groupCommit.close();
        super.postStop();
    }

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> messages) {
        List<Optional<Exception>> results = new ArrayList<>();
        List<NewEvent> events = new ArrayList<>();
        String persistenceId = "";
        boolean rejected = false;
        for (AtomicWrite message : messages) {
            persistenceId = message.persistenceId();
            try {
                events.addAll(serialized(message));
                results.add(Optional.empty());
            } catch (Exception e) {
                rejected = true;
                results.add(Optional.of(e));
            }
        }
        // An empty answer means that nothing was rejected.
        Iterable<Optional<Exception>> answer = rejected ? results : List.of();
        CompletionStage<Done> stored = events.isEmpty()
                ? CompletableFuture.completedFuture(Done.getInstance())
                : groupCommit.store(write(persistenceId, events));
        return ScalaFutures.of(stored.thenApply(done -> answer));
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSequenceNr) {
        return ScalaFutures.done(
                groupCommit.settled(persistenceId).thenCompose(done -> reader.deleteTo(persistenceId, toSequenceNr)));
    }

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSequenceNr) {
        // An entity that is restarted while it writes must not take a number that its last write is about to take.
        return ScalaFutures.of(groupCommit
                .settled(persistenceId)
                .thenCompose(done -> reader.highest(persistenceId))
                .thenApply(highest -> {
                    groupCommit.seen(highest.timestamp());
                    return highest.sequenceNr();
                }));
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId,
            long fromSequenceNr,
            long toSequenceNr,
            long max,
            Consumer<PersistentRepr> replayCallback) {
        return ScalaFutures.done(replay(persistenceId, fromSequenceNr, toSequenceNr, max, replayCallback));
    }

    /** Asks for a page when the one before has been handed over. */
    private CompletionStage<Done> replay(
            String persistenceId, long from, long to, long max, Consumer<PersistentRepr> callback) {
        int limit = (int) Math.min(max, settings.replayPage());
        if (limit <= 0 || from > to) {
            return CompletableFuture.completedFuture(Done.getInstance());
        }
        return reader.page(persistenceId, from, to, limit)
                .thenComposeAsync(
                        events -> {
                            events.forEach(event -> callback.accept(event.representation(serialization)));
                            if (events.size() < limit) {
                                return CompletableFuture.completedFuture(Done.getInstance());
                            }
                            long next = events.getLast().sequenceNr() + 1;
                            return replay(persistenceId, next, to, max - events.size(), callback);
                        },
                        executor);
    }

    private JournalWrite write(String persistenceId, List<NewEvent> events) {
        return new JournalWrite(
                persistenceId,
                PersistenceId.extractEntityType(persistenceId),
                persistence().sliceForPersistenceId(persistenceId),
                events,
                System.nanoTime() + settings.patience().toNanos(),
                new CompletableFuture<>());
    }

    private List<NewEvent> serialized(AtomicWrite write) {
        List<NewEvent> events = new ArrayList<>(write.size());
        long size = 0;
        for (PersistentRepr message : CollectionConverters.asJava(write.payload())) {
            NewEvent event = serialized(message);
            size += event.size();
            events.add(event);
        }
        if (size > settings.maxPayload()) {
            throw new IllegalArgumentException(
                    "Events of " + size + " bytes (expected: at most max-payload, " + settings.maxPayload() + ")");
        }
        return events;
    }

    private NewEvent serialized(PersistentRepr message) {
        Object event = message.payload();
        ReservedTags.Reading tags = ReservedTags.Reading.NOTHING;
        if (event instanceof Tagged tagged) {
            event = tagged.payload();
            tags = ReservedTags.Reading.of(CollectionConverters.asJava(tagged.tags()));
        }
        return new NewEvent(
                message.sequenceNr(),
                message.writerUuid(),
                message.manifest(),
                SerializedPayload.of(serialization, event),
                message.metadata().isDefined()
                        ? SerializedPayload.of(serialization, message.metadata().get())
                        : null,
                tags);
    }
}
