package io.vibee.persistence.projection;

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

    /** Prepares a batch, in the journal's order, while no connection is held. A failure is tried again, for ever. */
    CompletionStage<Rows> prepare(List<EventEnvelope<E>> events);

    /** Deletes some rows of a build that is served no more, at most {@code limit}; gives how many. */
    Mono<Long> discard(Connection connection, int build, int limit);
}
