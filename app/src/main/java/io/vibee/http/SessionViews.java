package io.vibee.http;

import io.vibee.cluster.Entities;
import io.vibee.persistence.session.SessionRow;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionView;
import io.vibee.session.Connections;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.pattern.StatusReply;

/** How sessions are. The row says whose a session is, its entity says how it is; never its token. */
public final class SessionViews {

    private final Door door;
    private final Entities entities;

    public SessionViews(Door door, Entities entities) {
        this.door = door;
        this.entities = entities;
    }

    /** Nothing when it is being removed. One that is not completely connected is told by its row. */
    CompletionStage<Optional<SessionView>> of(SessionRow row) {
        return door.<SessionCommand, SessionView>askWithStatus(
                        entities.session(row.id()), replyTo -> new SessionCommand.GetSession(row.owner(), replyTo))
                .thenApply(Optional::of)
                .exceptionallyCompose(failure -> isUnknown(failure)
                        ? CompletableFuture.completedStage(
                                row.connected() ? Optional.empty() : Optional.of(Connections.connecting(row)))
                        : CompletableFuture.failedStage(failure));
    }

    static boolean isUnknown(Throwable failure) {
        return Failures.unwrap(failure) instanceof StatusReply.ErrorMessage refusal
                && SessionCommand.Refusal.NOT_FOUND.equals(refusal.getMessage());
    }
}
