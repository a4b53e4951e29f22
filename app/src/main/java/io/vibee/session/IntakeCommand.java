package io.vibee.session;

import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import io.vibee.protocol.session.SessionState.Parked;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/** What is said to whoever takes a bot's updates in, a poller or a webhook's intake. */
sealed interface IntakeCommand extends PollerCommand, WebhookCommand {

    /**
     * What the session tells of itself; again when it changed.
     *
     * @param migrated chat ids by Telegram's id of the supergroup that the chat became
     * @param silent why nothing is answered now, or null
     * @param review as in {@link ChatCommand.Receive}
     * @param parkedChats chats whose updates queue behind parked ones
     */
    record Terms(
            String owner,
            Carrier carrier,
            Bot bot,
            Instant activeSince,
            ChatMode defaultMode,
            Map<Long, String> migrated,
            Set<String> parkedChats,
            @Nullable NotAnsweredReason silent,
            boolean review)
            implements IntakeCommand {

        /** The terms of a session that is connected. */
        static Terms of(String sessionId, SessionState state) {
            Connection connection = Objects.requireNonNull(state.connection(), "only a connected session takes in");
            return new Terms(
                    connection.owner(),
                    new Carrier(sessionId, connection.kind(), null),
                    connection.bot(),
                    connection.activeSince(),
                    connection.defaultMode(),
                    state.migrated(),
                    state.parked().stream().map(Parked::chatId).collect(Collectors.toUnmodifiableSet()),
                    SecretarySends.silent(state),
                    connection.reviews());
        }

        /** Asks a chat to store what an update is about. */
        ChatCommand.Receive receive(Route.Routed routed, ActorRef<StatusReply<Done>> replyTo) {
            return new ChatCommand.Receive(
                    owner,
                    carrier,
                    routed.place(),
                    routed.incoming(),
                    activeSince,
                    defaultMode,
                    silent,
                    review,
                    replyTo);
        }
    }

    /** No further update is to be taken; ended when those taken before are stored or parked. */
    enum Close implements IntakeCommand {
        NOW
    }

    /** What became of handing the first update of a chat over. */
    sealed interface HandoverStep extends IntakeCommand {}

    record Stored(String chatId) implements HandoverStep {}

    /**
     * @param fault whether the chat's own code failed, so that it would again
     */
    record NotStored(String chatId, String why, boolean fault) implements HandoverStep {}

    record TryAgain(String chatId) implements HandoverStep {}

    record ParkAnswered(String chatId, boolean parked) implements HandoverStep {}
}
