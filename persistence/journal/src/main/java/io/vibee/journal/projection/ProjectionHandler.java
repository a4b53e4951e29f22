package io.vibee.journal.projection;

import io.r2dbc.spi.Connection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import reactor.core.publisher.Mono;

/** Makes rows from a projection's events. Several batches are handled at once, of different slices. */
public interface ProjectionHandler<E> {

    /** The rows of a batch. */
    @FunctionalInterface
    interface Rows {

        /**
         * Writes the rows, in the transaction that also stores the position of the projection.
         *
         * @param build the number of the tables' build, a column of each row
         */
        Mono<Done> write(Connection connection, int build);
    }

    /**
     * Prepares a batch, in the journal's order, while no connection is held. When an event makes this stage or its rows fail,
     * that event is set aside and never comes again in this build. The events after it do come, also those of the same entity.
     * After any other failure the batch is tried again, for ever.
     */
    CompletionStage<Rows> prepare(List<EventEnvelope<E>> events);

    /**
     * Whether a failure lies around the events, so that none is set aside for it. Lost connections, time-outs and the like are
     * known already.
     */
    default boolean isAround(Throwable failure) {
        return false;
    }

    /** Deletes at most {@code limit} rows of a build that is no longer served; gives how many. */
    Mono<Long> discard(Connection connection, int build, int limit);
}
