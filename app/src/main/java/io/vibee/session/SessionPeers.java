package io.vibee.session;

import io.vibee.chat.Chat;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.Incarnation;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one session says to its chats and to the session that sharding knows under its id. Every question comes back to the session as
 * one {@link SessionStep}, also when nobody answered in time. What it hands over and sends is left to others.
 */
final class SessionPeers {

    private static final Logger LOG = LoggerFactory.getLogger(SessionPeers.class);
    private static final int MOST_TOLD = 10_000;
    private static final String CHATS = Chat.TYPE_KEY.name() + PersistenceId.DefaultSeparator();
    private static final Duration IDENTIFY_WITHIN = Duration.ofSeconds(3);

    private final String sessionId;
    private final ActorContext<SessionCommand> context;
    private final Session.Dependencies dependencies;

    SessionPeers(String sessionId, ActorContext<SessionCommand> context, Session.Dependencies dependencies) {
        this.sessionId = sessionId;
        this.context = context;
        this.dependencies = dependencies;
    }

    /** Which incarnation gets what is sent to this session? Answered by {@link SessionStep.OwnerFound}; by its own when nobody knows. */
    void findOwner(Incarnation own) {
        context.ask(
                Incarnation.class,
                dependencies.entities().session(sessionId),
                IDENTIFY_WITHIN,
                SessionCommand.Identify::new,
                (owner, unanswered) -> new SessionStep.OwnerFound(owner == null ? own : owner));
    }

    /**
     * What waits in the chats is not to be answered, and nobody pays a model for it. Chats that can't be told learn it when they want to
     * send. Answered by {@link SessionStep.ToStop}; by nothing before it was connected.
     */
    void findUnfinished(SessionState state, NotAnsweredReason reason) {
        Connection connection = state.connection();
        if (connection != null) {
            Instant at = dependencies.clock().instant();
            context.pipeToSelf(
                    dependencies.unfinished().within(connection.owner(), sessionId, MOST_TOLD),
                    (found, failure) -> new SessionStep.ToStop(
                            found == null ? List.of() : found, connection.owner(), reason, at, failure));
        }
    }

    void tellStopped(SessionStep.ToStop stop) {
        if (stop.failure() != null) {
            LOG.warn(
                    "chats can't be told that the session stopped: {}",
                    stop.failure().toString());
        }
        stop.persistenceIds().stream()
                .filter(id -> id.startsWith(CHATS))
                .map(id -> dependencies.entities().chat(id.substring(CHATS.length())))
                .forEach(chat -> chat.tell(new ChatCommand.SessionStopped(stop.owner(), stop.reason(), stop.at())));
    }

    /** Best effort: a chat that was not told learns it when it sends. */
    void tellMigrated(SessionEvent.ChatMigrated migrated) {
        dependencies
                .entities()
                .chat(migrated.chatId())
                .tell(new ChatCommand.ChangeTelegramChat(
                        migrated.head().owner(),
                        migrated.toTelegramChatId(),
                        context.getSystem().ignoreRef()));
    }
}
