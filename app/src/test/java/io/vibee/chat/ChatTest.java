package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.boot.Entity;
import io.vibee.cluster.Entities;
import io.vibee.metrics.Metrics;
import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.ChatErased;
import io.vibee.protocol.chat.ChatEvent.ChatOpened;
import io.vibee.protocol.chat.ChatEvent.Delivered;
import io.vibee.protocol.chat.ChatEvent.DeliveryInDoubt;
import io.vibee.protocol.chat.ChatEvent.DeliveryStarted;
import io.vibee.protocol.chat.ChatEvent.MessageReceived;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatEvent.ReplyDrafted;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.TextEntity;
import io.vibee.recovery.Backlog;
import io.vibee.reply.PredefinedAnswers;
import io.vibee.reply.PromptAssembly;
import io.vibee.reply.ReplyEngine;
import io.vibee.reply.ReplyOutcome;
import io.vibee.settings.ModelPrice;
import java.math.BigDecimal;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A chat")
@Timeout(120)
@Tag("actors")
class ChatTest {

    private static final String OWNER = "usr_bob";
    private static final Carrier CARRIER = new Carrier("ses_1", SessionKind.BOT, null);
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static Entity entity;

    private final String chatId = "cht_" + NUMBER.incrementAndGet();
    private final String persistenceId = "Chat|" + chatId;
    private TestProbe<SessionCommand> session;
    private TestProbe<AccountCommand> account;
    private TestProbe<ReplyEngine.Command> engine;
    private TestProbe<ClusterSharding.ShardCommand> shard;
    private TestProbe<ChatCommand> elsewhere;
    private ActorRef<ChatCommand> chat;
    private int writesBefore;

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
        elsewhere = entity.probe();
        writesBefore = entity.writes().size();
        chat = spawned();
    }

    @AfterEach
    void spokeToNoOtherChat() {
        elsewhere.expectNoMessage(Duration.ofMillis(1));
    }

    private ActorRef<ChatCommand> spawned() {
        Entities entities = new Entities(id -> session.ref(), id -> elsewhere.ref(), id -> account.ref(), id -> {
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
                                        new ModelCosts(
                                                Map.of(
                                                        "gpt",
                                                        new ModelPrice(new BigDecimal("0.40"), new BigDecimal("1.60"))),
                                                List.of()),
                                        Duration.ofSeconds(60),
                                        Duration.ofMinutes(10),
                                        10,
                                        0,
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

    /** Nothing but its journal is left, and it lives again. */
    private void crash() {
        entity.kill(chat);
        session = entity.probe();
        chat = spawned();
    }

    // What others do.

    private ChatCommand.Receive update(long messageId, String text, ActorRef<StatusReply<Done>> replyTo) {
        return new ChatCommand.Receive(
                OWNER,
                CARRIER,
                new ChatCommand.Place(42, ChatType.PRIVATE, "Ann"),
                new Incoming.Message(
                        messageId,
                        new Incoming.Person(7, "Ann", false, "en"),
                        false,
                        new Incoming.Body("text", null, text),
                        null,
                        entity.now()),
                entity.now().minusSeconds(60),
                ChatMode.DIGITAL_TWIN,
                replyTo);
    }

    private void receive(long messageId, String text) {
        StatusReply<Done> reply = ask(replyTo -> update(messageId, text, replyTo));
        assertThat(reply.isSuccess()).isTrue();
    }

    private <T> T ask(Function<ActorRef<T>, ChatCommand> command) {
        TestProbe<T> probe = entity.probe();
        chat.tell(command.apply(probe.ref()));
        return probe.receiveMessage();
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

    private void grant() {
        AccountCommand.Grant grant = account.expectMessageClass(AccountCommand.Grant.class);
        grant.replyTo().tell(new GrantReply.Granted(null, null, false, false));
    }

    private ReplyEngine.Compose composing() {
        grant();
        return engine.expectMessageClass(ReplyEngine.Compose.class);
    }

    private SessionCommand.RequestPermit composed(String text) {
        composing().replyTo().tell(answer(text));
        AccountCommand.Settle settle = account.expectMessageClass(AccountCommand.Settle.class);
        assertThat(settle.costMicroUsd())
                .as("10 prompt and 5 completion tokens")
                .isEqualTo(12);
        return told(SessionCommand.RequestPermit.class);
    }

    private static ReplyOutcome answer(String text) {
        return new ReplyOutcome.Answered(text, "openrouter", "gpt", new ReplyOutcome.Usage(10, 5), 1);
    }

    private SessionCommand.Deliver permit(SessionCommand.RequestPermit request) {
        request.replyTo().tell(granted());
        return told(SessionCommand.Deliver.class);
    }

    private PermitReply granted() {
        return new PermitReply.Granted("permit", entity.now().plusSeconds(10));
    }

    private static void sent(SessionCommand.Deliver deliver, long messageId) {
        deliver.replyTo().tell(new DeliveryOutcome.Sent(messageId));
    }

    private List<Class<?>> stored(int count) {
        return entity.awaitEvents(persistenceId, count).stream()
                .<Class<?>>map(Object::getClass)
                .toList();
    }

    private <T> T last(int count, Class<T> type) {
        Object event = entity.awaitEvents(persistenceId, count).get(count - 1);
        assertThat(event).isInstanceOf(type);
        return type.cast(event);
    }

    private List<Integer> writes() {
        List<Integer> all = entity.writes();
        return all.subList(writesBefore, all.size());
    }

    @Nested
    @DisplayName("answers a message")
    class Answers {

        @Test
        @DisplayName("with three writes of four events, after its opening")
        void threeWrites() {
            receive(17, "hello");
            SessionCommand.Deliver deliver = permit(composed("hi Ann"));
            assertThat(deliver.message().text()).isEqualTo("hi Ann");
            assertThat(deliver.message().telegramChatId()).isEqualTo(42);
            sent(deliver, 18);

            assertThat(stored(5))
                    .containsExactly(
                            ChatOpened.class,
                            MessageReceived.class,
                            ReplyDrafted.class,
                            DeliveryStarted.class,
                            Delivered.class);
            assertThat(writes()).containsExactly(2, 2, 1);
            assertThat(entity.events(persistenceId))
                    .extracting(event -> ((ChatEvent) event).head().open())
                    .containsExactly(true, true, true, true, false);
        }

        @Test
        @DisplayName("showing that it types until it has an answer")
        void typing() {
            receive(17, "hello");

            session.expectMessage(new SessionCommand.ShowTyping(42, null, null));
            composed("hi");
        }

        @Test
        @DisplayName("showing what has come of it so far, once a second and when there is more")
        void drafts() {
            receive(17, "hello");
            ReplyEngine.Compose compose = composing();
            assertThat(compose.request().streamed()).isTrue();
            compose.heard().accept(() -> "It is a **long story**, and");
            SessionCommand.ShowLivePreview draft = told(SessionCommand.ShowLivePreview.class);
            assertThat(draft.text()).isEqualTo("It is a long story, and");
            compose.heard().accept(() -> "It is a **long story**, and I tell");
            assertThat(told(SessionCommand.ShowLivePreview.class))
                    .isEqualTo(new SessionCommand.ShowLivePreview(
                            42, null, draft.draftId(), "It is a long story, and I tell"));
            compose.replyTo().tell(answer("It is a **long story**, and I tell it."));

            SessionCommand.Deliver deliver = permit(told(SessionCommand.RequestPermit.class));
            assertThat(deliver.message().text()).isEqualTo("It is a long story, and I tell it.");
            assertThat(deliver.message().entities())
                    .containsExactly(new TextEntity(TextEntity.Kind.BOLD, 8, 10, null, null));
            assertThat(deliver.message().linkPreview()).isFalse();
        }

        @Test
        @DisplayName("after asking again when the engine is full, without paying for it")
        void saturated() {
            receive(17, "hello");
            composing().replyTo().tell(new ReplyOutcome.Saturated(Duration.ofMillis(10)));

            assertThat(account.expectMessageClass(AccountCommand.Settle.class).made())
                    .isFalse();
            permit(composed("hi"));
        }
    }

    @Nested
    @DisplayName("after a crash")
    class Crash {

        @Test
        @DisplayName("asks the engine again for what is pending")
        void pending() {
            receive(17, "hello");
            composing();
            crash();

            sent(permit(composed("hi")), 18);
            assertThat(stored(5)).endsWith(Delivered.class);
        }

        @Test
        @DisplayName("is in doubt about a delivery that had been started, and sends it again")
        void started() {
            receive(17, "hello");
            permit(composed("hi"));
            crash();

            sent(permit(told(SessionCommand.RequestPermit.class)), 18);
            assertThat(stored(7))
                    .endsWith(DeliveryStarted.class, DeliveryInDoubt.class, DeliveryStarted.class, Delivered.class);
            engine.expectNoMessage(Duration.ofMillis(100));
        }
    }

    @Nested
    @DisplayName("when the journal is away")
    class Outage {

        @Test
        @DisplayName("does not say that a message is stored, and takes it when it comes again")
        void receiving() {
            entity.failWrites(1);
            TestProbe<StatusReply<Done>> first = entity.probe();
            chat.tell(update(17, "hello", first.ref()));
            // What comes before the write has failed may go with it: then it comes again, as from the poller.
            TestProbe<StatusReply<Done>> later = entity.probe();
            later.awaitAssert(Duration.ofSeconds(20), () -> {
                chat.tell(update(17, "hello", later.ref()));
                assertThat(later.receiveMessage(Duration.ofSeconds(2)).isSuccess())
                        .isTrue();
                return true;
            });

            assertThat(stored(2)).containsExactly(ChatOpened.class, MessageReceived.class);
            first.expectNoMessage(Duration.ofMillis(100));
            composing();
        }

        @Test
        @DisplayName("sends nothing that it could not store, and goes on by itself")
        void answering() {
            receive(17, "hello");
            SessionCommand.RequestPermit request = composed("lost");
            entity.failWrites(1);
            request.replyTo().tell(granted());

            sent(permit(composed("found")), 18);
            assertThat(stored(5))
                    .endsWith(ReplyDrafted.class, DeliveryStarted.class, Delivered.class)
                    .hasSize(5);
        }

        @Test
        @DisplayName("goes on with what it sent and could not record, as in doubt")
        void delivered() {
            receive(17, "hello");
            SessionCommand.Deliver deliver = permit(composed("hi"));
            entity.failWrites(1);
            sent(deliver, 18);

            sent(permit(told(SessionCommand.RequestPermit.class)), 19);
            assertThat(stored(7)).endsWith(DeliveryInDoubt.class, DeliveryStarted.class, Delivered.class);
        }
    }

    @Nested
    @DisplayName("is erased")
    class Erased {

        private StatusReply<Done> erase(String owner) {
            return ask(replyTo -> new ChatCommand.Erase(owner, replyTo));
        }

        private ChatView view() {
            return ask((ActorRef<StatusReply<ChatView>> replyTo) -> new ChatCommand.GetChat(OWNER, replyTo))
                    .getValue();
        }

        @Test
        @DisplayName("by its owner only")
        void owner() {
            receive(17, "hello");

            assertThat(erase("usr_eve").getError()).hasMessage(Refusal.CHAT_NOT_FOUND.wireName());
            assertThat(view().erased()).isFalse();
        }

        @Test
        @DisplayName("with what waits: no model is asked any more, and it can be looked at, but not used")
        void waiting() {
            receive(17, "hello");
            receive(18, "are you there?");
            DataKey key = Entity.await(entity.keys().obtain(OWNER, "chat:" + chatId));

            assertThat(erase(OWNER).isSuccess()).isTrue();

            assertThat(key.erased()).as("also where it is in use").isTrue();
            assertThat(stored(6)).endsWith(NotAnswered.class, NotAnswered.class, ChatErased.class);
            assertThat(last(4, NotAnswered.class).reason()).isEqualTo(NotAnsweredReason.ERASED);
            assertThat(last(6, ChatErased.class).head().open()).isFalse();
            account.expectMessageClass(AccountCommand.Grant.class)
                    .replyTo()
                    .tell(new GrantReply.Granted(null, null, false, false));
            assertThat(account.expectMessageClass(AccountCommand.Settle.class).made())
                    .isFalse();
            engine.expectNoMessage(Duration.ofMillis(100));
            ChatView view = view();
            assertThat(view.erased()).isTrue();
            assertThat(view.title()).isNull();
            assertThat(view.pending()).isZero();
            StatusReply<ChatCommand.Queued> sent = ask(replyTo -> new ChatCommand.Send(OWNER, "hi", "key", replyTo));
            assertThat(sent.getError()).hasMessage(Refusal.CHAT_NOT_FOUND.wireName());
            assertThat(erase(OWNER).isSuccess()).as("again").isTrue();
            stored(6);
        }

        @Test
        @DisplayName("while a model composes: its answer is settled and not sent")
        void composingThen() {
            receive(17, "hello");
            ReplyEngine.Compose compose = composing();
            erase(OWNER);
            compose.replyTo().tell(answer("hi"));

            assertThat(account.expectMessageClass(AccountCommand.Settle.class).made())
                    .isTrue();
            assertThat(stored(4)).endsWith(NotAnswered.class, ChatErased.class);
            session.expectNoMessage(Duration.ofMillis(200));
        }

        @Test
        @DisplayName("while something is being sent: that has its outcome first")
        void delivering() {
            receive(17, "hello");
            SessionCommand.Deliver deliver = permit(composed("hi"));
            assertThat(erase(OWNER).isSuccess()).isTrue();
            sent(deliver, 18);

            assertThat(stored(6)).endsWith(DeliveryStarted.class, Delivered.class, ChatErased.class);
        }

        @Test
        @DisplayName("also when only its key was erased before a crash")
        void completed() {
            receive(17, "hello");
            composing();
            entity.keys().erase(OWNER, "chat:" + chatId);
            crash();

            assertThat(stored(4)).endsWith(NotAnswered.class, ChatErased.class);
            assertThat(view().erased()).isTrue();
        }

        @Test
        @DisplayName("and begins anew, as a new chat under a new key, when somebody writes again")
        void again() {
            receive(17, "hello");
            erase(OWNER);
            receive(17, "hello");
            stored(4);
            receive(18, "hello again");

            ChatOpened first = (ChatOpened) entity.events(persistenceId).getFirst();
            ChatOpened second = last(5, ChatOpened.class);
            assertThat(second.keyId()).isNotEqualTo(first.keyId());
            assertThat(last(6, MessageReceived.class).notAnswered()).isNull();
            assertThat(view().erased()).isFalse();
            assertThat(view().title()).isEqualTo("Ann");
            crash();
            assertThat(view().title()).isEqualTo("Ann");
        }

        @Test
        @DisplayName("with its owner for good: what comes then is refused")
        void withItsOwner() {
            String owner = "usr_" + chatId;
            entity.keys().eraseOwner(owner);

            StatusReply<Done> reply = ask(replyTo -> new ChatCommand.Receive(
                    owner,
                    CARRIER,
                    new ChatCommand.Place(42, ChatType.PRIVATE, "Ann"),
                    new Incoming.Deletion(List.of(1L)),
                    entity.now(),
                    ChatMode.DIGITAL_TWIN,
                    replyTo));

            assertThat(reply.isError()).isTrue();
            assertThat(entity.events(persistenceId)).isEmpty();
        }
    }

    @Nested
    @DisplayName("stops")
    class Stops {

        @Test
        @DisplayName("by itself only when nothing is pending")
        void idle() {
            receive(17, "hello");
            chat.tell(ChatStep.Idle.NOW);
            shard.expectNoMessage(Duration.ofMillis(100));
            sent(permit(composed("hi")), 18);
            stored(5);
            chat.tell(ChatStep.Idle.NOW);

            assertThat(shard.receiveMessage()).isInstanceOf(ClusterSharding.Passivate.class);
        }

        @Test
        @DisplayName("when it is told to, but not before what it is sending has an outcome")
        void told() {
            TestProbe<Void> watcher = entity.probe();
            receive(17, "hello");
            SessionCommand.Deliver deliver = permit(composed("hi"));
            chat.tell(Chat.stopMessage());
            sent(deliver, 18);

            watcher.expectTerminated(chat);
            assertThat(stored(5)).endsWith(Delivered.class);
            elsewhere.expectNoMessage(Duration.ofMillis(100));
        }

        @Test
        @DisplayName("and goes on at once where its shard goes, when something is pending")
        void moved() {
            TestProbe<Void> watcher = entity.probe();
            receive(17, "hello");
            chat.tell(Chat.stopMessage());

            watcher.expectTerminated(chat);
            assertThat(elsewhere.receiveMessage()).isInstanceOf(ChatCommand.Wake.class);
        }
    }
}
