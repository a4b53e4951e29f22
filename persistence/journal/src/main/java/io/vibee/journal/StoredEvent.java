package io.vibee.journal;

import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import java.time.Instant;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.serialization.Serialization;
import org.jspecify.annotations.Nullable;

/** A row of the journal, with its payload as it was stored. */
public record StoredEvent(
        String persistenceId,
        long sequenceNr,
        Instant timestamp,
        String writer,
        String adapterManifest,
        SerializedPayload event,
        @Nullable SerializedPayload metadata) {

    /** The columns that {@link #read} needs. */
    static final String COLUMNS = "persistence_id, seq_nr, db_timestamp, writer, adapter_manifest, event_ser_id,"
            + " event_ser_manifest, event_payload, meta_ser_id, meta_ser_manifest, meta_payload";

    static StoredEvent read(Readable row) {
        String adapterManifest = row.get("adapter_manifest", String.class);
        return new StoredEvent(
                Column.text(row, "persistence_id"),
                Column.number(row, "seq_nr"),
                Column.instant(row, "db_timestamp"),
                Column.text(row, "writer"),
                adapterManifest == null ? PersistentRepr.Undefined() : adapterManifest,
                new SerializedPayload(
                        Column.integer(row, "event_ser_id"),
                        Column.text(row, "event_ser_manifest"),
                        Column.bytes(row, "event_payload")),
                SerializedPayload.metadata(row));
    }

    /**
     * The event itself.
     *
     * @throws UnreadablePayloadException when its type is unknown or its bytes are damaged
     */
    public Object payload(Serialization serialization) {
        return deserialize(event, serialization);
    }

    /**
     * The metadata of the event, which Pekko's replication stores; null when there is none.
     *
     * @throws UnreadablePayloadException when its type is unknown or its bytes are damaged
     */
    public @Nullable Object metadata(Serialization serialization) {
        return metadata == null ? null : deserialize(metadata, serialization);
    }

    /** The event as Pekko replays it. */
    PersistentRepr representation(Serialization serialization) {
        PersistentRepr event = PersistentRepr.apply(
                        payload(serialization), sequenceNr, persistenceId, adapterManifest, false, null, writer)
                .withTimestamp(timestamp.toEpochMilli());
        Object extra = metadata(serialization);
        return extra == null ? event : event.withMetadata(extra);
    }

    // Serializers throw checked exceptions that their signatures don't tell.
    private Object deserialize(SerializedPayload payload, Serialization serialization) {
        try {
            return payload.deserialize(serialization);
        } catch (Exception e) {
            throw UnreadablePayloadException.event(persistenceId, sequenceNr, payload, e);
        }
    }
}
