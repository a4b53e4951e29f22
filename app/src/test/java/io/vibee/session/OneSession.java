package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.boot.Entity;
import io.vibee.boot.MemoryCiphers;
import io.vibee.cluster.Entities;
import io.vibee.journal.Eventually;
import io.vibee.metrics.Metrics;
import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.session.SessionView;
import io.vibee.recovery.Backlog;
import io.vibee.sandbox.BotApiServer;
import io.vibee.sandbox.SandboxBot;
import io.vibee.sandbox.SandboxChat;
import io.vibee.sandbox.SandboxSystem;
import io.vibee.sandbox.SandboxUser;
import io.vibee.telegram.TelegramClient;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
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
import org.junit.jupiter.api.Timeout;

/**
 * What the tests of a session share: one session with a Telegram of its own, polling and sending as it does on a node. Its chats are a
 * probe, and so is its shard; its journal is in memory.
 */
@Timeout(120)
abstract class OneSession {

    static final String OPERATOR = "ses_operator";
    static final String OWNER = "usr_bob";
    private static final AtomicInteger NUMBER = new AtomicInteger();
    static Entity entity;
    static SandboxSystem sandbox;

    final String sessionId = "ses_" + NUMBER.incrementAndGet();
    final String persistenceId = "Session|" + sessionId;
    final MemoryCiphers ciphers = new MemoryCiphers();
    /** A chat that whoever looks for it fails at; none at first. */
    volatile String faulty = "";
    /** What the session has unfinished. */
    final List<String> unfinished = new CopyOnWriteArrayList<>();

    final Webhooks webhooks =
            new Webhooks(URI.create("http://127.0.0.1:1"), "a master key of the tests, long enough", null);
    final PollingGate pollingGate = new PollingGate();
    final Backlog backlog = new Backlog();
    BotApiServer server;
    TelegramClient telegram;
    SandboxBot bot;
    SandboxUser ann;
    SandboxChat place;
    DataKey key;
    TestProbe<ChatCommand> chats;
    /** The session of the operator's bot. */
    TestProbe<SessionCommand> operator;

    TestProbe<ClusterSharding.ShardCommand> shard;
    ActorRef<SessionCommand> session;

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
        key = Entity.await(ciphers.obtain(OWNER, "session:" + sessionId));
        chats = entity.probe();
        operator = entity.probe();
        shard = entity.probe();
        session = spawned();
    }

    @AfterEach
    void close() {
        entity.kill(session);
        telegram.close();
        Eventually.value(server.stop());
    }

    ActorRef<SessionCommand> spawned() {
        Entities entities = new Entities(
                id -> id.equals(OPERATOR) ? operator.ref() : session,
                id -> {
                    if (id.equals(faulty)) {
                        throw new IllegalStateException("a defect in finding a chat");
                    }
                    return chats.ref();
                },
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
                        new SessionDependencies(
                                entities,
                                ciphers,
                                (owner, of, most) -> CompletableFuture.completedStage(unfinished),
                                telegram,
                                webhooks,
                                new Metrics(),
                                pollingGate,
                                backlog,
                                30,
                                this::now,
                                (operator, update) -> CompletableFuture.completedStage(Done.getInstance()),
                                new TwinTexts())));
    }

    Instant now() {
        return entity.now();
    }

    <T> T ask(Function<ActorRef<T>, SessionCommand> command) {
        TestProbe<T> probe = entity.probe();
        session.tell(command.apply(probe.ref()));
        return probe.receiveMessage();
    }

    StatusReply<SessionView> connect(String owner) {
        return connect(owner, Delivery.POLLING);
    }

    StatusReply<SessionView> connect(String owner, Delivery delivery) {
        Sealed token = key.seal(bot.token().reveal());
        return ask(replyTo -> new SessionCommand.Connect(
                owner, SessionKind.BOT, new Bot(bot.id(), bot.username()), token, ChatMode.OBSERVE, delivery, replyTo));
    }

    StatusReply<SessionView> get(String owner) {
        return ask(replyTo -> new SessionCommand.GetSession(owner, replyTo));
    }

    SessionView awaitStatus(SessionStatus status) {
        return chats.awaitAssert(() -> {
            SessionView view = get(OWNER).getValue();
            assertThat(view.status()).isEqualTo(status);
            return view;
        });
    }

    void live() {
        assertThat(connect(OWNER).isSuccess()).isTrue();
        awaitStatus(SessionStatus.POLLING);
    }

    /** Asks for a permit as a chat does, and waits for it. */
    PermitReply.Granted permit(String chatId) {
        TestProbe<PermitReply> probe = entity.probe();
        session.tell(new SessionCommand.RequestPermit(chatId, place.id(), probe.ref()));
        PermitReply reply = probe.receiveMessage();
        return (PermitReply.Granted) (reply instanceof PermitReply.Waiting ? probe.receiveMessage() : reply);
    }

    DeliveryOutcome deliver(String chatId, String permitId, String text) {
        return ask(replyTo -> new SessionCommand.Deliver(
                chatId,
                permitId,
                new SessionCommand.OutgoingText(place.id(), text, List.of(), true, null, null),
                replyTo));
    }

    <T> T last(int count, Class<T> type) {
        Object event = entity.awaitEvents(persistenceId, count).get(count - 1);
        assertThat(event).isInstanceOf(type);
        return type.cast(event);
    }
}
