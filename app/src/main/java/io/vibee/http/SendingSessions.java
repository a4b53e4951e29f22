package io.vibee.http;

import io.vibee.persistence.session.SessionRow;
import io.vibee.persistence.session.SessionRows;
import io.vibee.protocol.session.SessionView;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** Says whether a session sends, before something is done that it would have to send. */
public final class SendingSessions {

    private final SessionRows sessions;
    private final SessionLookup views;

    public SendingSessions(SessionRows sessions, SessionLookup views) {
        this.sessions = sessions;
        this.views = views;
    }

    /**
     * Fails with a problem when the session sends nothing now, or is gone.
     *
     * @param kept what stays as it is, as in {@code the dead letter stays}
     */
    CompletionStage<Done> require(String owner, String sessionId, String kept) {
        return sessions.find(owner, sessionId).thenCompose(row -> require(row, kept));
    }

    /** As {@link #require(String, String, String)}. */
    CompletionStage<Done> require(Optional<SessionRow> row, String kept) {
        return row.<CompletionStage<Optional<SessionView>>>map(views::of)
                .orElseGet(() -> CompletableFuture.completedStage(Optional.empty()))
                .thenApply(view -> {
                    if (view.filter(session -> session.status().sends()).isEmpty()) {
                        throw ProblemException.of(
                                ProblemKind.SESSION_NOT_SENDING,
                                "The session is paused, revoked or removed, or its person lets it write nothing; "
                                        + kept + ". Resume it or connect it again first.");
                    }
                    return Done.getInstance();
                });
    }
}
