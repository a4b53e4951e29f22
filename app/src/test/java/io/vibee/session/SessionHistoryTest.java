package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionEvent.ChatMigrated;
import io.vibee.protocol.session.SessionEvent.DefaultModeChanged;
import io.vibee.protocol.session.SessionEvent.DropReason;
import io.vibee.protocol.session.SessionEvent.ParkedUpdateDropped;
import io.vibee.protocol.session.SessionEvent.ParkedUpdateStored;
import io.vibee.protocol.session.SessionEvent.SessionConnected;
import io.vibee.protocol.session.SessionEvent.SessionDisconnected;
import io.vibee.protocol.session.SessionEvent.SessionPaused;
import io.vibee.protocol.session.SessionEvent.SessionResumed;
import io.vibee.protocol.session.SessionEvent.SessionRevoked;
import io.vibee.protocol.session.SessionEvent.TokenReplaced;
import io.vibee.protocol.session.SessionEvent.UpdateParked;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import io.vibee.protocol.session.SessionState.Parked;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.stored.EventHead;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A session's history")
class SessionHistoryTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
    private static final Instant LATER = AT.plusSeconds(60);
    private static final Bot BOT = new Bot(1, "ann_bot");
    private static final Sealed TOKEN = new Sealed("k", "token");
    private static final SessionEvent CONNECTED =
            new SessionConnected(head(AT), SessionKind.BOT, BOT, TOKEN, ChatMode.OBSERVE, Delivery.POLLING);

    private static EventHead head(Instant at) {
        return new EventHead("usr_1", "ses_1", false, at);
    }

    private static SessionState after(SessionEvent... events) {
        SessionState state = SessionState.NEW;
        for (SessionEvent event : events) {
            state = SessionHistory.apply(state, event);
        }
        return state;
    }

    private static Connection connection(Bot bot, Sealed token, ChatMode mode, Instant activeSince) {
        return new Connection("usr_1", SessionKind.BOT, bot, token, mode, Delivery.POLLING, AT, activeSince);
    }

    @Nested
    @DisplayName("is active")
    class Active {

        @Test
        @DisplayName("since it was connected")
        void connected() {
            assertThat(after(CONNECTED))
                    .isEqualTo(new SessionState(
                            Phase.ACTIVE,
                            connection(BOT, TOKEN, ChatMode.OBSERVE, AT),
                            java.util.List.of(),
                            0,
                            Map.of()));
        }

        @Test
        @DisplayName("not while it is paused, and anew since it was resumed")
        void paused() {
            assertThat(after(CONNECTED, new SessionPaused(head(LATER))).phase()).isEqualTo(Phase.PAUSED);
            SessionState resumed = after(CONNECTED, new SessionPaused(head(AT)), new SessionResumed(head(LATER)));
            assertThat(resumed.phase()).isEqualTo(Phase.ACTIVE);
            assertThat(resumed.connection()).isEqualTo(connection(BOT, TOKEN, ChatMode.OBSERVE, LATER));
        }

        @Test
        @DisplayName("not after its token was revoked, and anew with another")
        void revoked() {
            Sealed other = new Sealed("k2", "other");
            Bot renamed = new Bot(1, "anns_bot");

            assertThat(after(CONNECTED, new SessionRevoked(head(LATER))).phase())
                    .isEqualTo(Phase.REVOKED);
            SessionState replaced =
                    after(CONNECTED, new SessionRevoked(head(AT)), new TokenReplaced(head(LATER), renamed, other));
            assertThat(replaced.phase()).isEqualTo(Phase.ACTIVE);
            assertThat(replaced.connection()).isEqualTo(connection(renamed, other, ChatMode.OBSERVE, LATER));
        }

        @Test
        @DisplayName(
                "that was not revoked goes on as it was: also what came meanwhile is answered, and a pause stays one")
        void replacedWhileInUse() {
            Sealed other = new Sealed("k2", "other");
            TokenReplaced replaced = new TokenReplaced(head(LATER), new Bot(1, "anns_bot"), other);

            SessionState active = after(CONNECTED, replaced);
            assertThat(active.phase()).isEqualTo(Phase.ACTIVE);
            assertThat(active.connection()).isEqualTo(connection(new Bot(1, "anns_bot"), other, ChatMode.OBSERVE, AT));
            SessionState paused = after(CONNECTED, new SessionPaused(head(AT)), replaced);
            assertThat(paused.phase()).isEqualTo(Phase.PAUSED);
            assertThat(paused.connection()).isEqualTo(active.connection());
        }
    }

    @Test
    @DisplayName("knows the mode of new chats, in whichever phase it was changed")
    void defaultMode() {
        SessionState state = after(
                CONNECTED, new SessionPaused(head(AT)), new DefaultModeChanged(head(LATER), ChatMode.DIGITAL_TWIN));

        assertThat(state.phase()).isEqualTo(Phase.PAUSED);
        assertThat(state.connection()).isEqualTo(connection(BOT, TOKEN, ChatMode.DIGITAL_TWIN, AT));
    }

    @Nested
    @DisplayName("keeps what a chat could not store")
    class ParkedUpdates {

        private final SessionState both = after(
                CONNECTED,
                new UpdateParked(head(AT), 1, "cht_1", TOKEN),
                new UpdateParked(head(AT), 2, "cht_2", TOKEN));

        @Test
        @DisplayName("in the order in which it came")
        void inOrder() {
            assertThat(both.parked()).containsExactly(new Parked(1, "cht_1", TOKEN), new Parked(2, "cht_2", TOKEN));
        }

        @Test
        @DisplayName("until the chat stored it, and gives no number twice")
        void stored() {
            SessionState state = SessionHistory.apply(both, new ParkedUpdateStored(head(LATER), 2));

            assertThat(state.parked()).containsExactly(new Parked(1, "cht_1", TOKEN));
            assertThat(state.lastParkedId()).isEqualTo(2);
        }

        @Test
        @DisplayName("until it is let go")
        void dropped() {
            SessionState state =
                    SessionHistory.apply(both, new ParkedUpdateDropped(head(LATER), 1, "cht_1", DropReason.UNREADABLE));

            assertThat(state.parked()).containsExactly(new Parked(2, "cht_2", TOKEN));
            assertThat(state.lastParkedId()).isEqualTo(2);
        }

        @Test
        @DisplayName("not after the session was removed")
        void disconnected() {
            SessionState state = SessionHistory.apply(both, new SessionDisconnected(head(LATER)));

            assertThat(state.phase()).isEqualTo(Phase.DISCONNECTED);
            assertThat(state.parked()).isEmpty();
        }
    }

    @Test
    @DisplayName("knows which chat a supergroup was")
    void migrated() {
        assertThat(after(CONNECTED, new ChatMigrated(head(AT), "cht_1", -5, -1001))
                        .migrated())
                .isEqualTo(Map.of(-1001L, "cht_1"));
    }

    @Test
    @DisplayName("invents no connection for one that never was")
    void neverConnected() {
        assertThat(after(new SessionPaused(head(AT))).connection()).isNull();
    }
}
