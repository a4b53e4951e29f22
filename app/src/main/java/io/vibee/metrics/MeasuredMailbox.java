package io.vibee.metrics;

import com.typesafe.config.Config;
import java.util.concurrent.atomic.LongAdder;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.dispatch.Envelope;
import org.apache.pekko.dispatch.MailboxType;
import org.apache.pekko.dispatch.MessageQueue;
import org.apache.pekko.dispatch.ProducesMessageQueue;
import org.apache.pekko.dispatch.UnboundedMailbox;
import org.jspecify.annotations.Nullable;
import scala.Option;

/** Pekko's default mailbox, which also counts, over all actors of the process, what comes and what is taken. */
public final class MeasuredMailbox implements MailboxType, ProducesMessageQueue<MeasuredMailbox.CountingQueue> {
    private static final LongAdder COME = new LongAdder();
    private static final LongAdder TAKEN = new LongAdder();
    private static long takenWhenAsked;

    /** As Pekko makes it from {@code mailbox-type}. */
    public MeasuredMailbox(ActorSystem.Settings settings, Config config) {}

    /**
     * How much waits in all mailboxes.
     *
     * @param waiting messages, at least 0
     */
    record Load(long takenSinceLastAsked, long waiting) {}

    static synchronized Load load() {
        // Taken first: a message that comes and goes in between must not count as less than none.
        long taken = TAKEN.sum();
        Load load = new Load(taken - takenWhenAsked, Math.max(0, COME.sum() - taken));
        takenWhenAsked = taken;
        return load;
    }

    @Override
    public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
        return new CountingQueue();
    }

    /** One actor's messages. */
    public static final class CountingQueue extends UnboundedMailbox.MessageQueue {
        private static final long serialVersionUID = 1L;

        @Override
        public void enqueue(ActorRef receiver, Envelope message) {
            COME.increment();
            super.enqueue(receiver, message);
        }

        @Override
        public @Nullable Envelope dequeue() {
            Envelope message = super.dequeue();
            if (message != null) {
                TAKEN.increment();
            }
            return message;
        }
    }
}
