package io.vibee.recovery;

import io.vibee.cluster.NodeParts;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has this node's keys heed what other nodes erased, every 2 s: so long may a key that was erased elsewhere still open something
 * here. It asks the database and no node, so that none can be missed. One on each node.
 */
public final class ErasureWatch extends AbstractBehavior<ErasureWatch.Command> {

    private static final Logger LOG = LoggerFactory.getLogger(ErasureWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final int FAILURES_BEFORE_WARNING = 3;

    /** What it tells itself. */
    public sealed interface Command {}

    private enum Look implements Command {
        NOW
    }

    private record Looked(@Nullable Throwable failure) implements Command {}

    private final TimerScheduler<Command> timers;
    private final Supplier<CompletionStage<Done>> heedErasures;
    private int failures;

    /**
     * Looks after 2 s for the first time.
     *
     * @param heedErasures has the node's keys heed what was erased since the last look
     */
    public static Behavior<Command> create(Supplier<CompletionStage<Done>> heedErasures) {
        return NodeParts.supervised(
                "erasure-watch",
                Behaviors.setup(
                        context -> Behaviors.withTimers(timers -> new ErasureWatch(context, timers, heedErasures))));
    }

    private ErasureWatch(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Supplier<CompletionStage<Done>> heedErasures) {
        super(context);
        this.timers = timers;
        this.heedErasures = heedErasures;
        timers.startSingleTimer(Look.NOW, EVERY);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Look.NOW, this::look)
                .onMessage(Looked.class, this::looked)
                .build();
    }

    private Behavior<Command> look() {
        getContext().pipeToSelf(heedErasures.get(), (done, failure) -> new Looked(failure));
        return this;
    }

    private Behavior<Command> looked(Looked looked) {
        failures = looked.failure() == null ? 0 : failures + 1;
        if (failures == FAILURES_BEFORE_WARNING) {
            LOG.warn("what other nodes erased can't be looked up: {}", String.valueOf(looked.failure()));
        }
        timers.startSingleTimer(Look.NOW, EVERY);
        return this;
    }
}
