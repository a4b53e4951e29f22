package io.vibee.session;

import io.vibee.protocol.Refusal;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.BusinessLink;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.stored.EventHead;
import java.util.Optional;

/**
 * What a session makes of a wish, in each phase of its life; pure. A head is the one of the event, if there is one: its owner is who
 * wishes. To anybody but its owner, and once it was disconnected, a session is unknown.
 */
sealed interface LifeDecision {

    record Unknown() implements LifeDecision {}

    /** Not so, or not in this phase. */
    record Refused(Refusal why) implements LifeDecision {}

    /** It is so already. */
    record Unchanged() implements LifeDecision {}

    record Changed(SessionEvent event) implements LifeDecision {}

    static LifeDecision connect(SessionState state, EventHead head, SessionCommand.Connect connect) {
        Connection connection = state.connection();
        if (connection == null) {
            return new Changed(new SessionEvent.SessionConnected(
                    head, connect.kind(), connect.bot(), connect.token(), connect.defaultMode(), connect.delivery()));
        }
        boolean same = known(state, head.owner())
                && connection.bot().id() == connect.bot().id();
        return same ? new Unchanged() : new Unknown();
    }

    /** Telegram told it of a person's connection. */
    static LifeDecision connectBusiness(SessionState state, EventHead head, SessionCommand.ConnectBusiness connect) {
        Connection connection = state.connection();
        if (connection == null) {
            return new Changed(new SessionEvent.BusinessConnected(
                    head,
                    connect.bot(),
                    connect.operatorSessionId(),
                    connect.keyId(),
                    connect.defaultMode(),
                    connect.link()));
        }
        Optional<BusinessLink> known = SecretarySends.link(state);
        if (!known(state, head.owner()) || known.isEmpty()) {
            return new Unknown();
        }
        return known.get().equals(connect.link())
                ? new Unchanged()
                : new Changed(new SessionEvent.BusinessChanged(head, connect.link()));
    }

    /** Whether it polls, is paused or was revoked: a token that Telegram knows is the one that counts. */
    static LifeDecision replaceToken(SessionState state, EventHead head, SessionCommand.ReplaceToken replace) {
        return known(state, head.owner()) && SecretarySends.link(state).isEmpty()
                ? new Changed(new SessionEvent.TokenReplaced(head, replace.bot(), replace.token()))
                : new Unknown();
    }

    static LifeDecision pause(SessionState state, EventHead head) {
        return turn(state, Phase.ACTIVE, Phase.PAUSED, new SessionEvent.SessionPaused(head));
    }

    static LifeDecision resume(SessionState state, EventHead head) {
        return turn(state, Phase.PAUSED, Phase.ACTIVE, new SessionEvent.SessionResumed(head));
    }

    static LifeDecision changeDefaultMode(SessionState state, EventHead head, SessionCommand.ChangeDefaultMode change) {
        return known(state, head.owner())
                ? new Changed(new SessionEvent.DefaultModeChanged(head, change.defaultMode()))
                : new Unknown();
    }

    static LifeDecision changeReview(SessionState state, EventHead head, SessionCommand.ChangeReview change) {
        Connection connection = state.connection();
        if (connection == null || !known(state, head.owner())) {
            return new Unknown();
        }
        return connection.reviews() == change.review()
                ? new Unchanged()
                : new Changed(new SessionEvent.ReviewChanged(head, change.review()));
    }

    static LifeDecision changeDelivery(SessionState state, EventHead head, SessionCommand.ChangeDelivery change) {
        Connection connection = state.connection();
        if (connection == null || !known(state, head.owner())) {
            return new Unknown();
        }
        if (connection.secretary() != null) {
            return new Refused(Refusal.NO_TOKEN);
        }
        return connection.delivery() == change.delivery()
                ? new Unchanged()
                : new Changed(new SessionEvent.DeliveryChanged(head, change.delivery()));
    }

    /** Nothing is left to finish: what is parked goes with it. */
    static LifeDecision disconnect(SessionState state, EventHead head) {
        return known(state, head.owner())
                ? new Changed(new SessionEvent.SessionDisconnected(head.withOpen(false)))
                : new Unknown();
    }

    /** A group became a supergroup: known already, or nothing to a session that was removed. */
    static LifeDecision migrate(SessionState state, SessionEvent.ChatMigrated migrated) {
        if (state.phase() == Phase.DISCONNECTED) {
            return new Unknown();
        }
        return state.migrated().containsKey(migrated.toTelegramChatId()) ? new Unchanged() : new Changed(migrated);
    }

    /** Telegram refuses a token: of no weight once the session has another one, or wants nothing of Telegram. */
    static LifeDecision revoke(SessionState state, EventHead head, Sealed token) {
        Connection connection = state.connection();
        boolean current = connection != null && token.equals(connection.token());
        return current && state.phase() == Phase.ACTIVE
                ? new Changed(new SessionEvent.SessionRevoked(head))
                : new Unchanged();
    }

    static boolean known(SessionState state, String owner) {
        Connection connection = state.connection();
        return connection != null
                && state.phase() != Phase.DISCONNECTED
                && connection.owner().equals(owner);
    }

    private static LifeDecision turn(SessionState state, Phase from, Phase to, SessionEvent event) {
        if (!known(state, event.head().owner())) {
            return new Unknown();
        }
        if (state.phase() == from) {
            return new Changed(event);
        }
        return state.phase() == to ? new Unchanged() : new Refused(Refusal.TOKEN_REVOKED);
    }
}
