package io.vibee.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/** Pekko's real serialisation, bound as this module's configuration says. */
public final class Serialised implements AutoCloseable {

    private final ActorTestKit kit = ActorTestKit.create("vibee");
    private final Serialization serialization = SerializationExtension.get(Adapter.toClassic(kit.system()));

    /** A place for answers. */
    public <T> ActorRef<T> replyTo(Class<T> answers) {
        return kit.createTestProbe(answers).ref();
    }

    /** A place where answers are lost, written in the same form each time. */
    public <T> ActorRef<T> nobody() {
        return kit.system().deadLetters();
    }

    public String manifest(Object value) {
        return Serializers.manifestFor(serializer(value), value);
    }

    public byte[] write(Object value) {
        assertThat(serializer(value)).isNotNull();
        return serialization.serialize(value).get();
    }

    /** Reads what was written for a value of the same kind as {@code like}. */
    public Object read(byte[] bytes, Object like, String manifest) {
        return serialization
                .deserialize(bytes, serializer(like).identifier(), manifest)
                .get();
    }

    public Object throughBytes(Object value) {
        return read(write(value), value, manifest(value));
    }

    private Serializer serializer(Object value) {
        Serializer serializer = serialization.findSerializerFor(value);
        assertThat(serializer.getClass().getName())
                .as("bound for %s", value.getClass())
                .contains("Jackson");
        return serializer;
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}
