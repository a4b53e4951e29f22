package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.ThrowsIn;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionEvent.DefaultModeChanged;
import io.vibee.protocol.session.SessionEvent.SessionConnected;
import io.vibee.protocol.session.SessionEvent.SessionDisconnected;
import io.vibee.protocol.session.SessionEvent.SessionRevoked;
import io.vibee.protocol.session.SessionEvent.TokenReplaced;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.session.SessionView;
import io.vibee.sandbox.Fault;
import io.vibee.telegram.BotToken;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A session")
@Tag("actors")
class SessionTest extends OneSession {

    @Nested
    @DisplayName("is connected")
    class Connects {

        @Test
        @DisplayName("once, and polls")
        void once() {
            live();
            assertThat(connect(OWNER).getValue().status()).isEqualTo(SessionStatus.POLLING);

            assertThat(entity.events(persistenceId)).singleElement().isInstanceOf(SessionConnected.class);
        }

        @Test
        @DisplayName("to its owner only")
        void owned() {
            live();

            assertThat(connect("usr_eve").getError()).hasMessage(Refusal.SESSION_NOT_FOUND.wireName());
            assertThat(get("usr_eve").getError()).hasMessage(Refusal.SESSION_NOT_FOUND.wireName());
            StatusReply<SessionView> paused = ask(replyTo -> new SessionCommand.Pause("usr_eve", replyTo));
            StatusReply<SessionView> resumed = ask(replyTo -> new SessionCommand.Resume("usr_eve", replyTo));
            StatusReply<Done> removed = ask(replyTo -> new SessionCommand.Disconnect("usr_eve", replyTo));
            StatusReply<SessionView> changed =
                    ask(replyTo -> new SessionCommand.ChangeDefaultMode("usr_eve", ChatMode.DISABLED, replyTo));
            assertThat(List.of(paused, resumed, removed, changed))
                    .allSatisfy(reply -> assertThat(reply.getError()).hasMessage(Refusal.SESSION_NOT_FOUND.wireName()));
        }

        @Test
        @DisplayName("not before, and then asks to be forgotten")
        void unknown() {
            assertThat(get(OWNER).getError()).hasMessage(Refusal.SESSION_NOT_FOUND.wireName());
            assertThat(shard.receiveMessage()).isInstanceOf(ClusterSharding.Passivate.class);
        }

        @Test
        @DisplayName("over a crash, by its journal")
        void crash() {
            live();
            entity.kill(session);
            session = spawned();

            awaitStatus(SessionStatus.POLLING);
        }

        @Test
        @DisplayName("and hands updates over with its terms")
        void updates() {
            live();
            server.world().userWrites(bot, ann, place, "hello");
            ChatCommand.Receive receive = chats.expectMessageClass(ChatCommand.Receive.class);

            assertThat(receive.owner()).isEqualTo(OWNER);
            assertThat(receive.carrier().sessionId()).isEqualTo(sessionId);
            assertThat(receive.defaultMode()).isEqualTo(ChatMode.OBSERVE);
            assertThat(((Incoming.Message) receive.incoming()).body().words()).isEqualTo("hello");
            receive.replyTo().tell(StatusReply.ack());
        }
    }

    @Nested
    @DisplayName("is paused")
    class Pauses {

        @Test
        @DisplayName("and resumed, each once")
        void pausedAndResumed() {
            live();
            for (int i = 0; i < 2; i++) {
                StatusReply<SessionView> paused = ask(replyTo -> new SessionCommand.Pause(OWNER, replyTo));
                assertThat(paused.getValue().status()).isEqualTo(SessionStatus.PAUSED);
            }
            for (int i = 0; i < 2; i++) {
                StatusReply<SessionView> resumed = ask(replyTo -> new SessionCommand.Resume(OWNER, replyTo));
                assertThat(resumed.isSuccess()).isTrue();
            }
            awaitStatus(SessionStatus.POLLING);
            assertThat(entity.events(persistenceId)).hasSize(3);
        }

