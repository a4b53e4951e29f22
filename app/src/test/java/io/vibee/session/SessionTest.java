package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vibee.Entity;
import io.vibee.cluster.Entities;
import io.vibee.metrics.Metrics;
import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.work.UnfinishedRows;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.Refusal;
import io.vibee.protocol.session.SessionCommand.SlotReply;
import io.vibee.protocol.session.SessionEvent.ChatMigrated;
import io.vibee.protocol.session.SessionEvent.DefaultModeChanged;
import io.vibee.protocol.session.SessionEvent.ParkedUpdateStored;
import io.vibee.protocol.session.SessionEvent.SessionConnected;
import io.vibee.protocol.session.SessionEvent.SessionDisconnected;
import io.vibee.protocol.session.SessionEvent.SessionRevoked;
import io.vibee.protocol.session.SessionEvent.TokenReplaced;
import io.vibee.protocol.session.SessionEvent.UpdateParked;
import io.vibee.protocol.session.SessionKind;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.session.SessionView;
import io.vibee.sandbox.BotApiServer;
import io.vibee.sandbox.Fault;
import io.vibee.sandbox.SandboxBot;
import io.vibee.sandbox.SandboxChat;
import io.vibee.sandbox.SandboxSystem;
import io.vibee.sandbox.SandboxUser;
import io.vibee.telegram.BotToken;
import io.vibee.telegram.TelegramClient;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@DisplayName("A session")
@Timeout(120)
class SessionTest {

    private static final String OWNER = "usr_bob";
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static Entity entity;
    private static SandboxSystem sandbox;

    private final String sessionId = "ses_" + NUMBER.incrementAndGet();
    private final String persistenceId = "Session|" + sessionId;
    private final Intake intake = new Intake();
    private BotApiServer server;
    private TelegramClient telegram;
    private SandboxBot bot;
    private SandboxUser ann;
    private SandboxChat place;
    private DataKey key;
    private TestProbe<ChatCommand> chats;
    private TestProbe<ClusterSharding.ShardCommand> shard;
    private ActorRef<SessionCommand> session;

    @BeforeAll
    static void start() {
        entity = new Entity();
        sandbox = new SandboxSystem();
    }

    @AfterAll
    static void stop() {
        sandbox.close();
        entity.close();
    }

    @BeforeEach
    void spawn() {
        server = sandbox.botApi();
        telegram = new TelegramClient(server.url());
        bot = server.world().createBot("bobs_bot");
        ann = server.world().createUser("Ann");
        place = server.world().privateChat(ann);
        key = Entity.await(entity.keys().obtain(OWNER, "session:" + sessionId));
        chats = entity.probe();
        shard = entity.probe();
        session = spawned();
    }

    @AfterEach
    void close() {
        entity.kill(session);
        telegram.close();
        SandboxSystem.get(server.stop());
    }

    private ActorRef<SessionCommand> spawned() {
        Entities entities = new Entities(
                id -> session,
                id -> chats.ref(),
                id -> {
                    throw new AssertionError("a session speaks to no account");
                },
                id -> {
                    throw new AssertionError("a session speaks to no gate");
                });
        return entity.kit()
                .spawn(Session.create(
                        sessionId,
                        shard.ref(),
                        new Session.Dependencies(
                                entities,
                                entity.keys(),
                                new UnfinishedRows(entity.database()),
                                telegram,
                                new Metrics(),
                                intake,
                                30,
                                entity::now)));
    }

    private <T> T ask(Function<ActorRef<T>, SessionCommand> command) {
        TestProbe<T> probe = entity.probe();
        session.tell(command.apply(probe.ref()));
        return probe.receiveMessage();
    }

    private StatusReply<SessionView> connect(String owner) {
        Sealed token = key.seal(bot.token().reveal());
        return ask(replyTo -> new SessionCommand.Connect(
                owner,
                SessionKind.BOT,
                new Bot(bot.id(), bot.username()),
                token,
                ChatMode.OBSERVE,
                Delivery.POLLING,
                replyTo));
    }

