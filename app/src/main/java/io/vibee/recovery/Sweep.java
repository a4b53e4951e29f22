package io.vibee.recovery;

import io.vibee.cluster.Defect;
import io.vibee.cluster.Entities;
import io.vibee.cluster.EntityType;
import io.vibee.cluster.EntityType.Identified;
import io.vibee.cluster.NodeParts;
import io.vibee.metrics.Metrics;
import io.vibee.persistence.recovery.Unfinished;
import io.vibee.persistence.recovery.UnfinishedRows;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.session.SessionCommand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nobody may have to write again for a stored message to be answered: entities with something unfinished are woken, at once when the
 * cluster starts or loses a member, else every 30 s with backoff per entity. Also completes what a crash left between a row and its
 * entity. One in the cluster.
 */
public final class Sweep extends AbstractBehavior<Sweep.Command> {

    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
    private static final Duration EVERY = Duration.ofSeconds(30);
    private static final Duration HASTEN_AGAIN_AFTER = Duration.ofSeconds(1);
    private static final int AT_ONCE = 500;
    private static final Duration AWAKE_WITHIN = Duration.ofSeconds(2);
    /** Longer than shards are nowhere after the loss of a node. What still sleeps then comes again as it becomes due. */
    private static final int MOST_TRIES = 15;

    /** All their tries together fit into what a region keeps for shards that are nowhere, and leave room for what people wrote. */
    private static final int MOST_WAKING = 1_000;

    /** What a sweep is told; all of it by itself and by the cluster. */
    public sealed interface Command {}

    private enum Tick implements Command {
        NOW
    }

    private enum HastenAgain implements Command {
        NOW
    }

    private record MemberGone(ClusterEvent.MemberRemoved removed) implements Command {}

    private record Hastened(boolean done) implements Command {}

    private record Due(
            @Nullable List<Unfinished> rows, @Nullable Throwable failure) implements Command {}

    private record Woken(Unfinished row, int tries, boolean answered) implements Command {}

    private record ChoreDone(String name, @Nullable Throwable failure) implements Command {}

    /** Something else that a crash may have left half-done and that is looked after at each sweep. */
    public record Chore(String name, Supplier<? extends CompletionStage<?>> work) {}

    private final TimerScheduler<Command> timers;
    private final Entities entities;
    private final UnfinishedRows rows;
    private final List<Chore> chores;
    private final Metrics metrics;
    private boolean looking;
    private boolean more;
    private int waking;

    public static Behavior<Command> create(
            Entities entities, UnfinishedRows rows, List<Chore> chores, Metrics metrics) {
        return NodeParts.supervised(
                "sweep",
                Behaviors.setup(context ->
                        Behaviors.withTimers(timers -> new Sweep(context, timers, entities, rows, chores, metrics))));
    }

    private Sweep(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Entities entities,
            UnfinishedRows rows,
            List<Chore> chores,
            Metrics metrics) {
        super(context);
        this.timers = timers;
        this.entities = entities;
        this.rows = rows;
        this.chores = List.copyOf(chores);
        this.metrics = metrics;
        Cluster.get(context.getSystem())
                .subscriptions()
                .tell(Subscribe.create(
                        context.messageAdapter(ClusterEvent.MemberRemoved.class, MemberGone::new),
                        ClusterEvent.MemberRemoved.class));
        timers.startTimerWithFixedDelay(Tick.NOW, EVERY);
        hasten();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onMessage(Command.class, this::onCommand).build();
    }

    private Behavior<Command> onCommand(Command command) {
        switch (command) {
            case Tick tick -> {
                look();
                chores.forEach(this::start);
            }
            case MemberGone gone -> {
                LOG.info(
                        "member {} is gone: what it left unfinished is woken",
                        gone.removed().member().address());
                hasten();
            }
            case Hastened hastened when hastened.done() -> look();
            // Busy entities hold the same rows: the next try finds them free.
            case Hastened not -> timers.startSingleTimer(HastenAgain.NOW, HASTEN_AGAIN_AFTER);
            case HastenAgain again -> hasten();
            case Due due -> onDue(due);
            case Woken woken -> onWoken(woken);
            case ChoreDone done -> {
                if (done.failure() != null) {
                    LOG.warn(
                            "{} failed, and is tried again: {}",
                            done.name(),
                            done.failure().toString());
                }
            }
        }
        return this;
    }

    private void hasten() {
        getContext().pipeToSelf(rows.hasten(), (count, failure) -> new Hastened(failure == null));
    }

    private void look() {
        if (!looking) {
            looking = true;
            getContext().pipeToSelf(rows.due(AT_ONCE), Due::new);
        }
    }

    private void onDue(Due due) {
        looking = false;
        List<Unfinished> found = due.rows();
        if (found == null) {
            LOG.warn("unfinished work can't be looked up: {}", String.valueOf(due.failure()));
            return;
        }
        metrics.woken(found.size());
        for (Unfinished row : found) {
            try {
                wake(row, 1);
            } catch (RuntimeException e) {
                // The others behind it are nobody's fault.
                LOG.error("{} can't be woken", row.persistenceId(), Defect.of(e));
            }
        }
        more = found.size() == AT_ONCE;
        lookForMore();
    }

    private void lookForMore() {
        if (more && waking < MOST_WAKING) {
            more = false;
            look();
        }
    }

    /** A shard whose node is gone is nowhere for some seconds, and what is said to it is lost. */
    private void onWoken(Woken woken) {
        waking--;
        if (!woken.answered() && woken.tries() < MOST_TRIES) {
            wake(woken.row(), woken.tries() + 1);
        }
        lookForMore();
    }

    private void start(Chore chore) {
        CompletionStage<?> work;
        try {
            work = chore.work().get();
        } catch (RuntimeException e) {
            work = CompletableFuture.failedStage(e);
        }
        getContext().pipeToSelf(work, (done, failure) -> new ChoreDone(chore.name(), failure));
    }

    private void wake(Unfinished row, int tries) {
        switch (EntityType.identify(row.persistenceId()).orElse(null)) {
            case Identified(EntityType type, String id)
            when type == EntityType.CHAT -> wake(row, tries, entities.chat(id), ChatCommand.Wake::new);
            case Identified(EntityType type, String id)
            when type == EntityType.SESSION -> wake(row, tries, entities.session(id), SessionCommand.Wake::new);
            case null, default -> LOG.warn("unfinished work of an unknown kind: {}", row.persistenceId());
        }
    }

    private <C> void wake(Unfinished row, int tries, RecipientRef<C> entity, Function<ActorRef<Done>, C> command) {
        waking++;
        getContext()
                .ask(
                        Done.class,
                        entity,
                        AWAKE_WITHIN,
                        command::apply,
                        (done, failure) -> new Woken(row, tries, failure == null));
    }
}
