package io.vibee.journal.projection;

import io.r2dbc.spi.Connection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import reactor.core.publisher.Mono;

/** What a projection makes of events. Several batches are handled at once, of different slices. */
public interface ProjectionHandler<E> {

    /** What a batch writes. */
    @FunctionalInterface
    interface Rows {

        /**
         * Writes, in the transaction that also keeps how far the projection has come.
         *
         * @param build the number of the tables' build, a column of each row
         */
        Mono<Done> write(Connection connection, int build);
    }

    /**
     * Prepares a batch, in the journal's order, while no connection is held. When it fails, or what it gives, for what is in an event,
     * that event is set aside and never comes again in this build; those after it, of the same entity too, do come. Any other failure
     * is tried again, for ever.
     */
    CompletionStage<Rows> prepare(List<EventEnvelope<E>> events);

    /**
     * Whether a failure lies not in the events, so that nothing is to be set aside for it. Connections, time-outs and the like need
     * not be told.
     */
    default boolean isAround(Throwable failure) {
        return false;
    }

    /** Deletes some rows of a build that is served no more, at most {@code limit}; gives how many. */
    Mono<Long> discard(Connection connection, int build, int limit);
}
