package io.vibee.journal;

import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import org.jspecify.annotations.Nullable;

/** An event, a snapshot or metadata as Pekko's serialization made it: which serializer, its manifest, and the bytes. */
@SuppressWarnings("ArrayRecordComponent") // Only carried, never compared.
public record SerializedPayload(int serializerId, String manifest, byte[] bytes) {

    /** Throws what the serializer throws, also the checked {@link java.io.NotSerializableException}. */
    public static SerializedPayload of(Serialization serialization, Object value) {
        Serializer serializer = serialization.findSerializerFor(value);
        byte[] bytes = serialization.serialize(value).get();
        return new SerializedPayload(serializer.identifier(), Serializers.manifestFor(serializer, value), bytes);
    }

    /** Throws what the serializer throws, also the checked {@link java.io.NotSerializableException}. */
    public Object deserialize(Serialization serialization) {
        return serialization.deserialize(bytes, serializerId, manifest).get();
    }

    /** The metadata in a row of {@code event_journal} or {@code snapshot}; null when the row has none. */
    public static @Nullable SerializedPayload metadata(Readable row) {
        byte[] bytes = row.get("meta_payload", byte[].class);
        return bytes == null
                ? null
                : new SerializedPayload(
                        Column.integer(row, "meta_ser_id"), Column.text(row, "meta_ser_manifest"), bytes);
    }

    /** About how many bytes it takes to send. */
    int size() {
        return bytes.length + manifest.length();
    }

    @Override
    public String toString() {
        return "SerializedPayload[" + serializerId + ", " + manifest + ", " + bytes.length + " bytes]";
    }
}
