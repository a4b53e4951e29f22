package io.vibee.persistence.erasure;

import io.r2dbc.spi.Connection;
import org.apache.pekko.Done;
import reactor.core.publisher.Mono;

/**
 * Rows in other modules that hold in the clear what the journal keeps encrypted. An erasure removes them in its own
 * transaction, after the keys.
 */
public interface ClearRows {

    Mono<Done> eraseChat(Connection connection, String owner, String chatId);

    Mono<Done> eraseOwner(Connection connection, String owner);
}
