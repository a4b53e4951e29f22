package io.vibee.cluster;

import io.vibee.journal.database.Database;
import io.vibee.persistence.cluster.ClusterLease;
import io.vibee.persistence.cluster.ClusterNodes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.coordination.lease.LeaseSettings;
import org.apache.pekko.coordination.lease.javadsl.Lease;
import org.jspecify.annotations.Nullable;

/**
 * The row that decides who stays up after a split: the half that gets it continues, the other half stops. So of two nodes either may die,
 * and the other lives. Nobody renews the lease. The winner gives it back when the others are gone; if the winner dies first, it expires.
 * Who was downed does not get it any more.
 */
public final class DowningLease extends Lease {

    private final LeaseSettings settings;
    private final ExtendedActorSystem system;
    private volatile boolean held;
    private @Nullable ClusterLease row;

    /** For Pekko's lease provider, which makes it before the database can be used. */
    public DowningLease(LeaseSettings settings, ExtendedActorSystem system) {
        this.settings = settings;
        this.system = system;
    }

    @Override
    public LeaseSettings getSettings() {
        return settings;
    }

    @Override
    public CompletionStage<Boolean> acquire() {
        Duration timeToLive = settings.timeoutSettings().getHeartbeatTimeout();
        return inTime(() -> row().acquire(settings.leaseName(), settings.ownerName(), null, timeToLive)
                .thenCompose(won -> won ? butNotIfDowned() : CompletableFuture.completedStage(false))
                .thenApply(won -> held = won));
    }

    /** A winner writes whom it downed before it gives the lease back. */
    private CompletionStage<Boolean> butNotIfDowned() {
        UniqueAddress self = Cluster.get(system).selfUniqueAddress();
        return new ClusterNodes(Database.get(system))
                .isDowned(self.address().toString(), Long.toString(self.longUid()))
                .thenCompose(downed -> downed
                        ? row().release(settings.leaseName(), settings.ownerName())
                                .thenApply(released -> false)
                        : CompletableFuture.completedStage(true));
    }

    @Override
    public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> lost) {
        return acquire();
    }

    @Override
    public CompletionStage<Boolean> release() {
        held = false;
        return inTime(() -> row().release(settings.leaseName(), settings.ownerName()));
    }

    @Override
    public boolean checkLease() {
        return held;
    }

    /** Fails through its stage only: an exception would end the actor that decides about the split. */
    private CompletionStage<Boolean> inTime(Supplier<CompletionStage<Boolean>> asked) {
        return CompletableFuture.completedFuture(asked)
                .thenCompose(Supplier::get)
                .orTimeout(settings.timeoutSettings().getOperationTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized ClusterLease row() {
        ClusterLease current = row;
        if (current == null) {
            current = new ClusterLease(Database.get(system));
            row = current;
        }
        return current;
    }
}
