package io.vibee.http;

import io.vibee.cluster.Entities;
import io.vibee.persistence.session.SessionRow;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionView;
import io.vibee.session.Connections;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Views of sessions, never with a token. The row knows whose a session is, its entity knows its state. */
public final class SessionLookup {

    private final AuthenticatedEndpoint endpoint;
    private final Entities entities;

    public SessionLookup(AuthenticatedEndpoint endpoint, Entities entities) {
        this.endpoint = endpoint;
        this.entities = entities;
    }

    /** Empty when it is being removed. While a session is not completely connected, its row tells its state. */
    CompletionStage<Optional<SessionView>> of(SessionRow row) {
        return endpoint.<SessionCommand, SessionView>askWithStatus(
                        entities.session(row.id()), replyTo -> new SessionCommand.GetSession(row.owner(), replyTo))
                .thenApply(Optional::of)
                .exceptionallyCompose(failure -> Refusal.SESSION_NOT_FOUND.isIn(failure)
                        ? CompletableFuture.completedStage(
                                row.connected() ? Optional.empty() : Optional.of(Connections.connecting(row)))
                        : CompletableFuture.failedStage(failure));
    }
}
