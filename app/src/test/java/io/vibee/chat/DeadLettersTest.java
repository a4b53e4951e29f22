package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.boot.Entity;
import io.vibee.cluster.Entities;
import io.vibee.metrics.Metrics;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.DeadLetterDropped;
import io.vibee.protocol.chat.ChatEvent.DeadLetterRetried;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatEvent.Delivered;
import io.vibee.protocol.chat.ChatEvent.DeliveryRefused;
import io.vibee.protocol.chat.ChatEvent.DeliveryStarted;
import io.vibee.protocol.chat.ChatEvent.MessageDeleted;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.Manners;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionState;
import io.vibee.recovery.Backlog;
import io.vibee.reply.PredefinedAnswers;
import io.vibee.reply.PromptAssembly;
import io.vibee.reply.ReplyEngine;
import io.vibee.reply.ReplyOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A chat's dead letter")
@Timeout(120)
@Tag("actors")
class DeadLettersTest {

    private static final String OWNER = "usr_bob";
    private static final Carrier CARRIER = new Carrier("ses_1", SessionKind.BOT, null);
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static Entity entity;

    private final String chatId = "cht_dead_" + NUMBER.incrementAndGet();
    private final String persistenceId = "Chat|" + chatId;
    private TestProbe<SessionCommand> session;
    private TestProbe<AccountCommand> account;
    private TestProbe<ReplyEngine.Command> engine;
    private TestProbe<ClusterSharding.ShardCommand> shard;
    private ActorRef<ChatCommand> chat;

    @BeforeAll
    static void start() {
        entity = new Entity();
    }

    @AfterAll
    static void stop() {
        entity.close();
    }

    @BeforeEach
    void spawn() {
        session = entity.probe();
        account = entity.probe();
        engine = entity.probe();
        shard = entity.probe();
        chat = spawned();
    }

    private ActorRef<ChatCommand> spawned() {
        Entities entities = new Entities(
                id -> session.ref(),
                id -> {
                    throw new AssertionError("a chat speaks to no chat");
                },
                id -> account.ref(),
                id -> {
                    throw new AssertionError("a chat speaks to no gate");
                });
        return entity.kit()
                .spawn(Chat.create(
                        chatId,
                        shard.ref(),
                        new ChatDependencies(
                                new ChatRules(
                                        new PromptAssembly(PromptAssembly.DEFAULT_WINDOW),
                                        true,
                                        true,
                                        PredefinedAnswers.load(),
                                        new ModelCosts(Map.of(), List.of()),
                                        Duration.ofSeconds(60),
                                        Duration.ofMinutes(10),
                                        10,
                                        3,
                                        Duration.ZERO,
                                        entity::now,
                                        new Random(1)),
                                entities,
                                entity.keys(),
                                entity.keys()::eraseChat,
                                engine.ref(),
                                search -> CompletableFuture.completedStage(List.of()),
                                new Metrics(),
                                new Backlog(),
                                Examples.NO_NOTICES)));
    }

    private void crash() {
        entity.kill(chat);
        session = entity.probe();
        chat = spawned();
    }

    private <T> T ask(Function<ActorRef<T>, ChatCommand> command) {
        TestProbe<T> probe = entity.probe();
        chat.tell(command.apply(probe.ref()));
        return probe.receiveMessage();
    }

    private void receive(Incoming incoming) {
        StatusReply<Done> reply = ask(replyTo -> new ChatCommand.Receive(
                OWNER,
                CARRIER,
                new ChatCommand.Place(42, ChatType.PRIVATE, "Ann"),
                incoming,
                entity.now().minusSeconds(60),
                ChatMode.DIGITAL_TWIN,
                replyTo));
        assertThat(reply.isSuccess()).isTrue();
    }

    private void receive(long messageId, String text) {
        receive(new Incoming.Message(
                messageId,
                new Incoming.Person(7, "Ann", false, "en"),
                false,
                new Incoming.Body("text", null, text),
                null,
                entity.now()));
    }

    private void configure(OnFailure onFailure) {
        StatusReply<ChatView> reply = ask(replyTo -> new ChatCommand.Configure(
                OWNER,
                new ChatView.Config(
                        ChatMode.DIGITAL_TWIN,
                        List.of(),
                        1,
                        onFailure,
                        WhenInDoubt.RESEND,
                        List.of(),
                        false,
                        30,
                        720,
                        Manners.DEFAULT,
                        List.of(),
                        Contact.ALLOWED),
                replyTo));
        assertThat(reply.isSuccess()).isTrue();
    }

    private StatusReply<Done> retry(String id) {
        return ask(replyTo -> new ChatCommand.RetryDeadLetter(OWNER, id, replyTo));
    }

    private StatusReply<Done> drop(String id) {
        return ask(replyTo -> new ChatCommand.DropDeadLetter(OWNER, id, replyTo));
    }