        @Test
        @DisplayName("and tells the chats in which something waits, and those that ask for a permit")
        void refuses() {
            live();
            unfinished.add("Chat|cht_of_" + sessionId);
            StatusReply<SessionView> paused = ask(replyTo -> new SessionCommand.Pause(OWNER, replyTo));
            assertThat(paused.isSuccess()).isTrue();

            chats.expectMessage(new ChatCommand.SessionStopped(OWNER, NotAnsweredReason.PAUSED, entity.now()));
            PermitReply reply = ask(replyTo -> new SessionCommand.RequestPermit("cht_1", place.id(), replyTo));
            assertThat(reply).isEqualTo(new PermitReply.Refused(Phase.PAUSED));
        }
    }

    @Nested
    @DisplayName("whose token is refused")
    class Revoked {

        @Test
        @DisplayName("is revoked, tells its chats, and goes on with a new token")
        void revoked() {
            live();
            unfinished.add("Chat|cht_of_" + sessionId);
            BotToken next = server.world().replaceToken(bot);
            chats.expectMessage(new ChatCommand.SessionStopped(OWNER, NotAnsweredReason.DISCONNECTED, entity.now()));
            last(2, SessionRevoked.class);
            assertThat(get(OWNER).getValue().status()).isEqualTo(SessionStatus.REVOKED);
            StatusReply<SessionView> resumed = ask(replyTo -> new SessionCommand.Resume(OWNER, replyTo));
            assertThat(resumed.getError()).hasMessage(Refusal.TOKEN_REVOKED.wireName());

            Sealed token = key.seal(next.reveal());
            StatusReply<SessionView> replaced = ask(replyTo ->
                    new SessionCommand.ReplaceToken(OWNER, new Bot(bot.id(), bot.username()), token, replyTo));
            assertThat(replaced.isSuccess()).isTrue();
            awaitStatus(SessionStatus.POLLING);
        }

        @Test
        @DisplayName("while it is paused takes a new token, and polls with it when it is resumed")
        void whilePaused() {
            live();
            StatusReply<SessionView> paused = ask(replyTo -> new SessionCommand.Pause(OWNER, replyTo));
            assertThat(paused.isSuccess()).isTrue();
            Sealed next = key.seal(server.world().replaceToken(bot).reveal());

            StatusReply<SessionView> replaced = ask(replyTo ->
                    new SessionCommand.ReplaceToken(OWNER, new Bot(bot.id(), bot.username()), next, replyTo));
            assertThat(replaced.getValue().status()).isEqualTo(SessionStatus.PAUSED);
            StatusReply<SessionCommand.StoredToken> stored =
                    ask(replyTo -> new SessionCommand.GetToken(OWNER, replyTo));
            assertThat(stored.getValue()).isEqualTo(new SessionCommand.StoredToken(next, Phase.PAUSED));
            StatusReply<SessionView> resumed = ask(replyTo -> new SessionCommand.Resume(OWNER, replyTo));
            assertThat(resumed.isSuccess()).isTrue();
            awaitStatus(SessionStatus.POLLING);
        }

        @Test
        @DisplayName("is not, but ends, when its key was erased with its owner")
        void erased() {
            live();
            StatusReply<SessionView> paused = ask(replyTo -> new SessionCommand.Pause(OWNER, replyTo));
            assertThat(paused.isSuccess()).isTrue();
            ciphers.eraseOwner(OWNER);
            StatusReply<SessionView> resumed = ask(replyTo -> new SessionCommand.Resume(OWNER, replyTo));
            assertThat(resumed.isSuccess()).isTrue();

            last(4, SessionDisconnected.class);
        }

