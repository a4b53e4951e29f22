package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.Refusal;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionEvent.DefaultModeChanged;
import io.vibee.protocol.session.SessionEvent.SessionConnected;
import io.vibee.protocol.session.SessionEvent.SessionDisconnected;
import io.vibee.protocol.session.SessionEvent.SessionPaused;
import io.vibee.protocol.session.SessionEvent.SessionResumed;
import io.vibee.protocol.session.SessionEvent.SessionRevoked;
import io.vibee.protocol.session.SessionEvent.TokenReplaced;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionView;
import io.vibee.protocol.stored.EventHead;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A user of a session that is")
class LifeDecisionTest {

    private static final String OWNER = "usr_1";
    private static final EventHead HEAD = head(OWNER);
    private static final EventHead STRANGER = head("usr_2");
    private static final Bot BOT = new Bot(1, "ann_bot");
    private static final Sealed TOKEN = new Sealed("k", "token");
    private static final SessionEvent CONNECTED =
            new SessionConnected(HEAD, SessionKind.BOT, BOT, TOKEN, ChatMode.OBSERVE, Delivery.POLLING);

    private static final SessionState ACTIVE = after(CONNECTED);
    private static final SessionState PAUSED = after(CONNECTED, new SessionPaused(HEAD));
    private static final SessionState REVOKED = after(CONNECTED, new SessionRevoked(HEAD));
    private static final SessionState DISCONNECTED = after(CONNECTED, new SessionDisconnected(HEAD));

    private static final LifeDecision UNKNOWN = new LifeDecision.Unknown();
    private static final LifeDecision UNCHANGED = new LifeDecision.Unchanged();

    private final ActorRef<StatusReply<SessionView>> replyTo =
            TestInbox.<StatusReply<SessionView>>create().getRef();

    private static EventHead head(String owner) {
        return new EventHead(owner, "ses_1", true, Instant.parse("2026-01-02T03:04:05Z"));
    }

    private static SessionState after(SessionEvent... events) {
        SessionState state = SessionState.NEW;
        for (SessionEvent event : events) {
            state = SessionHistory.apply(state, event);
        }
        return state;
    }

    private static LifeDecision changed(SessionEvent event) {
        return new LifeDecision.Changed(event);
    }

    private static LifeDecision refused(Refusal why) {
        return new LifeDecision.Refused(why);
    }

    private LifeDecision connect(SessionState state, EventHead head, Bot bot) {
        return LifeDecision.connect(
                state,
                head,
                new SessionCommand.Connect(
                        head.owner(), SessionKind.BOT, bot, TOKEN, ChatMode.OBSERVE, Delivery.POLLING, replyTo));
    }

    private LifeDecision replaceToken(SessionState state, EventHead head) {
        return LifeDecision.replaceToken(
                state, head, new SessionCommand.ReplaceToken(head.owner(), BOT, TOKEN, replyTo));
    }

    private static LifeDecision revoke(SessionState state, Sealed token) {
        return LifeDecision.revoke(state, HEAD, token);
    }

    private LifeDecision observe(SessionState state, EventHead head) {
        return LifeDecision.changeDefaultMode(
                state, head, new SessionCommand.ChangeDefaultMode(head.owner(), ChatMode.OBSERVE, replyTo));
    }

    @Nested
    @DisplayName("not connected")
    class New {

        @Test
        @DisplayName("connects it")
        void connects() {
            assertThat(connect(SessionState.NEW, HEAD, BOT)).isEqualTo(changed(CONNECTED));
        }

        @Test
        @DisplayName("finds nothing else")
        void nothing() {
            assertThat(List.of(
                            replaceToken(SessionState.NEW, HEAD),
                            LifeDecision.pause(SessionState.NEW, HEAD),
                            LifeDecision.resume(SessionState.NEW, HEAD),
                            observe(SessionState.NEW, HEAD),
                            LifeDecision.disconnect(SessionState.NEW, HEAD)))
                    .containsOnly(UNKNOWN);
        }
    }

    @Nested
    @DisplayName("active")
    class Active {

        @Test
        @DisplayName("pauses it, and resumes what goes on")
        void pause() {
            assertThat(LifeDecision.pause(ACTIVE, HEAD)).isEqualTo(changed(new SessionPaused(HEAD)));
            assertThat(LifeDecision.resume(ACTIVE, HEAD)).isEqualTo(UNCHANGED);
        }

        @Test
        @DisplayName("connects the same bot without a change, and no other one")
        void again() {
            assertThat(connect(ACTIVE, HEAD, BOT)).isEqualTo(UNCHANGED);
            assertThat(connect(ACTIVE, HEAD, new Bot(2, "eves_bot"))).isEqualTo(UNKNOWN);
        }

        @Test
        @DisplayName("gives it another token")
        void token() {
            assertThat(replaceToken(ACTIVE, HEAD)).isEqualTo(changed(new TokenReplaced(HEAD, BOT, TOKEN)));
        }