    private ReplyEngine.Compose composing() {
        account.expectMessageClass(AccountCommand.Grant.class)
                .replyTo()
                .tell(new GrantReply.Granted(null, null, false, false));
        return engine.expectMessageClass(ReplyEngine.Compose.class);
    }

    private void outcome(ReplyOutcome outcome) {
        composing().replyTo().tell(outcome);
        account.expectMessageClass(AccountCommand.Settle.class);
    }

    private void answered(String text) {
        outcome(new ReplyOutcome.Answered(text, "openrouter", "gpt", new ReplyOutcome.Usage(10, 5), 1));
    }

    /** What the session is told next, typing aside. */
    private <T extends SessionCommand> T told(Class<T> type) {
        SessionCommand next = session.receiveMessage();
        while (next instanceof SessionCommand.ShowTyping) {
            next = session.receiveMessage();
        }
        assertThat(next).isInstanceOf(type);
        return type.cast(next);
    }

    private SessionCommand.Deliver delivering() {
        told(SessionCommand.RequestPermit.class)
                .replyTo()
                .tell(new PermitReply.Granted("permit", entity.now().plusSeconds(10)));
        return told(SessionCommand.Deliver.class);
    }

    private <T extends ChatEvent> T last(int count, Class<T> type) {
        List<Object> events = entity.awaitEvents(persistenceId, count);
        assertThat(events).hasSize(count);
        assertThat(events.getLast()).isInstanceOf(type);
        return type.cast(events.getLast());
    }

    /** Opened, received, configured, dead. */
    private DeadLettered unanswered() {
        receive(17, "hello");
        ReplyEngine.Compose compose = composing();
        configure(OnFailure.DEAD_LETTER);
        compose.replyTo().tell(new ReplyOutcome.Failed("openrouter: 503", 3));
        account.expectMessageClass(AccountCommand.Settle.class);
        return last(4, DeadLettered.class);
    }

    /** Opened, received, drafted, started, refused, dead. */
    private DeadLettered unsent() {
        receive(17, "hello");
        answered("hi Ann");
        delivering().replyTo().tell(new DeliveryOutcome.RefusedByTelegram(400, "strange", -1));
        return last(6, DeadLettered.class);
    }

    private static void refused(StatusReply<?> reply, Refusal why) {
        assertThat(reply.isError()).isTrue();
        assertThat(reply.getError()).hasMessage(why.wireName());
    }

    @Test
    @DisplayName("has an id, and its chat is finished")
    void identified() {
        DeadLettered dead = unanswered();

        assertThat(dead.id()).isEqualTo("dead1");
        assertThat(dead.head().open()).isFalse();
        chat.tell(ChatStep.Idle.NOW);
        shard.expectMessageClass(ClusterSharding.Passivate.class);
    }

    @Test
    @DisplayName("that is a message without an answer is answered by the model when it is retried, also after a crash")
    void answeredAgain() {
        unanswered();
        crash();
        assertThat(retry("dead1").isSuccess()).isTrue();

        assertThat(last(5, DeadLetterRetried.class).head().open()).isTrue();
        assertThat(composing().request().messageId()).isEqualTo("msg1");
        crash();
        answered("hi Ann");
        SessionCommand.Deliver deliver = delivering();
        assertThat(deliver.message().text()).isEqualTo("hi Ann");
        deliver.replyTo().tell(new DeliveryOutcome.Sent(18));
        assertThat(last(8, Delivered.class).head().open()).isFalse();
    }

    @Test
    @DisplayName("that could not be sent is sent again when it is retried, and no model is asked")
    void sentAgain() {
        unsent();
        crash();
        assertThat(retry("dead1").isSuccess()).isTrue();
        SessionCommand.Deliver deliver = delivering();
        assertThat(deliver.message().text()).isEqualTo("hi Ann");
        deliver.replyTo().tell(new DeliveryOutcome.Sent(18));

        last(9, Delivered.class);
        assertThat(entity.events(persistenceId))
                .extracting(Object::getClass)
                .endsWith(DeadLetterRetried.class, DeliveryStarted.class, Delivered.class);
        engine.expectNoMessage(Duration.ofMillis(100));
    }

    @Test
    @DisplayName("is retried once: a second time it is settled already, and nothing is stored")
    void once() {
        unsent();
        assertThat(retry("dead1").isSuccess()).isTrue();

        refused(retry("dead1"), Refusal.DEAD_LETTER_SETTLED);
        refused(drop("dead1"), Refusal.DEAD_LETTER_SETTLED);
        last(7, DeadLetterRetried.class);
    }

