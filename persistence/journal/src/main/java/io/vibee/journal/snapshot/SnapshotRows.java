package io.vibee.journal.snapshot;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.vibee.journal.SerializedPayload;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.GroupedReads;
import io.vibee.journal.database.Query;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.ToLongFunction;
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

    /* A look-up of its own for each question, so that every plan uses the primary key. */
    private static final String SELECT = """
            select asked.place, s.*
              from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
                   with ordinality as asked(id, first, last, earliest, latest, place),
                   lateral (
                     select persistence_id, seq_nr, write_timestamp, snapshot, ser_id, ser_manifest,
                            meta_payload, meta_ser_id, meta_ser_manifest
                       from snapshot
                      where persistence_id = asked.id and seq_nr between asked.first and asked.last
                            and write_timestamp between asked.earliest and asked.latest
                      limit 1) s""";

    /* Snapshots may be large. */
    private static final int TOGETHER = 16;

    private static final String DELETE = "delete from snapshot"
            + " where persistence_id = $1 and seq_nr between $2 and $3 and write_timestamp between $4 and $5";

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

    private record Wanted(String persistenceId, SnapshotSelectionCriteria criteria) {}

    private final Database database;
    private final GroupedReads<Wanted, SnapshotRow> loads;

    SnapshotRows(Database database) {
        this.database = database;
        loads = new GroupedReads<>(database, TOGETHER, SnapshotRows::matching, SnapshotRows::read);
    }

    /** The snapshot if it meets the criteria. Entities that recover at the same time share statements. */
    CompletionStage<Optional<SnapshotRow>> load(String persistenceId, SnapshotSelectionCriteria criteria) {
        return loads.ask(new Wanted(persistenceId, criteria))
                .thenApply(found -> found.stream().findFirst());
    }

    private static Query matching(Connection connection, List<Wanted> wanted) {
        return Query.on(connection, SELECT)
                .with(wanted.stream().map(Wanted::persistenceId).toArray(String[]::new))
                .with(numbers(wanted, SnapshotSelectionCriteria::minSequenceNr))
                .with(numbers(wanted, SnapshotSelectionCriteria::maxSequenceNr))
                .with(numbers(wanted, SnapshotSelectionCriteria::minTimestamp))
                .with(numbers(wanted, SnapshotSelectionCriteria::maxTimestamp));
    }

    private static Long[] numbers(List<Wanted> wanted, ToLongFunction<SnapshotSelectionCriteria> bound) {
        return wanted.stream().map(one -> bound.applyAsLong(one.criteria())).toArray(Long[]::new);
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
        return database.withConnection(connection -> Query.on(connection, DELETE)
                        .with(persistenceId)
                        .with(criteria.minSequenceNr())
                        .with(criteria.maxSequenceNr())
                        .with(criteria.minTimestamp())
                        .with(criteria.maxTimestamp())
                        .update())
                .thenReturn(Done.getInstance())
                .toFuture();
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
