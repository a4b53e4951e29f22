package io.vibee.persistence.erasure;

import io.r2dbc.spi.Connection;
import org.apache.pekko.Done;
import reactor.core.publisher.Mono;

/** For tests where nothing is shown in the clear. */
public enum NoClearRows implements ClearRows {
    INSTANCE;

    @Override
    public Mono<Done> eraseChat(Connection connection, String owner, String chatId) {
        return Mono.just(Done.getInstance());
    }

    @Override
    public Mono<Done> eraseOwner(Connection connection, String owner) {
        return Mono.just(Done.getInstance());
    }
}
