package io.vibee.journal;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import java.time.Instant;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Stores writes of different persistence ids, and what they leave unfinished, with one statement. It takes one round trip and one
 * transaction, and stores all or nothing.
 */
final class WriteStatement {

    private WriteStatement() {}

    /**
     * Completes with the time of the events when the transaction is committed. The time is the server's, but not before
     * {@code notBefore}: when the clock is set back, or another server takes over, no event looks older than the one before it. When
     * {@code notBefore} lies more than a minute ahead of the server, the earlier clock was wrong, and the server's time counts.
     */
    static Mono<Instant> execute(Connection connection, List<JournalWrite> writes, Instant notBefore) {
        return Mono.defer(() -> {
            Statement statement = SingleEventStatement.suits(writes)
                    ? SingleEventStatement.of(connection, writes.getFirst(), notBefore)
                    : EventBatchStatement.of(connection, writes, notBefore);
            // The row arrives before the commit; the stream ends after it.
            return Flux.from(statement.execute())
                    .flatMap(result -> result.map((row, metadata) -> row.get("now", Instant.class)))
                    .collectList()
                    .map(List::getFirst);
        });
    }
}
