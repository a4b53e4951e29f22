package io.vibee.journal.snapshot;

import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import io.vibee.journal.SerializedPayload;
import io.vibee.journal.database.Database;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

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
        return database.withConnection(
                        connection -> Flux.from(bind(connection.createStatement(SELECT), persistenceId, criteria)
                                        .execute())
                                .concatMap(result -> result.map((row, metadata) -> read(row)))
                                .singleOrEmpty()
                                .map(Optional::of)
                                .defaultIfEmpty(Optional.empty()))
                .toFuture();
    }

    CompletionStage<Done> save(int slice, String entityType, SnapshotRow row) {
        SerializedPayload metadata = row.metadata();
        return database.withConnection(connection -> {
                    Statement statement = connection
                            .createStatement(SAVE)
                            .bind(0, slice)
                            .bind(1, entityType)
                            .bind(2, row.persistenceId())
                            .bind(3, row.sequenceNr())
                            .bind(4, row.timestamp())
                            .bind(5, ByteBuffer.wrap(row.snapshot().bytes()))
                            .bind(6, row.snapshot().serializerId())
                            .bind(7, row.snapshot().manifest());
                    if (metadata == null) {
                        statement
                                .bindNull(8, ByteBuffer.class)
                                .bindNull(9, Integer.class)
                                .bindNull(10, String.class);
                    } else {
                        statement
                                .bind(8, ByteBuffer.wrap(metadata.bytes()))
                                .bind(9, metadata.serializerId())
                                .bind(10, metadata.manifest());
                    }
                    return Flux.from(statement.execute())
                            .concatMap(Result::getRowsUpdated)
                            .reduce(0L, Long::sum)
                            .thenReturn(Done.getInstance());
                })
                .toFuture();
    }

    CompletionStage<Done> delete(String persistenceId, SnapshotSelectionCriteria criteria) {
        return database.withConnection(
                        connection -> Flux.from(bind(connection.createStatement(DELETE), persistenceId, criteria)
                                        .execute())
                                .concatMap(Result::getRowsUpdated)
                                .reduce(0L, Long::sum)
                                .thenReturn(Done.getInstance()))
                .toFuture();
    }

    private static Statement bind(Statement statement, String persistenceId, SnapshotSelectionCriteria criteria) {
        return statement
                .bind(0, persistenceId)
                .bind(1, criteria.minSequenceNr())
                .bind(2, criteria.maxSequenceNr())
                .bind(3, criteria.minTimestamp())
                .bind(4, criteria.maxTimestamp());
    }

    private static SnapshotRow read(Row row) {
        byte[] metadata = row.get("meta_payload", byte[].class);
        return new SnapshotRow(
                required(row, "persistence_id", String.class),
                required(row, "seq_nr", Long.class),
                required(row, "write_timestamp", Long.class),
                new SerializedPayload(
                        required(row, "ser_id", Integer.class),
                        required(row, "ser_manifest", String.class),
                        required(row, "snapshot", byte[].class)),
                metadata == null
                        ? null
                        : new SerializedPayload(
                                required(row, "meta_ser_id", Integer.class),
                                required(row, "meta_ser_manifest", String.class),
                                metadata));
    }

    private static <T> T required(Row row, String column, Class<T> type) {
        T value = row.get(column, type);
        if (value == null) {
            throw new IllegalStateException("snapshot." + column + " is null (expected: a value)");
        }
        return value;
    }
}
