package io.vibee.journal.snapshot;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.vibee.journal.SerializedPayload;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.jspecify.annotations.Nullable;

/** The table {@code snapshot}: the newest of each persistence id and no other. */
final class SnapshotRows {

    /** One row. {@code timestamp} is in milliseconds since 1970. */
    record SnapshotRow(
            String persistenceId,
            long sequenceNr,
            long timestamp,
            SerializedPayload snapshot,
            @Nullable SerializedPayload metadata) {}

    private static final String CRITERIA =
            " where persistence_id = $1 and seq_nr between $2 and $3 and write_timestamp between $4 and $5";

    private static final String SELECT =
            "select persistence_id, seq_nr, write_timestamp, snapshot, ser_id, ser_manifest,"
                    + " meta_payload, meta_ser_id, meta_ser_manifest from snapshot" + CRITERIA;

    private static final String DELETE = "delete from snapshot" + CRITERIA;

    /* A stale writer's snapshot doesn't take the place of a newer one. */
    private static final String SAVE = """
            insert into snapshot as stored
              (slice, entity_type, persistence_id, seq_nr, write_timestamp, snapshot, ser_id, ser_manifest,
               meta_payload, meta_ser_id, meta_ser_manifest)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            on conflict (persistence_id) do update set
              seq_nr = excluded.seq_nr, write_timestamp = excluded.write_timestamp,
              snapshot = excluded.snapshot, ser_id = excluded.ser_id, ser_manifest = excluded.ser_manifest,
              meta_payload = excluded.meta_payload, meta_ser_id = excluded.meta_ser_id,
              meta_ser_manifest = excluded.meta_ser_manifest
            where stored.seq_nr <= excluded.seq_nr""";

    private final Database database;

    SnapshotRows(Database database) {
        this.database = database;
    }

    CompletionStage<Optional<SnapshotRow>> load(String persistenceId, SnapshotSelectionCriteria criteria) {
        return database.withConnection(connection ->
                        matching(connection, SELECT, persistenceId, criteria).one(SnapshotRows::read))
                .toFuture();
    }

    CompletionStage<Done> save(int slice, String entityType, SnapshotRow row) {
        SerializedPayload metadata = row.metadata();
        return database.withConnection(connection -> Query.on(connection, SAVE)
                        .with(slice)
                        .with(entityType)
                        .with(row.persistenceId())
                        .with(row.sequenceNr())
                        .with(row.timestamp())
                        .with(ByteBuffer.wrap(row.snapshot().bytes()))
                        .with(row.snapshot().serializerId())
                        .with(row.snapshot().manifest())
                        .with(metadata == null ? null : ByteBuffer.wrap(metadata.bytes()), ByteBuffer.class)
                        .with(metadata == null ? null : metadata.serializerId(), Integer.class)
                        .with(metadata == null ? null : metadata.manifest(), String.class)
                        .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    CompletionStage<Done> delete(String persistenceId, SnapshotSelectionCriteria criteria) {
        return database.withConnection(connection ->
                        matching(connection, DELETE, persistenceId, criteria).update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    private static Query matching(
            Connection connection, String sql, String persistenceId, SnapshotSelectionCriteria criteria) {
        return Query.on(connection, sql)
                .with(persistenceId)
                .with(criteria.minSequenceNr())
                .with(criteria.maxSequenceNr())
                .with(criteria.minTimestamp())
                .with(criteria.maxTimestamp());
    }

    private static SnapshotRow read(Readable row) {
        return new SnapshotRow(
                Column.text(row, "persistence_id"),
                Column.number(row, "seq_nr"),
                Column.number(row, "write_timestamp"),
                new SerializedPayload(
                        Column.integer(row, "ser_id"), Column.text(row, "ser_manifest"), Column.bytes(row, "snapshot")),
                SerializedPayload.metadata(row));
    }
}
