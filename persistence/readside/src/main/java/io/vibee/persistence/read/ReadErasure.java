package io.vibee.persistence.read;

import io.r2dbc.spi.Connection;
import io.vibee.persistence.erasure.ClearRows;
import java.util.List;
import org.apache.pekko.Done;
import reactor.core.publisher.Mono;

/** Takes erased chats and owners out of the read tables, in every build. */
public final class ReadErasure implements ClearRows {

    @Override
    public Mono<Done> eraseChat(Connection connection, String owner, String chatId) {
        return ConversationTables.eraseChat(connection, owner, chatId);
    }

    @Override
    public Mono<Done> eraseOwner(Connection connection, String owner) {
        return ConversationTables.eraseOwner(connection, owner).then(UsageDays.eraseOwners(connection, List.of(owner)));
    }
}
