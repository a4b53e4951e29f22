package io.vibee.journal.projection;

import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.ShardedDaemonProcessSettings;
import org.apache.pekko.cluster.sharding.typed.javadsl.ShardedDaemonProcess;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.persistence.Persistence;

/**
 * Runs projections in the cluster. Each range of slices has one worker, on some node. The worker moves when that node leaves.
 */
public final class Projections {

    private Projections() {}

    /**
     * Starts a projection. Call it on every node, once for each projection.
     *
     * @param supervision of each worker
     */
    public static <E> void start(
            ActorSystem<?> system,
            Projection<E> projection,
            ProjectionObserver observer,
            WorkerSupervision supervision) {
        List<Pair<Integer, Integer>> ranges = Persistence.get(system).getSliceRanges(projection.ranges());
        ShardedDaemonProcess.get(system)
                .init(
                        ProjectionWorker.Command.class,
                        "projection-" + projection.name(),
                        projection.ranges(),
                        number -> supervision.of(
                                "projection-" + projection.name() + "-" + number,
                                ProjectionWorker.create(
                                        projection,
                                        ranges.get(number).first(),
                                        ranges.get(number).second(),
                                        observer)),
                        ShardedDaemonProcessSettings.create(system),
                        Optional.of(ProjectionWorker.Stop.NOW));
    }
}