    private StatusReply<SessionView> get(String owner) {
        return ask(replyTo -> new SessionCommand.GetSession(owner, replyTo));
    }

    private SessionView awaitStatus(SessionStatus status) {
        return chats.awaitAssert(() -> {
            SessionView view = get(OWNER).getValue();
            assertThat(view.status()).isEqualTo(status);
            return view;
        });
    }

    private void live() {
        assertThat(connect(OWNER).isSuccess()).isTrue();
        awaitStatus(SessionStatus.POLLING);
    }

    /** Asks for a permit as a chat does, and waits for it. */
    private SlotReply.Granted slot(String chatId) {
        TestProbe<SlotReply> probe = entity.probe();
        session.tell(new SessionCommand.RequestSlot(chatId, place.id(), probe.ref()));
        SlotReply reply = probe.receiveMessage();
        return (SlotReply.Granted) (reply instanceof SlotReply.Waiting ? probe.receiveMessage() : reply);
    }

    private DeliveryOutcome deliver(String chatId, String slotId, String text) {
        return ask(replyTo -> new SessionCommand.Deliver(
                chatId, slotId, new SessionCommand.OutgoingText(place.id(), text, null, null), replyTo));
    }

    private <T> T last(int count, Class<T> type) {
        Object event = entity.awaitEvents(persistenceId, count).get(count - 1);
        assertThat(event).isInstanceOf(type);
        return type.cast(event);
    }

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

