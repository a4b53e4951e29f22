package io.vibee.session;

import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import io.vibee.protocol.session.SessionView;
import java.util.Objects;

/** A session's state and what it is doing now, for its owner. */
final class SessionViews {

    private SessionViews() {}

    /** A session's token, as it is stored. */
    static SessionCommand.StoredToken token(SessionState state) {
        Connection connection = Objects.requireNonNull(state.connection(), "only a connected session has a token");
        return new SessionCommand.StoredToken(connection.token(), state.phase());
    }

    static SessionView of(String sessionId, SessionState state, LiveStatus live) {
        Connection connection = Objects.requireNonNull(state.connection(), "only a connected session has a view");
        return new SessionView(
                sessionId,
                connection.kind(),
                connection.bot(),
                live.status(),
                live.detail(),
                connection.defaultMode(),
                connection.delivery(),
                state.parked().size(),
                connection.createdAt(),
                live.lastUpdateAt());
    }
}