        @Test
        @DisplayName("changes the mode of its new chats")
        void mode() {
            assertThat(observe(ACTIVE, HEAD)).isEqualTo(changed(new DefaultModeChanged(HEAD, ChatMode.OBSERVE)));
        }

        @Test
        @DisplayName("removes it with what is parked: nothing is left to finish")
        void disconnect() {
            assertThat(LifeDecision.disconnect(ACTIVE, HEAD))
                    .isEqualTo(changed(new SessionDisconnected(HEAD.withOpen(false))));
        }
    }

    @Nested
    @DisplayName("paused")
    class Paused {

        @Test
        @DisplayName("resumes it, and pauses what is paused")
        void resume() {
            assertThat(LifeDecision.resume(PAUSED, HEAD)).isEqualTo(changed(new SessionResumed(HEAD)));
            assertThat(LifeDecision.pause(PAUSED, HEAD)).isEqualTo(UNCHANGED);
        }

        @Test
        @DisplayName("gives it another token")
        void token() {
            assertThat(replaceToken(PAUSED, HEAD)).isEqualTo(changed(new TokenReplaced(HEAD, BOT, TOKEN)));
        }
    }

    @Nested
    @DisplayName("revoked")
    class Revoked {

        @Test
        @DisplayName("gives it a new token")
        void token() {
            assertThat(replaceToken(REVOKED, HEAD)).isEqualTo(changed(new TokenReplaced(HEAD, BOT, TOKEN)));
        }

        @Test
        @DisplayName("neither pauses nor resumes it before")
        void without() {
            assertThat(List.of(LifeDecision.pause(REVOKED, HEAD), LifeDecision.resume(REVOKED, HEAD)))
                    .containsOnly(refused(Refusal.TOKEN_REVOKED));
        }
    }

    @Nested
    @DisplayName("one of which a group became a supergroup")
    class Migrations {

        private static final SessionEvent.ChatMigrated MOVED = new SessionEvent.ChatMigrated(HEAD, "cht_1", -7, -1007);

        @Test
        @DisplayName("has it stored, once")
        void stored() {
            assertThat(LifeDecision.migrate(ACTIVE, MOVED)).isEqualTo(changed(MOVED));
            assertThat(LifeDecision.migrate(PAUSED, MOVED)).isEqualTo(changed(MOVED));
            assertThat(LifeDecision.migrate(after(CONNECTED, MOVED), MOVED)).isEqualTo(UNCHANGED);
        }

        @Test
        @DisplayName("has nothing more stored once he removed it")
        void removed() {
            assertThat(LifeDecision.migrate(DISCONNECTED, MOVED)).isEqualTo(UNKNOWN);
        }
    }

    @Nested
    @DisplayName("one of which Telegram refuses a token")
    class Refusals {

        private static final Sealed NEXT = new Sealed("k", "next");
        private static final SessionState REPLACED =
                after(CONNECTED, new SessionRevoked(HEAD), new TokenReplaced(HEAD, BOT, NEXT));

        @Test
        @DisplayName("has to give it a new one")
        void current() {
            assertThat(revoke(ACTIVE, TOKEN)).isEqualTo(changed(new SessionRevoked(HEAD)));
            assertThat(revoke(REPLACED, NEXT)).isEqualTo(changed(new SessionRevoked(HEAD)));
        }

        @Test
        @DisplayName("does not when it has another one since, or does not poll")
        void late() {
            assertThat(List.of(
                            revoke(REPLACED, TOKEN),
                            revoke(PAUSED, TOKEN),
                            revoke(REVOKED, TOKEN),
                            revoke(DISCONNECTED, TOKEN)))
                    .containsOnly(UNCHANGED);
        }
    }

    @Nested
    @DisplayName("disconnected")
    class Disconnected {

        @Test
        @DisplayName("finds nothing")
        void nothing() {
            assertThat(List.of(
                            replaceToken(DISCONNECTED, HEAD),
                            LifeDecision.pause(DISCONNECTED, HEAD),
                            LifeDecision.resume(DISCONNECTED, HEAD),
                            observe(DISCONNECTED, HEAD),
                            LifeDecision.disconnect(DISCONNECTED, HEAD)))
                    .containsOnly(UNKNOWN);
            assertThat(connect(DISCONNECTED, HEAD, BOT)).isEqualTo(UNKNOWN);
        }
    }

    @Nested
    @DisplayName("another user's")
    class Strangers {

        @Test
        @DisplayName("finds nothing, in any phase")
        void nothing() {
            assertThat(List.of(ACTIVE, PAUSED, REVOKED)).allSatisfy(state -> {
                assertThat(List.of(
                                replaceToken(state, STRANGER),
                                LifeDecision.pause(state, STRANGER),
                                LifeDecision.resume(state, STRANGER),
                                observe(state, STRANGER),
                                LifeDecision.disconnect(state, STRANGER)))
                        .containsOnly(UNKNOWN);
                assertThat(connect(state, STRANGER, BOT)).isEqualTo(UNKNOWN);
            });
        }
    }
}
