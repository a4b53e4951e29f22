package io.vibee.chat;

import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Profile;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** For how long a bot may write in a person's name: a day from the other's last message (Bot API, {@code BusinessBotRights.can_reply}). */
final class BusinessWindow {

    static final Duration OPEN = Duration.ofHours(24);

    private BusinessWindow() {}

    /** When it closes; empty where there is none, as in a bot's own chats. */
    static Optional<Instant> closes(ChatState state) {
        Profile profile = state.profile();
        Instant heard = state.lastHeardAt();
        return profile == null || profile.carrier().kind() != SessionKind.BUSINESS
                ? Optional.empty()
                : Optional.of(heard == null ? Instant.EPOCH : heard.plus(OPEN));
    }

    static boolean isClosed(ChatState state, Instant now) {
        return closes(state).filter(end -> !end.isAfter(now)).isPresent();
    }
}
