package io.vibee.journal.query;

import io.vibee.journal.PersistenceFixture;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;

/** A running stream from which a test takes one element after the other. It asks for one more than was taken. */
final class Followed<T> {

    private final SinkQueueWithCancel<T> queue;

    Followed(Source<T, ?> source, ActorSystem<?> system) {
        queue = source.runWith(Sink.queue(1), system);
    }

    /** The next element, which must come in time. */
    T next() {
        return taken().orElseThrow(() -> new AssertionError("the stream has ended"));
    }

    /** Whether it ends without a further element. */
    boolean ends() {
        return taken().isEmpty();
    }

    void cancel() {
        queue.cancel();
    }

    private Optional<T> taken() {
        try {
            return PersistenceFixture.await(queue.pull());
        } catch (Exception e) {
            throw new AssertionError("the stream has failed, or nothing came", e);
        }
    }
}