    @Test
    @DisplayName("that fails again is another one")
    void again() {
        unsent();
        retry("dead1");
        delivering().replyTo().tell(new DeliveryOutcome.RefusedByTelegram(400, "strange", -1));
        DeadLettered dead = last(10, DeadLettered.class);

        assertThat(entity.events(persistenceId).get(8)).isInstanceOf(DeliveryRefused.class);
        assertThat(dead.id()).isEqualTo("dead2");
        assertThat(retry("dead2").isSuccess()).isTrue();
    }

    @Test
    @DisplayName("that is retried while its session is paused is there again, as when a quota is used up")
    void notNow() {
        unsent();
        retry("dead1");
        told(SessionCommand.RequestPermit.class).replyTo().tell(new PermitReply.Refused(SessionState.Phase.PAUSED));
        assertThat(last(8, DeadLettered.class).cause()).isEqualTo("the session does not send");

        receive(18, "and this?");
        account.expectMessageClass(AccountCommand.Grant.class)
                .replyTo()
                .tell(new GrantReply.Granted(null, null, false, false));
        configure(OnFailure.DEAD_LETTER);
        engine.expectMessageClass(ReplyEngine.Compose.class)
                .replyTo()
                .tell(new ReplyOutcome.Failed("openrouter: 503", 1));
        account.expectMessageClass(AccountCommand.Settle.class);
        last(11, DeadLettered.class);
        retry("dead3");
        account.expectMessageClass(AccountCommand.Grant.class).replyTo().tell(new GrantReply.Exhausted(entity.now()));
        assertThat(last(13, DeadLettered.class).cause()).isEqualTo("not answered: quota");
    }

    @Test
    @DisplayName("that is retried goes back when its session stops before it is answered")
    void sessionStops() {
        unanswered();
        retry("dead1");
        composing();
        entity.passes(Duration.ofSeconds(1));
        chat.tell(new ChatCommand.SessionStopped(OWNER, NotAnsweredReason.PAUSED, entity.now()));

        assertThat(last(6, DeadLettered.class).id()).isEqualTo("dead2");
    }

    @Test
    @DisplayName("is retried with all others of its chat")
    void all() {
        unsent();
        StatusReply<ChatCommand.Retried> reply = ask(replyTo -> new ChatCommand.RetryDeadLetters(OWNER, replyTo));
        StatusReply<ChatCommand.Retried> none = ask(replyTo -> new ChatCommand.RetryDeadLetters(OWNER, replyTo));

        assertThat(reply.getValue().count()).isEqualTo(1);
        assertThat(none.getValue().count()).isZero();
        delivering();
    }

    @Test
    @DisplayName("is dropped by its owner, or when its sender takes the message back")
    void dropped() {
        unanswered();
        assertThat(drop("dead1").isSuccess()).isTrue();
        assertThat(last(5, DeadLetterDropped.class).head().open()).isFalse();
        refused(retry("dead1"), Refusal.DEAD_LETTER_SETTLED);

        receive(18, "hello?");
        outcome(new ReplyOutcome.Failed("openrouter: 503", 3));
        last(7, DeadLettered.class);
        receive(new Incoming.Deletion(List.of(18L)));
        assertThat(last(9, DeadLetterDropped.class).id()).isEqualTo("dead2");
        assertThat(entity.events(persistenceId).get(7)).isInstanceOf(MessageDeleted.class);
    }

    @Test
    @DisplayName("is not there for others, when there never was one, and when its chat was erased")
    void notThere() {
        unanswered();
        refused(retry("dead2"), Refusal.DEAD_LETTER_NOT_FOUND);
        StatusReply<Done> retried = ask(replyTo -> new ChatCommand.RetryDeadLetter("usr_eve", "dead1", replyTo));
        StatusReply<Done> dropped = ask(replyTo -> new ChatCommand.DropDeadLetter("usr_eve", "dead1", replyTo));
        StatusReply<ChatCommand.Retried> all = ask(replyTo -> new ChatCommand.RetryDeadLetters("usr_eve", replyTo));
        for (StatusReply<?> reply : List.of(retried, dropped, all)) {
            refused(reply, Refusal.CHAT_NOT_FOUND);
        }
        StatusReply<Done> erased = ask(replyTo -> new ChatCommand.Erase(OWNER, replyTo));
        assertThat(erased.isSuccess()).isTrue();

        refused(retry("dead1"), Refusal.CHAT_NOT_FOUND);
        assertThat(entity.events(persistenceId)).hasSize(5);
    }

    @Test
    @DisplayName("whose key was erased behind the chat's back is not retried")
    void keyErased() {
        unanswered();
        entity.keys().erase(OWNER, "chat:" + chatId);

        assertThat(retry("dead1").isError()).isTrue();
        StatusReply<ChatCommand.Retried> all = ask(replyTo -> new ChatCommand.RetryDeadLetters(OWNER, replyTo));
        assertThat(all.isError() || all.getValue().count() == 0).isTrue();
        engine.expectNoMessage(Duration.ofMillis(100));
    }
}