            assertThat(connect("usr_eve").getError()).hasMessage(Refusal.NOT_FOUND);
            assertThat(get("usr_eve").getError()).hasMessage(Refusal.NOT_FOUND);
            StatusReply<SessionView> paused = ask(replyTo -> new SessionCommand.Pause("usr_eve", replyTo));
            StatusReply<SessionView> resumed = ask(replyTo -> new SessionCommand.Resume("usr_eve", replyTo));
            StatusReply<Done> removed = ask(replyTo -> new SessionCommand.Disconnect("usr_eve", replyTo));
            StatusReply<SessionView> changed =
                    ask(replyTo -> new SessionCommand.ChangeDefaultMode("usr_eve", ChatMode.DISABLED, replyTo));
            assertThat(List.of(paused, resumed, removed, changed))
                    .allSatisfy(reply -> assertThat(reply.getError()).hasMessage(Refusal.NOT_FOUND));
        }

        @Test
        @DisplayName("not before, and then asks to be forgotten")
        void unknown() {
            assertThat(get(OWNER).getError()).hasMessage(Refusal.NOT_FOUND);
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
            entity.unfinished(OWNER, sessionId, "cht_of_" + sessionId);
            StatusReply<SessionView> paused = ask(replyTo -> new SessionCommand.Pause(OWNER, replyTo));
            assertThat(paused.isSuccess()).isTrue();

            chats.expectMessage(new ChatCommand.SessionStopped(OWNER, NotAnsweredReason.PAUSED, entity.now()));
            SlotReply reply = ask(replyTo -> new SessionCommand.RequestSlot("cht_1", place.id(), replyTo));
            assertThat(reply).isEqualTo(new SlotReply.Refused(Phase.PAUSED));
        }
    }

    @Nested
    @DisplayName("sends")
    class Sends {

        @Test
        @DisplayName("under a permit, once")
        void once() {
            live();
            server.world().userWrites(bot, ann, place, "hello");
            String permit = slot("cht_1").slotId();

            assertThat(deliver("cht_1", permit, "hi")).isInstanceOf(DeliveryOutcome.Sent.class);
            assertThat(deliver("cht_1", permit, "hi")).isInstanceOf(DeliveryOutcome.NotSent.class);
            assertThat(server.requests().count("sendMessage", bot)).isEqualTo(1);
        }

        @Test
        @DisplayName("not under a permit of another chat, a late one, or one given back")
        void invalid() {
            live();
            String permit = slot("cht_1").slotId();
            assertThat(deliver("cht_2", permit, "hi")).isInstanceOf(DeliveryOutcome.NotSent.class);
            session.tell(new SessionCommand.ReleaseSlot("cht_1", permit));
            assertThat(deliver("cht_1", permit, "hi")).isInstanceOf(DeliveryOutcome.NotSent.class);
            String late = slot("cht_1").slotId();
            entity.passes(Slots.LIFETIME);
            assertThat(deliver("cht_1", late, "hi")).isInstanceOf(DeliveryOutcome.NotSent.class);
            assertThat(server.requests().count("sendMessage", bot)).isZero();
        }

        @Test
        @DisplayName("and says what Telegram refused, and what nobody knows")
        void failures() {
            live();
            server.faults().next(1, "sendMessage", Fault.forbidden());
            assertThat(deliver("cht_1", slot("cht_1").slotId(), "hi"))
                    .isInstanceOfSatisfying(
                            DeliveryOutcome.RefusedByTelegram.class,
                            refused -> assertThat(refused.code()).isEqualTo(403));
            server.faults().next(1, "sendMessage", Fault.serverError(502));
            assertThat(deliver("cht_1", slot("cht_1").slotId(), "hi")).isInstanceOf(DeliveryOutcome.Unknown.class);
        }

        @Test
        @DisplayName("nothing while Telegram says to wait")
        void floodWait() {
            live();
            server.faults().next(1, "sendMessage", Fault.floodWait(30));
            assertThat(deliver("cht_1", slot("cht_1").slotId(), "hi"))
                    .isEqualTo(new DeliveryOutcome.RefusedByTelegram(429, "Too Many Requests", 30_000));

            SlotReply reply = ask(replyTo -> new SessionCommand.RequestSlot("cht_2", 77, replyTo));
            assertThat(reply).isEqualTo(new SlotReply.Waiting());
        }

        @Test
        @DisplayName("to a group's new id after its migration, which it stores")
        void migrated() {
            live();
            server.faults().next(1, "sendMessage", Fault.migrated(-1001));

            assertThat(deliver("cht_1", slot("cht_1").slotId(), "hi")).isEqualTo(new DeliveryOutcome.Migrated(-1001));
            ChatMigrated stored = last(2, ChatMigrated.class);
            assertThat(stored.chatId()).isEqualTo("cht_1");
            assertThat(stored.toTelegramChatId()).isEqualTo(-1001);
        }
    }

    @Nested
    @DisplayName("whose token is refused")
    class Revoked {

        @Test
        @DisplayName("is revoked, tells its chats, and takes a new token only then")
        void revoked() {
            live();
            entity.unfinished(OWNER, sessionId, "cht_of_" + sessionId);
            Sealed early = key.seal(bot.token().reveal());
            StatusReply<SessionView> refused = ask(replyTo ->
                    new SessionCommand.ReplaceToken(OWNER, new Bot(bot.id(), bot.username()), early, replyTo));
            assertThat(refused.getError()).hasMessage(Refusal.NOT_REVOKED);

            BotToken next = server.world().replaceToken(bot);
            chats.expectMessage(new ChatCommand.SessionStopped(OWNER, NotAnsweredReason.DISCONNECTED, entity.now()));
            last(2, SessionRevoked.class);
            assertThat(get(OWNER).getValue().status()).isEqualTo(SessionStatus.REVOKED);
            StatusReply<SessionView> resumed = ask(replyTo -> new SessionCommand.Resume(OWNER, replyTo));
            assertThat(resumed.getError()).hasMessage(Refusal.REVOKED);

            Sealed token = key.seal(next.reveal());
            StatusReply<SessionView> replaced = ask(replyTo ->
                    new SessionCommand.ReplaceToken(OWNER, new Bot(bot.id(), bot.username()), token, replyTo));
            assertThat(replaced.isSuccess()).isTrue();
            awaitStatus(SessionStatus.POLLING);
        }

        @Test
        @DisplayName("because its key was erased says so, and not that Telegram refused it")
        void erased() {
            live();
            Logger logger = (Logger) LoggerFactory.getLogger(Session.class);
            ListAppender<ILoggingEvent> lines = new ListAppender<>();
            lines.start();
            logger.addAppender(lines);
            Level before = logger.getLevel();
            logger.setLevel(Level.INFO);
            try {
                StatusReply<SessionView> paused = ask(replyTo -> new SessionCommand.Pause(OWNER, replyTo));
                assertThat(paused.isSuccess()).isTrue();
                Entity.await(entity.keys().erase(OWNER, "session:" + sessionId));
                StatusReply<SessionView> resumed = ask(replyTo -> new SessionCommand.Resume(OWNER, replyTo));
                assertThat(resumed.isSuccess()).isTrue();
                awaitStatus(SessionStatus.REVOKED);
            } finally {
                logger.setLevel(before);
                logger.detachAppender(lines);
            }
            assertThat(lines.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .containsExactly("the session is revoked: its key was erased");
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
            session.tell(new SessionStep.PollFailed(before, unauthorized));
            DeliveryOutcome outcome = ask(replyTo -> new SessionStep.SendAnswered(
                    new SessionCommand.Deliver(
                            "cht_1", "slot", new SessionCommand.OutgoingText(place.id(), "hi", null, null), replyTo),
                    before,
                    null,
                    unauthorized));
            assertThat(outcome).isInstanceOf(DeliveryOutcome.RefusedByTelegram.class);
            awaitStatus(SessionStatus.POLLING);
            last(3, TokenReplaced.class);

            session.tell(new SessionStep.PollFailed(token, unauthorized));
            last(4, SessionRevoked.class);
        }
    }

    @Nested
    @DisplayName("keeps what a chat can't store")
    class Parks {

        private boolean park(String chatId, String words) {
            Route.Routed routed = new Route.Routed(
                    new ChatCommand.Place(42, ChatType.PRIVATE, "Ann"),
                    new Incoming.Edit(17, new Incoming.Body("text", null, words), Instant.EPOCH));
            return ask(replyTo -> new SessionStep.Park(chatId, routed, replyTo));
        }

        /** The next update that a chat is asked to store. */
        private ChatCommand.Receive tried(String words) {
            ChatCommand.Receive receive = chats.expectMessageClass(ChatCommand.Receive.class);
            assertThat(((Incoming.Edit) receive.incoming()).body().words()).isEqualTo(words);
            return receive;
        }

        @Test
        @DisplayName("sealed, shows how much it is, and tries again until it is stored")
        void parked() {
            live();
            assertThat(park("cht_1", "secret")).isTrue();
            UpdateParked parked = last(2, UpdateParked.class);
            assertThat(parked.toString()).doesNotContain("secret");
            assertThat(parked.head().open()).as("the sweep wakes it").isTrue();
            assertThat(get(OWNER).getValue().parked()).isEqualTo(1);

            session.tell(new SessionStep.RetryParked("cht_1"));
            tried("secret").replyTo().tell(StatusReply.ack());
            assertThat(last(3, ParkedUpdateStored.class).head().open()).isFalse();
            assertThat(get(OWNER).getValue().parked()).isZero();
        }

        @Test
        @DisplayName("not while it is paused, so that Telegram keeps it")
        void paused() {
            live();
            StatusReply<SessionView> paused = ask(replyTo -> new SessionCommand.Pause(OWNER, replyTo));

            assertThat(paused.isSuccess()).isTrue();
            assertThat(park("cht_1", "secret")).isFalse();
        }

        @Test
        @DisplayName("and asks a chat for one at a time, whatever becomes of the others")
        void oneAtATime() {
            live();
            assertThat(park("cht_1", "first of one")).isTrue();
            assertThat(park("cht_1", "second of one")).isTrue();
            assertThat(park("cht_2", "first of two")).isTrue();
            assertThat(park("cht_2", "second of two")).isTrue();
            session.tell(new SessionStep.RetryParked("cht_1"));
            ChatCommand.Receive open = tried("first of one");
            session.tell(new SessionStep.RetryParked("cht_1"));
            session.tell(new SessionStep.RetryParked("cht_2"));
            tried("first of two").replyTo().tell(StatusReply.ack());
            tried("second of two").replyTo().tell(StatusReply.ack());
            open.replyTo().tell(StatusReply.ack());

            tried("second of one").replyTo().tell(StatusReply.ack());
            assertThat(entity.awaitEvents(persistenceId, 9))
                    .filteredOn(ParkedUpdateStored.class::isInstance)
                    .hasSize(4);
        }

        @Test
        @DisplayName("and lets a sick chat wait longer each time, also when another one recovers")
        void backoff() {
            live();
            assertThat(park("cht_sick", "of the sick")).isTrue();
            assertThat(park("cht_well", "first of the well")).isTrue();
            assertThat(park("cht_well", "second of the well")).isTrue();
            // So often that its next try is farther away than this test is long.
            for (int i = 0; i < 6; i++) {
                session.tell(new SessionStep.RetryParked("cht_sick"));
                assertThat(tried("of the sick")).isNotNull();
                session.tell(new SessionStep.ParkedTried("cht_sick", 1, false));
            }

            session.tell(new SessionStep.RetryParked("cht_well"));
            tried("first of the well").replyTo().tell(StatusReply.ack());
            tried("second of the well").replyTo().tell(StatusReply.ack());
            entity.awaitEvents(persistenceId, 6);
            assertThat(get(OWNER).getValue().parked()).isEqualTo(1);
            chats.expectNoMessage(Duration.ofMillis(100));
        }

        @Test
        @DisplayName("and asks a bounded number of chats at once")
        void bounded() {
            live();
            for (int i = 0; i <= Parking.MOST_ASKED; i++) {
                assertThat(park("cht_" + i, "hello")).isTrue();
            }
            for (int i = 0; i <= Parking.MOST_ASKED; i++) {
                session.tell(new SessionStep.RetryParked("cht_" + i));
            }
            ChatCommand.Receive first = tried("hello");
            for (int i = 1; i < Parking.MOST_ASKED; i++) {
                assertThat(tried("hello")).isNotNull();
            }
            chats.expectNoMessage(Duration.ofMillis(100));
            first.replyTo().tell(StatusReply.ack());
            assertThat(tried("hello")).isNotNull();
        }
    }

    @Test
    @DisplayName("is removed, tells its chats, and asks to be forgotten")
    void disconnected() {
        live();
        entity.unfinished(OWNER, sessionId, "cht_of_" + sessionId);
        StatusReply<Done> removed = ask(replyTo -> new SessionCommand.Disconnect(OWNER, replyTo));

        assertThat(removed.isSuccess()).isTrue();
        chats.expectMessage(new ChatCommand.SessionStopped(OWNER, NotAnsweredReason.DISCONNECTED, entity.now()));
        assertThat(shard.receiveMessage()).isInstanceOf(ClusterSharding.Passivate.class);
        assertThat(get(OWNER).getError()).hasMessage(Refusal.NOT_FOUND);
    }

    @Test
    @DisplayName("that was removed is not connected again, and asks to be forgotten again")
    void connectedAgain() {
        live();
        StatusReply<Done> removed = ask(replyTo -> new SessionCommand.Disconnect(OWNER, replyTo));
        assertThat(removed.isSuccess()).isTrue();
        assertThat(shard.receiveMessage()).isInstanceOf(ClusterSharding.Passivate.class);

        assertThat(connect(OWNER).getError()).hasMessage(Refusal.NOT_FOUND);
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
                        "cht_1", "slot", new SessionCommand.OutgoingText(-8, "hi", null, null), replyTo),
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

    @Nested
    @DisplayName("on a node that stops")
    class Closing {

        @Test
        @DisplayName("ends what it hands over, takes nothing more, and still sends")
        void closed() {
            live();
            server.world().userWrites(bot, ann, place, "before");
            ChatCommand.Receive before = chats.expectMessageClass(ChatCommand.Receive.class);
            CompletableFuture<Done> settled = intake.close().toCompletableFuture();
            server.world().userWrites(bot, ann, place, "after");
            long polls = server.requests().count("getUpdates", bot);
            assertThat(settled).isNotDone();
            before.replyTo().tell(StatusReply.ack());

            assertThat(Entity.await(settled)).isEqualTo(Done.getInstance());
            assertThat(deliver("cht_1", slot("cht_1").slotId(), "hi")).isInstanceOf(DeliveryOutcome.Sent.class);
            chats.expectNoMessage(Duration.ofMillis(100));
            assertThat(server.requests().count("getUpdates", bot)).isEqualTo(polls);
            assertThat(server.world().unconfirmed(bot)).as("comes again").isEqualTo(2);
        }

        @Test
        @DisplayName("drops the poll that Telegram holds, and begins none any more")
        void held() {
            live();
            server.world().userWrites(bot, ann, place, "before");
            chats.expectMessageClass(ChatCommand.Receive.class).replyTo().tell(StatusReply.ack());
            Entity.await(intake.close());
            long polls = server.requests().count("getUpdates", bot);
            entity.kill(session);
            session = spawned();
            assertThat(deliver("cht_1", slot("cht_1").slotId(), "hi")).isInstanceOf(DeliveryOutcome.Sent.class);

            server.world().userWrites(bot, ann, place, "after");
            chats.expectNoMessage(Duration.ofMillis(100));
            // One may have been on its way when it was dropped.
            assertThat(server.requests().count("getUpdates", bot)).isBetween(polls, polls + 1);
        }

        @Test
        @DisplayName("tries nothing again of what is parked")
        void parked() {
            live();
            Route.Routed routed = new Route.Routed(
                    new ChatCommand.Place(42, ChatType.PRIVATE, "Ann"),
                    new Incoming.Edit(17, new Incoming.Body("text", null, "hello"), Instant.EPOCH));
            Boolean parked = ask(replyTo -> new SessionStep.Park("cht_1", routed, replyTo));
            assertThat(parked).isTrue();
            Entity.await(intake.close());

            session.tell(new SessionStep.RetryParked("cht_1"));
            assertThat(get(OWNER).getValue().parked()).isEqualTo(1);
            chats.expectNoMessage(Duration.ofMillis(100));
        }
    }

    @Test
    @DisplayName("of another incarnation that sharding reaches stops")
    void notTheOwner() {
        live();
        session.tell(new SessionStep.OwnerFound(new SessionCommand.Incarnation("another")));
        TestProbe<Void> watcher = entity.probe();

        watcher.expectTerminated(session, Duration.ofSeconds(15));
    }

    @Test
    @DisplayName("of another incarnation polls no more, and stops when what it sends has an outcome")
    void notTheOwnerWhileSending() {
        live();
        server.world().userWrites(bot, ann, place, "before");
        chats.expectMessageClass(ChatCommand.Receive.class).replyTo().tell(StatusReply.ack());
        String permit = slot("cht_1").slotId();
        server.faults().next(1, "sendMessage", Fault.delay(Duration.ofMillis(500)));
        TestProbe<DeliveryOutcome> sent = entity.probe();
        session.tell(new SessionCommand.Deliver(
                "cht_1", permit, new SessionCommand.OutgoingText(place.id(), "hi", null, null), sent.ref()));
        session.tell(new SessionStep.OwnerFound(new SessionCommand.Incarnation("another")));
        SlotReply late = ask(replyTo -> new SessionCommand.RequestSlot("cht_2", place.id(), replyTo));
        assertThat(late).as("no permit any more").isEqualTo(new SlotReply.Waiting());
        server.world().userWrites(bot, ann, place, "after");

        assertThat(sent.receiveMessage()).isInstanceOf(DeliveryOutcome.Sent.class);
        sent.expectTerminated(session, Duration.ofSeconds(15));
        chats.expectNoMessage(Duration.ofMillis(100));
    }
}
