package io.vibee.journal;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import io.vibee.journal.JournalWrite.NewEvent;
import io.vibee.journal.ReservedTags.Mark;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stores one event. It writes the same row as {@link EventBatchStatement}, with a shorter statement: the driver reads the text each
 * time, and the server starts each part of it. Most batches of a node with little to do hold one event.
 */
final class SingleEventStatement {

    private static final String INSERT = """
            insert into event_journal
              (persistence_id, slice, entity_type, seq_nr, writer, adapter_manifest,
               event_ser_id, event_ser_manifest, event_payload, meta_ser_id, meta_ser_manifest, meta_payload,
               tags, owner, scope, db_timestamp)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, %s)
            returning db_timestamp as now""".formatted(WriteClauses.timestamp("$16"));

    private static final String OPEN = """
            with opened as (
              insert into unfinished as kept (persistence_id, owner) values ($1, $14)
              %s
            )
            %s""".formatted(WriteClauses.KEEP_OPEN, INSERT);

    private static final String CLOSE = """
            with closed as (
              delete from unfinished where persistence_id = $1
            )
            %s""".formatted(INSERT);

    private SingleEventStatement() {}

    static boolean suits(List<JournalWrite> writes) {
        return writes.size() == 1 && writes.getFirst().events().size() == 1;
    }

    static Statement of(Connection connection, JournalWrite write, Instant notBefore) {
        NewEvent event = write.events().getFirst();
        SerializedPayload metadata = event.metadata();
        List<String> tags = event.tags().others();
        Statement statement = connection
                .createStatement(text(event.tags().mark()))
                .bind(0, write.persistenceId())
                .bind(1, write.slice())
                .bind(2, write.entityType())
                .bind(3, event.sequenceNr())
                .bind(4, event.writer())
                .bind(5, event.adapterManifest())
                .bind(6, event.event().serializerId())
                .bind(7, event.event().manifest())
                .bind(8, ByteBuffer.wrap(event.event().bytes()));
        bind(statement, 9, metadata == null ? null : metadata.serializerId(), Integer.class);
        bind(statement, 10, metadata == null ? null : metadata.manifest(), String.class);
        bind(statement, 11, metadata == null ? null : ByteBuffer.wrap(metadata.bytes()), ByteBuffer.class);
        bind(statement, 12, tags.isEmpty() ? null : tags.toArray(String[]::new), String[].class);
        bind(statement, 13, event.tags().owner(), String.class);
        bind(statement, 14, event.tags().scope(), String.class);
        return statement.bind(15, notBefore);
    }

    private static String text(Mark mark) {
        return switch (mark) {
            case NONE -> INSERT;
            case OPEN -> OPEN;
            case CLOSED -> CLOSE;
        };
    }

    private static <T> void bind(Statement statement, int index, @Nullable T value, Class<T> type) {
        if (value == null) {
            statement.bindNull(index, type);
        } else {
            statement.bind(index, value);
        }
    }
}
