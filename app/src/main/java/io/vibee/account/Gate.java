package io.vibee.account;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.vibee.cluster.NodeParts;
import io.vibee.persistence.account.User;
import io.vibee.protocol.account.GateCommand;
import io.vibee.protocol.account.GateCommand.Admission;
import java.time.Duration;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the API for one user: it limits requests a minute and decides whether the user may pass at all. It keeps nothing that must
 * survive. It loads its flags from the user's row when it starts and when somebody says that they changed, and looks up a sign-in with its
 * first request.
 */
public final class Gate extends AbstractBehavior<GateCommand> {

    public static final EntityTypeKey<GateCommand> TYPE_KEY = EntityTypeKey.create(GateCommand.class, "Gate");

    private static final Duration IDLE = Duration.ofMinutes(5);
    private static final int MOST_WAITING = 100;

    /** The user's row; without a user there is none. */
    private record Row(@Nullable User user) {
        boolean admits(int tokenVersion) {
            return user != null && !user.suspended() && user.tokenVersion() == tokenVersion;
        }
    }

    /** The result of the look at the row with this number. */
    private record Loaded(int look, @Nullable Row row) implements GateCommand.Internal {}

    /** The result of a look at a sign-in; null when it could not be read. */
    private record SignInFound(String family, @Nullable Boolean live) implements GateCommand.Internal {}

    private enum Idle implements GateCommand.Internal {
        NOW
    }

    /** Asks the gate to stop. */
    public enum Stop implements GateCommand.Internal {
        NOW
    }

    private final String userId;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final GateDependencies dependencies;
    private final StashBuffer<GateCommand> waiting;
    private final @Nullable Bucket bucket;
    private final SignIns signIns = new SignIns();
    private @Nullable Row row;
    private boolean loading;
    private int looks;

    public static Behavior<GateCommand> create(
            String userId, ActorRef<ClusterSharding.ShardCommand> shard, GateDependencies dependencies) {
        // A gate that restarts grants no second minute's requests.
        Bucket bucket = bucket(dependencies.requestsPerMinute());
        return NodeParts.supervised(
                "gate",
                userId,
                Behaviors.setup(context -> Behaviors.withStash(
                        MOST_WAITING, waiting -> new Gate(context, userId, shard, dependencies, waiting, bucket))));
    }

    private Gate(
            ActorContext<GateCommand> context,
            String userId,
            ActorRef<ClusterSharding.ShardCommand> shard,
            GateDependencies dependencies,
            StashBuffer<GateCommand> waiting,
            @Nullable Bucket bucket) {
        super(context);
        this.userId = userId;
        this.shard = shard;
        this.dependencies = dependencies;
        this.waiting = waiting;
        this.bucket = bucket;
        context.setReceiveTimeout(IDLE, Idle.NOW);
        load();
    }

    private static @Nullable Bucket bucket(int perMinute) {
        return perMinute == 0
                ? null
                : Bucket.builder()
                        .addLimit(Bandwidth.builder()
                                .capacity(perMinute)
                                .refillGreedy(perMinute, Duration.ofMinutes(1))
                                .build())
                        .build();
    }

    @Override
    public Receive<GateCommand> createReceive() {
        return newReceiveBuilder()
                .onMessage(GateCommand.class, this::onCommand)
                .onSignal(PreRestart.class, signal -> sendAway())
                .build();
    }

    /** Sends away whoever waits for what this incarnation was about to learn; they ask again. */
    private Behavior<GateCommand> sendAway() {
        waiting.forEach(command -> {
            if (command instanceof GateCommand.Admit admit) {
                admit.replyTo().tell(new Admission.Unavailable());
            }
        });
        return this;
    }

    private Behavior<GateCommand> onCommand(GateCommand command) {
        return switch (command) {
            case GateCommand.Admit admit -> onAdmit(admit);
            case GateCommand.Reload reload -> {
                row = null;
                // The row that is being loaded may be from before the change.
                loading = false;
                load();
                reload.replyTo().tell(Done.getInstance());
                yield this;
            }
            case GateCommand.EndFamily end -> {
                signIns.end(end.family());
                end.replyTo().tell(Done.getInstance());
                yield this;
            }
            case GateCommand.Internal internal -> onInternal(internal);
        };
    }

    private Behavior<GateCommand> onInternal(GateCommand.Internal internal) {
        if (internal instanceof Loaded loaded) {
            if (loaded.look() != looks) {
                return this;
            }
            loading = false;
            row = loaded.row();
            return waiting.unstashAll(this);
        }
        if (internal instanceof SignInFound found) {
            for (GateCommand.Admit waited : signIns.found(found.family(), found.live())) {
                if (found.live() == null) {
                    waited.replyTo().tell(new Admission.Unavailable());
                } else {
                    onAdmit(waited);
                }
            }
            return this;
        }
        if (internal == Idle.NOW) {
            shard.tell(new ClusterSharding.Passivate<>(getContext().getSelf()));
            return this;
        }
        return Behaviors.stopped();
    }

    private Behavior<GateCommand> onAdmit(GateCommand.Admit admit) {
        Row known = row;
        if (known == null) {
            if (loading && !waiting.isFull()) {
                waiting.stash(admit);
            } else {
                admit.replyTo().tell(new Admission.Unavailable());
                load();
            }
            return this;
        }
        if (!known.admits(admit.tokenVersion())) {
            admit.replyTo().tell(new Admission.Refused());
            return this;
        }
        switch (signIns.judge(admit)) {
            case LIVE -> admit.replyTo().tell(admission());
            case ENDED -> admit.replyTo().tell(new Admission.Refused());
            case UNKNOWN -> admit.replyTo().tell(new Admission.Unavailable());
            case ASKED_NOW -> lookAt(String.valueOf(admit.family()));
            case ASKED_ALREADY -> {
                // It gets its answer together with the request that asked.
            }
        }
        return this;
    }

    private void lookAt(String family) {
        getContext()
                .pipeToSelf(
                        dependencies.signIns().isLive(userId, family),
                        (live, failure) -> new SignInFound(family, live));
    }

    private Admission admission() {
        if (bucket == null) {
            return new Admission.Admitted();
        }
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        return probe.isConsumed()
                ? new Admission.Admitted()
                : new Admission.Limited(Math.max(
                        1, Duration.ofNanos(probe.getNanosToWaitForRefill()).toMillis()));
    }

    private void load() {
        if (!loading) {
            loading = true;
            int look = ++looks;
            getContext()
                    .pipeToSelf(
                            dependencies.users().findById(userId),
                            (found, failure) -> new Loaded(look, found == null ? null : new Row(found.orElse(null))));
        }
    }
}