        @Test
        @DisplayName("is not revoked again by what Telegram answers late to its token of before")
        void late() {
            live();
            Sealed before = last(1, SessionConnected.class).token();
            BotToken next = server.world().replaceToken(bot);
            last(2, SessionRevoked.class);
            Sealed token = key.seal(next.reveal());
            StatusReply<SessionView> replaced = ask(replyTo ->
                    new SessionCommand.ReplaceToken(OWNER, new Bot(bot.id(), bot.username()), token, replyTo));
            assertThat(replaced.isSuccess()).isTrue();

            TelegramFailure unauthorized = new TelegramFailure.Unauthorized();
            session.tell(new SessionStep.IntakeFailed(before, unauthorized));
            DeliveryOutcome outcome = ask(replyTo -> new SessionStep.SendAnswered(
                    new SessionCommand.Deliver(
                            "cht_1",
                            "permit",
                            new SessionCommand.OutgoingText(place.id(), "hi", List.of(), true, null, null),
                            replyTo),
                    before,
                    null,
                    unauthorized));
            assertThat(outcome).isEqualTo(new DeliveryOutcome.NotSent("the token was replaced", 0));
            awaitStatus(SessionStatus.POLLING);
            last(3, TokenReplaced.class);

            session.tell(new SessionStep.IntakeFailed(token, unauthorized));
            last(4, SessionRevoked.class);
        }
    }

    @Test
    @DisplayName("is removed, tells its chats, and asks to be forgotten")
    void disconnected() {
        live();
        unfinished.add("Chat|cht_of_" + sessionId);
        StatusReply<Done> removed = ask(replyTo -> new SessionCommand.Disconnect(OWNER, replyTo));

        assertThat(removed.isSuccess()).isTrue();
        chats.expectMessage(new ChatCommand.SessionStopped(OWNER, NotAnsweredReason.DISCONNECTED, entity.now()));
        assertThat(shard.receiveMessage()).isInstanceOf(ClusterSharding.Passivate.class);
        assertThat(get(OWNER).getError()).hasMessage(Refusal.SESSION_NOT_FOUND.wireName());
    }

    @Test
    @DisplayName("that was removed is not connected again, and asks to be forgotten again")
    void connectedAgain() {
        live();
        StatusReply<Done> removed = ask(replyTo -> new SessionCommand.Disconnect(OWNER, replyTo));
        assertThat(removed.isSuccess()).isTrue();
        assertThat(shard.receiveMessage()).isInstanceOf(ClusterSharding.Passivate.class);

        assertThat(connect(OWNER).getError()).hasMessage(Refusal.SESSION_NOT_FOUND.wireName());
        assertThat(shard.receiveMessage()).isInstanceOf(ClusterSharding.Passivate.class);
    }

    @Test
    @DisplayName("that was removed stores no migration of a group")
    void migratedTooLate() {
        live();
        Sealed token = last(1, SessionConnected.class).token();
        StatusReply<Done> removed = ask(replyTo -> new SessionCommand.Disconnect(OWNER, replyTo));
        assertThat(removed.isSuccess()).isTrue();

        Boolean taken = ask(replyTo -> new SessionStep.Migrated(-7, -1007, replyTo));
        DeliveryOutcome outcome = ask(replyTo -> new SessionStep.SendAnswered(
                new SessionCommand.Deliver(
                        "cht_1",
                        "permit",
                        new SessionCommand.OutgoingText(-8, "hi", List.of(), true, null, null),
                        replyTo),
                token,
                null,
                new TelegramFailure.BadRequest("group chat was upgraded", -1008L)));
        assertThat(taken).isFalse();
        assertThat(outcome).isEqualTo(new DeliveryOutcome.Migrated(-1008));
        last(2, SessionDisconnected.class);
        assertThat(entity.events(persistenceId)).hasSize(2);
    }

    @Test
    @DisplayName("changes the mode of new chats, and of whom it tells about it")
    void defaultMode() {
        live();
        StatusReply<SessionView> changed =
                ask(replyTo -> new SessionCommand.ChangeDefaultMode(OWNER, ChatMode.DIGITAL_TWIN, replyTo));
        assertThat(changed.getValue().defaultMode()).isEqualTo(ChatMode.DIGITAL_TWIN);
        last(2, DefaultModeChanged.class);
        server.world().userWrites(bot, ann, place, "hello");

        assertThat(chats.expectMessageClass(ChatCommand.Receive.class).defaultMode())
                .isEqualTo(ChatMode.DIGITAL_TWIN);
    }

