package io.vibee.http;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import io.vibee.protocol.stored.StoredEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import reactor.core.publisher.Flux;

/** Puts events into the journal's table as the journal does. */
final class StoredEvents {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private StoredEvents() {}

    static void store(Database database, String persistenceId, long seqNr, StoredEvent event) {
        byte[] payload;
        try {
            payload = MAPPER.writeValueAsBytes(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Api.await(database.withConnection(connection -> Flux.from(connection
                                .createStatement("""
                                        insert into event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp,
                                          event_ser_id, event_ser_manifest, event_payload, writer, owner, scope)
                                        values (0, $1, $2, $3, clock_timestamp(), 31, $4, $5, 'test', $6, $7)""")
                                .bind("$1", persistenceId.substring(0, persistenceId.indexOf('|')))
                                .bind("$2", persistenceId)
                                .bind("$3", seqNr)
                                .bind("$4", event.getClass().getName())
                                .bind("$5", ByteBuffer.wrap(payload))
                                .bind("$6", event.head().owner())
                                .bind("$7", event.head().scope())
                                .execute())
                        .flatMap(result -> result.getRowsUpdated())
                        .reduce(0L, Long::sum))
                .toFuture());
    }

    static void remove(Database database, String persistenceId, long seqNr) {
        Api.await(database.withConnection(connection -> Query.on(
                                connection, "delete from event_journal where persistence_id = $1 and seq_nr = $2")
                        .with(persistenceId)
                        .with(seqNr)
                        .update())
                .toFuture());
    }
}
