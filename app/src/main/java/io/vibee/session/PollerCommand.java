package io.vibee.session;

import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import io.vibee.protocol.session.SessionState.Parked;
import io.vibee.telegram.PolledUpdate;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;

/** What a poller is told, and what it tells itself. */
sealed interface PollerCommand {

    /**
     * What the session tells of itself; again when it changed.
     *
     * @param migrated chat ids by Telegram's id of the supergroup that the chat became
     * @param parkedChats chats whose updates queue behind parked ones
     */
    record Terms(
            String owner,
            Carrier carrier,
            Bot bot,
            Instant activeSince,
            ChatMode defaultMode,
            Map<Long, String> migrated,
            Set<String> parkedChats)
            implements PollerCommand {

        /** The terms of a session that is connected. */
        static Terms of(String sessionId, SessionState state) {
            Connection connection = Objects.requireNonNull(state.connection(), "only a connected session polls");
            return new Terms(
                    connection.owner(),
                    new Carrier(sessionId, connection.kind(), null),
                    connection.bot(),
                    connection.activeSince(),
                    connection.defaultMode(),
                    state.migrated(),
                    state.parked().stream().map(Parked::chatId).collect(Collectors.toUnmodifiableSet()));
        }

        /** Asks a chat to store what an update is about. */
        ChatCommand.Receive receive(Route.Routed routed, ActorRef<StatusReply<Done>> replyTo) {
            return new ChatCommand.Receive(
                    owner, carrier, routed.place(), routed.incoming(), activeSince, defaultMode, replyTo);
        }
    }

    /** No further update is to be taken; ended when those taken before are stored or parked. */
    enum Close implements PollerCommand {
        NOW
    }

    /** What there is to do about a poll; nothing once the polling gate is closed. */
    sealed interface PollStep extends PollerCommand {}

    enum Poll implements PollStep {
        NOW
    }

    /**
     * @param took from the request to its answer
     * @param held whether Telegram could hold it until there was an update
     */
    record Answered(List<PolledUpdate> updates, Duration took, boolean held) implements PollStep {}

    record Failed(TelegramFailure failure) implements PollStep {}

    /** What became of handing the first update of a chat over. */
    record Stored(String chatId) implements PollerCommand {}

    /**
     * @param fault whether the chat's own code failed, so that it would again
     */
    record NotStored(String chatId, String why, boolean fault) implements PollerCommand {}

    record TryAgain(String chatId) implements PollerCommand {}

    record ParkAnswered(String chatId, boolean parked) implements PollerCommand {}
}