    @Test
    @DisplayName("in whose chats much waits polls more slowly until it is worked off")
    void backlog() {
        live();
        backlog.add(sessionId, 2_000);
        server.world().userWrites(bot, ann, place, "hello");
        chats.expectMessageClass(ChatCommand.Receive.class).replyTo().tell(StatusReply.ack());
        long stored = System.nanoTime();
        server.world().userWrites(bot, ann, place, "and another");
        chats.expectMessageClass(ChatCommand.Receive.class).replyTo().tell(StatusReply.ack());

        assertThat(Duration.ofNanos(System.nanoTime() - stored)).isGreaterThan(Duration.ofSeconds(4));
        backlog.add(sessionId, -2_000);
        server.world().userWrites(bot, ann, place, "and now?");
        chats.expectMessageClass(ChatCommand.Receive.class).replyTo().tell(StatusReply.ack());
    }

    @Test
    @DisplayName("in whose chats something waits does not poll while its node is full")
    void full() {
        live();
        backlog.add("another session", 1_000_000);
        backlog.add(sessionId, 1);
        server.world().userWrites(bot, ann, place, "ends the poll that is held");
        chats.expectMessageClass(ChatCommand.Receive.class).replyTo().tell(StatusReply.ack());
        server.world().userWrites(bot, ann, place, "hello");
        chats.expectNoMessage(Duration.ofMillis(300));

        backlog.add("another session", -1_000_000);
        chats.expectMessageClass(ChatCommand.Receive.class).replyTo().tell(StatusReply.ack());
    }

    @Test
    @ThrowsIn(Session.class)
    @DisplayName("begins again when its start fails, and polls")
    void fault() {
        live();
        StatusReply<SessionView> paused = ask(replyTo -> new SessionCommand.Pause(OWNER, replyTo));
        assertThat(paused.isSuccess()).isTrue();
        entity.kill(session);
        entity.failClock(1);
        session = spawned();
        StatusReply<SessionView> resumed = ask(replyTo -> new SessionCommand.Resume(OWNER, replyTo));
        assertThat(resumed.isSuccess()).isTrue();
        assertThat(entity.clockFails()).isFalse();
        awaitStatus(SessionStatus.POLLING);
        server.world().userWrites(bot, ann, place, "hello");
        chats.expectMessageClass(ChatCommand.Receive.class).replyTo().tell(StatusReply.ack());
    }

    @Test
    @ThrowsIn(Poller.class)
    @DisplayName("whose poller begins again after a fault hands over with the terms of now")
    void restartedPoller() {
        live();
        StatusReply<SessionView> changed =
                ask(replyTo -> new SessionCommand.ChangeDefaultMode(OWNER, ChatMode.DIGITAL_TWIN, replyTo));
        assertThat(changed.isSuccess()).isTrue();
        // Behind the highest id there is no offset to ask for: the poller fails.
        server.faults()
                .next(
                        1,
                        "getUpdates",
                        Fault.raw(
                                200,
                                "application/json",
                                "{\"ok\":true,\"result\":[{\"update_id\":" + Long.MAX_VALUE + "}]}"));
        server.world().userWrites(bot, ann, place, "ends the poll that is held");
        chats.expectMessageClass(ChatCommand.Receive.class).replyTo().tell(StatusReply.ack());
        chats.awaitAssert(() -> assertThat(server.requests().requests("getUpdates"))
                .filteredOn(request -> request.params().path("timeout").asInt() == 0)
                .as("polls anew")
                .hasSizeGreaterThan(1));
        server.world().userWrites(bot, ann, place, "hello");

        ChatCommand.Receive receive = chats.expectMessageClass(ChatCommand.Receive.class);
        assertThat(receive.defaultMode()).isEqualTo(ChatMode.DIGITAL_TWIN);
    }

    @Test
    @DisplayName("goes on after a write that failed")
    void outage() {
        live();
        entity.failWrites(1);
        TestProbe<StatusReply<SessionView>> probe = entity.probe();
        session.tell(new SessionCommand.ChangeDefaultMode(OWNER, ChatMode.DISABLED, probe.ref()));
        awaitStatus(SessionStatus.POLLING);
        server.world().userWrites(bot, ann, place, "hello");

        assertThat(chats.expectMessageClass(ChatCommand.Receive.class).defaultMode())
                .isEqualTo(ChatMode.OBSERVE);
        probe.expectNoMessage(Duration.ofMillis(100));
    }
}
