package io.vibee.session;

import io.vibee.protocol.session.BusinessLink;
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
        return new SessionCommand.StoredToken(
                Objects.requireNonNull(connection.token(), "a person's session has no token"), state.phase());
    }

    static SessionView of(String sessionId, SessionState state, LiveStatus live) {
        Connection connection = Objects.requireNonNull(state.connection(), "only a connected session has a view");
        BusinessLink link = SecretarySends.link(state).orElse(null);
        return new SessionView(
                sessionId,
                connection.kind(),
                connection.bot(),
                link == null ? live.status() : SecretarySends.status(state, link),
                live.detail(),
                connection.defaultMode(),
                connection.delivery(),
                state.parked().size(),
                connection.createdAt(),
                live.lastUpdateAt(),
                link,
                connection.reviews());
    }
}
