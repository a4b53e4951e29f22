package io.vibee.journal.snapshot;

import io.vibee.journal.ScalaFutures;
import io.vibee.journal.SerializedPayload;
import io.vibee.journal.UnreadablePayloadException;
import io.vibee.journal.database.Database;
import io.vibee.journal.snapshot.SnapshotRows.SnapshotRow;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.pekko.Done;
import org.apache.pekko.japi.pf.ReceiveBuilder;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.PartialFunction;
import scala.concurrent.Future;
import scala.runtime.BoxedUnit;

/**
 * Pekko Persistence's snapshot store on PostgreSQL. It keeps the newest snapshot of each persistence id and no other. An older
 * one never replaces it. Retention by the number of events needs no more.
 *
 * <p>A save that failed takes nothing away. Pekko asks to delete what such a save may have stored, which is right where an older
 * snapshot lies beside it. Here it has taken the older one's place, and the events before it may be gone: it is all that is left.
 */
public final class R2dbcSnapshotStore extends SnapshotStore {

    private final Serialization serialization;
    private final Persistence persistence;
    private final Executor executor;
    private final SnapshotRows rows;
    private final PartialFunction<Object, BoxedUnit> noteFailedSave;
    private @Nullable SnapshotMetadata failedSave;

    /** Called by Pekko. */
    public R2dbcSnapshotStore() {
        serialization = SerializationExtension.get(context().system());
        persistence = Persistence.get(context().system());
        executor = context().dispatcher();
        rows = new SnapshotRows(Database.get(context().system()));
        noteFailedSave = ReceiveBuilder.create()
                .match(SaveSnapshotFailure.class, failure -> failedSave = failure.metadata())
                .build()
                .onMessage();
    }

    /** Pekko calls this with a save's outcome, right before it asks to delete what failed. */
    @Override
    public PartialFunction<Object, BoxedUnit> receivePluginInternal() {
        return noteFailedSave;
    }

    @Override
    public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return ScalaFutures.of(
                rows.load(persistenceId, criteria).thenApplyAsync(row -> row.map(this::selected), executor));
    }

    @Override
    public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
        return ScalaFutures.done(save(metadata, snapshot));
    }

    @Override
    public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
        if (metadata.equals(failedSave)) {
            failedSave = null;
            return ScalaFutures.done(CompletableFuture.completedStage(Done.getInstance()));
        }
        long sequenceNr = metadata.sequenceNr();
        // A time of 0 means whichever snapshot has that number.
        boolean anyTime = metadata.timestamp() == 0;
        SnapshotSelectionCriteria thisOne = new SnapshotSelectionCriteria(
                sequenceNr,
                anyTime ? Long.MAX_VALUE : metadata.timestamp(),
                sequenceNr,
                anyTime ? 0 : metadata.timestamp());
        return doDeleteAsync(metadata.persistenceId(), thisOne);
    }

    @Override
    public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return ScalaFutures.done(rows.delete(persistenceId, criteria));
    }

    private CompletionStage<Done> save(SnapshotMetadata metadata, Object snapshot) {
        SnapshotRow row;
        try {
            Option<Object> extra = metadata.metadata();
            row = new SnapshotRow(
                    metadata.persistenceId(),
                    metadata.sequenceNr(),
                    metadata.timestamp(),
                    SerializedPayload.of(serialization, snapshot),
                    extra.isDefined() ? SerializedPayload.of(serialization, extra.get()) : null);
        } catch (Exception e) {
            return CompletableFuture.failedStage(e);
        }
        String persistenceId = metadata.persistenceId();
        return rows.save(
                persistence.sliceForPersistenceId(persistenceId), PersistenceId.extractEntityType(persistenceId), row);
    }

    private SelectedSnapshot selected(SnapshotRow row) {
        SnapshotMetadata metadata = SnapshotMetadata.apply(row.persistenceId(), row.sequenceNr(), row.timestamp());
        SerializedPayload extra = row.metadata();
        return SelectedSnapshot.create(
                extra == null ? metadata : metadata.withMetadata(deserialize(row, extra)),
                deserialize(row, row.snapshot()));
    }

    // Serializers throw checked exceptions that their signatures don't tell.
    private Object deserialize(SnapshotRow row, SerializedPayload payload) {
        try {
            return payload.deserialize(serialization);
        } catch (Exception e) {
            throw UnreadablePayloadException.snapshot(row.persistenceId(), row.sequenceNr(), payload, e);
        }
    }
}
