package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.Entity;
import io.vibee.cluster.Entities;
import io.vibee.metrics.Metrics;
import io.vibee.moderation.Stop;
import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
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
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.session.Carrier;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.SlotReply;
import io.vibee.protocol.session.SessionKind;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.TextEntity;
import io.vibee.reply.PredefinedAnswers;
import io.vibee.reply.PromptAssembly;
import io.vibee.reply.ReplyEngine;
import io.vibee.reply.ReplyOutcome;
import io.vibee.settings.ModelPrice;
import io.vibee.work.Backlog;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A chat")
@Timeout(120)
class ChatTest {

    private static final String OWNER = "usr_bob";
    private static final Carrier CARRIER = new Carrier("ses_1", SessionKind.BOT, null);
    private static final Stop PATTERN = new Stop(Stop.Side.MESSAGE, Stop.Rule.PATTERN, "7");
    private static final Stop LINKS = new Stop(Stop.Side.ANSWER, Stop.Rule.LINKS, "");
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static Entity entity;

    private final String chatId = "cht_" + NUMBER.incrementAndGet();
    private final String persistenceId = "Chat|" + chatId;
    private TestProbe<SessionCommand> session;
    private TestProbe<AccountCommand> account;
    private TestProbe<ReplyEngine.Command> engine;
    private TestProbe<ClusterSharding.ShardCommand> shard;
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
        writesBefore = entity.writes().size();
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
                        new Chat.Dependencies(
                                entities,
                                entity.keys(),
                                entity.erasures(),
                                engine.ref(),
                                Duration.ofSeconds(60),
                                new PromptAssembly(PromptAssembly.DEFAULT_WINDOW),
                                search -> CompletableFuture.completedStage(List.of()),
                                PredefinedAnswers.load(),
                                new ModelCosts(
                                        Map.of("gpt", new ModelPrice(new BigDecimal("0.40"), new BigDecimal("1.60"))),
                                        List.of()),
                                new Metrics(),
                                new Backlog(),
                                Duration.ofMinutes(10),
                                10,
                                0,
                                entity::now,
                                new Random(1))));
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
        grant.replyTo().tell(new GrantReply.Granted(null, null, false));
    }

    private ReplyEngine.Compose composing() {
        grant();
        return engine.expectMessageClass(ReplyEngine.Compose.class);
    }

    private SessionCommand.RequestSlot composed(String text) {
        composing().replyTo().tell(answer(text));
        AccountCommand.Settle settle = account.expectMessageClass(AccountCommand.Settle.class);
        assertThat(settle.costMicroUsd())
                .as("10 prompt and 5 completion tokens")
                .isEqualTo(12);
        return told(SessionCommand.RequestSlot.class);
    }

    private static ReplyOutcome answer(String text) {
        return new ReplyOutcome.Answered(text, "openrouter", "gpt", new ReplyOutcome.Usage(10, 5), 1);
    }

    private SessionCommand.Deliver slot(SessionCommand.RequestSlot request) {
        request.replyTo().tell(granted());
        return told(SessionCommand.Deliver.class);
    }

    private SlotReply granted() {
        return new SlotReply.Granted("slot", entity.now().plusSeconds(10));
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

    private void configure(OnFailure onFailure, WhenInDoubt whenInDoubt) {
        StatusReply<ChatView> reply = ask(replyTo -> new ChatCommand.Configure(
                OWNER,
                new ChatView.Config(ChatMode.DIGITAL_TWIN, List.of(), 1, onFailure, whenInDoubt, List.of(), false),
                replyTo));
        assertThat(reply.isSuccess()).isTrue();
    }

    @Nested
    @DisplayName("answers a message")
    class Answers {

        @Test
        @DisplayName("with three writes of four events, after its opening")
        void threeWrites() {
            receive(17, "hello");
            SessionCommand.Deliver deliver = slot(composed("hi Ann"));
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
            compose.heard().accept("It is a **long story**, and");
            SessionCommand.ShowDraft draft = told(SessionCommand.ShowDraft.class);
            assertThat(draft.text()).isEqualTo("It is a long story, and");
            compose.heard().accept("It is a **long story**, and I tell");
            assertThat(told(SessionCommand.ShowDraft.class))
                    .isEqualTo(
                            new SessionCommand.ShowDraft(42, null, draft.draftId(), "It is a long story, and I tell"));
            compose.replyTo().tell(answer("It is a **long story**, and I tell it."));

            SessionCommand.Deliver deliver = slot(told(SessionCommand.RequestSlot.class));
            assertThat(deliver.message().text()).isEqualTo("It is a long story, and I tell it.");
            assertThat(deliver.message().entities())
                    .containsExactly(new TextEntity(TextEntity.Kind.BOLD, 8, 10, null, null));
            assertThat(deliver.message().linkPreview()).isFalse();
        }

        @Test
        @DisplayName("plainly when Telegram refuses its formats, also after a crash")
        void plainly() {
            receive(17, "hello");
            slot(composed("**hi**"))
                    .replyTo()
                    .tell(new DeliveryOutcome.RefusedByTelegram(400, "can't parse entities", -1));
            told(SessionCommand.RequestSlot.class);
            crash();

            SessionCommand.Deliver deliver = slot(told(SessionCommand.RequestSlot.class));
            assertThat(deliver.message().text()).isEqualTo("hi");
            assertThat(deliver.message().entities()).isEmpty();
        }

        @Test
        @DisplayName("once, however often it is delivered")
        void duplicate() {
            receive(17, "hello");
            sent(slot(composed("hi")), 18);
            stored(5);
            receive(17, "hello");

            assertThat(entity.events(persistenceId)).hasSize(5);
            account.expectNoMessage(Duration.ofMillis(100));
        }

        @Test
        @DisplayName("after the other, in order")
        void inOrder() {
            receive(17, "one");
            receive(18, "two");
            SessionCommand.Deliver first = slot(composed("answer one"));
            engine.expectNoMessage(Duration.ofMillis(100));
            sent(first, 20);
            SessionCommand.Deliver second = slot(composed("answer two"));

            assertThat(second.message().text()).isEqualTo("answer two");
            sent(second, 21);
            assertThat(last(9, Delivered.class).telegramMessageId()).isEqualTo(21);
        }

        @Test
        @DisplayName("in all its parts, each with a permit of its own")
        void parts() {
            receive(17, "hello");
            sent(slot(composed("word ".repeat(1200))), 18);
            sent(slot(told(SessionCommand.RequestSlot.class)), 19);

            assertThat(last(7, Delivered.class).part()).isEqualTo(1);
        }

        @Test
        @DisplayName("not when the owner's quota is used up, or hours are quiet")
        void refusedByTheAccount() {
            receive(17, "hello");
            account.expectMessageClass(AccountCommand.Grant.class)
                    .replyTo()
                    .tell(new GrantReply.Exhausted(entity.now()));
            sent(slot(told(SessionCommand.RequestSlot.class)), 18);
            assertThat(stored(6).subList(2, 6))
                    .containsExactly(NotAnswered.class, ReplyDrafted.class, DeliveryStarted.class, Delivered.class);
            receive(19, "hello");
            account.expectMessageClass(AccountCommand.Grant.class).replyTo().tell(new GrantReply.Quiet());
            assertThat(last(8, NotAnswered.class).reason()).isEqualTo(NotAnsweredReason.QUIET_HOURS);
            engine.expectNoMessage(Duration.ofMillis(100));
        }

        @Test
        @DisplayName("with one notice a day when the owner's quota is used up, and then with nothing")
        void toldOnce() {
            exhausted(17);
            SessionCommand.Deliver notice = slot(told(SessionCommand.RequestSlot.class));
            assertThat(notice.message().text()).startsWith("Sorry, I can't reply right now.");
            sent(notice, 18);
            stored(6);
            exhausted(19);
            assertThat(last(8, NotAnswered.class).reason()).isEqualTo(NotAnsweredReason.QUOTA);
            crash();
            exhausted(20);
            assertThat(last(10, NotAnswered.class).reason()).isEqualTo(NotAnsweredReason.QUOTA);
        }

        private void exhausted(long messageId) {
            receive(messageId, "hello");
            account.expectMessageClass(AccountCommand.Grant.class)
                    .replyTo()
                    .tell(new GrantReply.Exhausted(entity.now()));
        }

        @Test
        @DisplayName("without paying for one that was given before")
        void cached() {
            receive(17, "hello");
            composing()
                    .replyTo()
                    .tell(new ReplyOutcome.Answered(
                            "hi", "openrouter", "gpt", new ReplyOutcome.Usage(0, 0), 0, true, List.of()));

            assertThat(account.expectMessageClass(AccountCommand.Settle.class).made())
                    .isFalse();
            slot(told(SessionCommand.RequestSlot.class));
            assertThat(((ReplyDrafted) entity.awaitEvents(persistenceId, 4).get(2)).origin())
                    .isEqualTo(new DraftOrigin.Model("openrouter", "gpt", 0, 0, true));
        }

        @Test
        @DisplayName("not when it is stopped, and says why")
        void stopped() {
            receive(17, "hello");
            composing()
                    .replyTo()
                    .tell(new ReplyOutcome.Stopped(PATTERN, new ReplyOutcome.Usage(0, 0), "", "", 0, List.of()));

            assertThat(account.expectMessageClass(AccountCommand.Settle.class).made())
                    .isFalse();
            NotAnswered not = last(3, NotAnswered.class);
            assertThat(not.reason()).isEqualTo(NotAnsweredReason.MODERATED);
            assertThat(not.detail()).isEqualTo("pattern:7");
        }

        @Test
        @DisplayName("not when the answer is stopped, which is paid all the same")
        void answerStopped() {
            receive(17, "hello");
            composing()
                    .replyTo()
                    .tell(new ReplyOutcome.Stopped(
                            LINKS,
                            new ReplyOutcome.Usage(10, 5),
                            "openrouter",
                            "gpt",
                            2,
                            List.of(new ReplyOutcome.Spent("openrouter", "gpt", new ReplyOutcome.Usage(10, 5)))));

            AccountCommand.Settle settle = account.expectMessageClass(AccountCommand.Settle.class);
            assertThat(settle.made()).isTrue();
            assertThat(settle.promptTokens()).as("with a call that broke off").isEqualTo(20);
            assertThat(settle.costMicroUsd()).isEqualTo(24);
            assertThat(last(3, NotAnswered.class).detail()).isEqualTo("answer_links");
            session.expectNoMessage(Duration.ofMillis(100));
        }

        @Test
        @DisplayName("after asking again when the engine is full, without paying for it")
        void saturated() {
            receive(17, "hello");
            composing().replyTo().tell(new ReplyOutcome.Saturated(Duration.ofMillis(10)));

            assertThat(account.expectMessageClass(AccountCommand.Settle.class).made())
                    .isFalse();
            slot(composed("hi"));
        }

        @Test
        @DisplayName("not one that was taken back while it was composed")
        void takenBack() {
            receive(17, "hello");
            ReplyEngine.Compose compose = composing();
            StatusReply<Done> reply = ask(replyTo -> new ChatCommand.Receive(
                    OWNER,
                    CARRIER,
                    new ChatCommand.Place(42, ChatType.PRIVATE, "Ann"),
                    new Incoming.Deletion(List.of(17L)),
                    entity.now(),
                    ChatMode.DIGITAL_TWIN,
                    replyTo));
            assertThat(reply.isSuccess()).isTrue();
            compose.replyTo().tell(answer("hi"));

            assertThat(account.expectMessageClass(AccountCommand.Settle.class).made())
                    .isTrue();
            assertThat(last(4, NotAnswered.class).reason()).isEqualTo(NotAnsweredReason.DELETED);
            chat.tell(ChatStep.Idle.NOW);
            shard.expectMessageClass(ClusterSharding.Passivate.class);
        }
    }

    @Nested
    @DisplayName("asks for a permit")
    class Permits {

        @Test
        @DisplayName("and stores its draft apart when it has to wait")
        void waiting() {
            receive(17, "hello");
            SessionCommand.RequestSlot request = composed("hi");
            request.replyTo().tell(new SlotReply.Waiting());
            assertThat(stored(3)).endsWith(ReplyDrafted.class);
            sent(slot(request), 18);

            assertThat(stored(5)).endsWith(ReplyDrafted.class, DeliveryStarted.class, Delivered.class);
            assertThat(writes()).containsExactly(2, 1, 1, 1);
        }

        @Test
        @DisplayName("and gives up what is pending when its session is paused")
        void refused() {
            receive(17, "hello");
            receive(18, "hello?");
            composed("hi").replyTo().tell(new SlotReply.Refused(SessionState.Phase.PAUSED));

            assertThat(stored(5)).endsWith(NotAnswered.class, NotAnswered.class);
            assertThat(last(5, NotAnswered.class).reason()).isEqualTo(NotAnsweredReason.PAUSED);
            assertThat(last(5, NotAnswered.class).head().open()).isFalse();
        }

        @Test
        @DisplayName("and gives back one that comes when nothing is to be sent")
        void released() {
            receive(17, "hello");
            SessionCommand.RequestSlot request = composed("hi");
            sent(slot(request), 18);
            stored(5);
            request.replyTo().tell(granted());

            assertThat(told(SessionCommand.ReleaseSlot.class).slotId()).isEqualTo("slot");
        }

        @Test
        @DisplayName("again when it hears nothing")
        void overdue() {
            receive(17, "hello");
            composed("hi");
            chat.tell(ChatStep.SlotOverdue.NOW);

            assertThat(stored(3)).endsWith(ReplyDrafted.class);
            sent(slot(told(SessionCommand.RequestSlot.class)), 18);
            assertThat(stored(5)).endsWith(Delivered.class);
        }
    }

    @Nested
    @DisplayName("in doubt whether a text was sent")
    class Doubt {

        @Test
        @DisplayName("says so and sends it again")
        void resend() {
            receive(17, "hello");
            slot(composed("hi")).replyTo().tell(new DeliveryOutcome.Unknown("connection lost"));
            SessionCommand.Deliver again = slot(told(SessionCommand.RequestSlot.class));

            assertThat(again.message().text()).isEqualTo("hi");
            sent(again, 18);
            assertThat(stored(7))
                    .endsWith(DeliveryStarted.class, DeliveryInDoubt.class, DeliveryStarted.class, Delivered.class);
        }

        @Test
        @DisplayName("says so and goes on when it is to skip")
        void skip() {
            receive(17, "hello");
            ReplyEngine.Compose compose = composing();
            configure(OnFailure.PREDEFINED, WhenInDoubt.SKIP);
            compose.replyTo().tell(answer("hi"));
            account.expectMessageClass(AccountCommand.Settle.class);
            slot(told(SessionCommand.RequestSlot.class)).replyTo().tell(new DeliveryOutcome.Unknown("connection lost"));

            DeliveryInDoubt doubt = last(6, DeliveryInDoubt.class);
            assertThat(doubt.resolution()).isEqualTo(WhenInDoubt.SKIP);
            assertThat(doubt.head().open()).isFalse();
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

            sent(slot(composed("hi")), 18);
            assertThat(stored(5)).endsWith(Delivered.class);
        }

        @Test
        @DisplayName("sends a draft that was not on its way, without paying for it again")
        void draft() {
            receive(17, "hello");
            composed("hi").replyTo().tell(new SlotReply.Waiting());
            stored(3);
            crash();

            SessionCommand.Deliver deliver = slot(told(SessionCommand.RequestSlot.class));
            assertThat(deliver.message().text()).isEqualTo("hi");
            sent(deliver, 18);
            assertThat(stored(5)).endsWith(DeliveryStarted.class, Delivered.class);
            engine.expectNoMessage(Duration.ofMillis(100));
        }

        @Test
        @DisplayName("is in doubt about a delivery that had been started, and sends it again")
        void started() {
            receive(17, "hello");
            slot(composed("hi"));
            crash();

            sent(slot(told(SessionCommand.RequestSlot.class)), 18);
            assertThat(stored(7))
                    .endsWith(DeliveryStarted.class, DeliveryInDoubt.class, DeliveryStarted.class, Delivered.class);
            engine.expectNoMessage(Duration.ofMillis(100));
        }

        @Test
        @DisplayName("starts nothing when nothing is left to do")
        void nothing() {
            receive(17, "hello");
            sent(slot(composed("hi")), 18);
            stored(5);
            crash();

            assertThat(ask(ChatCommand.Wake::new)).isEqualTo(Done.getInstance());
            session.expectNoMessage(Duration.ofMillis(100));
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
            receive(17, "hello");

            assertThat(stored(2)).containsExactly(ChatOpened.class, MessageReceived.class);
            first.expectNoMessage(Duration.ofMillis(100));
            composing();
        }

        @Test
        @DisplayName("sends nothing that it could not store, and goes on by itself")
        void answering() {
            receive(17, "hello");
            SessionCommand.RequestSlot request = composed("lost");
            entity.failWrites(1);
            request.replyTo().tell(granted());

            sent(slot(composed("found")), 18);
            assertThat(stored(5))
                    .endsWith(ReplyDrafted.class, DeliveryStarted.class, Delivered.class)
                    .hasSize(5);
        }

        @Test
        @DisplayName("goes on with what it sent and could not record, as in doubt")
        void delivered() {
            receive(17, "hello");
            SessionCommand.Deliver deliver = slot(composed("hi"));
            entity.failWrites(1);
            sent(deliver, 18);

            sent(slot(told(SessionCommand.RequestSlot.class)), 19);
            assertThat(stored(7)).endsWith(DeliveryInDoubt.class, DeliveryStarted.class, Delivered.class);
        }
    }

    @Nested
    @DisplayName("belongs to its owner")
    class Ownership {

        @Test
        @DisplayName("and to others it does not exist")
        void others() {
            receive(17, "hello");
            StatusReply<ChatView> seen = ask(replyTo -> new ChatCommand.GetChat("usr_eve", replyTo));
            StatusReply<ChatView> configured = ask(replyTo -> new ChatCommand.Configure(
                    "usr_eve",
                    new ChatView.Config(
                            ChatMode.DISABLED, List.of(), 1, OnFailure.SILENCE, WhenInDoubt.SKIP, List.of(), false),
                    replyTo));
            StatusReply<ChatCommand.Queued> sent = ask(replyTo -> new ChatCommand.Send("usr_eve", "hi", null, replyTo));

            assertThat(List.of(seen, configured, sent))
                    .allSatisfy(reply -> assertThat(reply.getError()).hasMessage(ChatCommand.NOT_FOUND));
            chat.tell(new ChatCommand.SessionStopped("usr_eve", NotAnsweredReason.PAUSED, entity.now()));
            composing();
            assertThat(entity.events(persistenceId)).hasSize(2);
        }

        @Test
        @DisplayName("whose session, when it stopped before a message came, does not take its answer away")
        void stoppedBefore() {
            receive(17, "hello");
            SessionCommand.RequestSlot request = composed("hi");
            chat.tell(new ChatCommand.SessionStopped(
                    OWNER, NotAnsweredReason.PAUSED, entity.now().minusSeconds(1)));
            request.replyTo().tell(granted());

            sent(session.expectMessageClass(SessionCommand.Deliver.class), 18);
            assertThat(stored(5)).endsWith(ReplyDrafted.class, DeliveryStarted.class, Delivered.class);
        }

        @Test
        @DisplayName("who sees it and configures it")
        void owner() {
            receive(17, "hello");
            ChatView.Config config = new ChatView.Config(
                    ChatMode.SNIPER, List.of("price"), 0.5, OnFailure.SILENCE, WhenInDoubt.SKIP, List.of(), false);
            StatusReply<ChatView> configured = ask(replyTo -> new ChatCommand.Configure(OWNER, config, replyTo));
            StatusReply<ChatView> seen = ask(replyTo -> new ChatCommand.GetChat(OWNER, replyTo));

            assertThat(seen.getValue())
                    .isEqualTo(new ChatView(
                            chatId, "ses_1", 42, "Ann", ChatType.PRIVATE, 1, entity.now(), config, false, 3));
            assertThat(configured.getValue()).isEqualTo(seen.getValue());
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

            assertThat(erase("usr_eve").getError()).hasMessage(ChatCommand.NOT_FOUND);
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
                    .tell(new GrantReply.Granted(null, null, false));
            assertThat(account.expectMessageClass(AccountCommand.Settle.class).made())
                    .isFalse();
            engine.expectNoMessage(Duration.ofMillis(100));
            ChatView view = view();
            assertThat(view.erased()).isTrue();
            assertThat(view.title()).isNull();
            assertThat(view.pending()).isZero();
            StatusReply<ChatCommand.Queued> sent = ask(replyTo -> new ChatCommand.Send(OWNER, "hi", "key", replyTo));
            assertThat(sent.getError()).hasMessage(ChatCommand.NOT_FOUND);
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
            SessionCommand.Deliver deliver = slot(composed("hi"));
            assertThat(erase(OWNER).isSuccess()).isTrue();
            sent(deliver, 18);

            assertThat(stored(6)).endsWith(DeliveryStarted.class, Delivered.class, ChatErased.class);
        }

        @Test
        @DisplayName("also when only its key was erased before a crash")
        void completed() {
            receive(17, "hello");
            composing();
            Entity.await(entity.erasures().chat(OWNER, chatId));
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
            Entity.await(entity.erasures().beginUser(owner));

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
    @DisplayName("sends what its owner writes")
    class Sends {

        private StatusReply<ChatCommand.Queued> send(String text, @Nullable String idempotencyKey) {
            return ask(replyTo -> new ChatCommand.Send(OWNER, text, idempotencyKey, replyTo));
        }

        @BeforeEach
        void known() {
            receive(17, "hello");
            account.expectMessageClass(AccountCommand.Grant.class).replyTo().tell(new GrantReply.Quiet());
            stored(3);
        }

        @Test
        @DisplayName("without asking for a model")
        void sends() {
            assertThat(send("hi", null).getValue().id()).isEqualTo("out2");
            SessionCommand.Deliver deliver = slot(told(SessionCommand.RequestSlot.class));

            assertThat(deliver.message().text()).isEqualTo("hi");
            sent(deliver, 18);
            assertThat(stored(6)).endsWith(ReplyDrafted.class, DeliveryStarted.class, Delivered.class);
        }

        @Test
        @DisplayName("once for each Idempotency-Key, and refuses the key for another text")
        void idempotent() {
            ChatCommand.Queued first = send("hi", "key 1").getValue();

            assertThat(send("hi", "key 1").getValue()).isEqualTo(first);
            assertThat(send("hello", "key 1").getError()).hasMessage(ChatCommand.KEY_REUSED);
            assertThat(send("hi", "key 2").getValue()).isNotEqualTo(first);
            assertThat(entity.events(persistenceId).toString()).doesNotContain("key 1");
        }

        @Test
        @DisplayName("up to a number that may wait")
        void overloaded() {
            for (int i = 0; i < OwnerRequests.MOST_OUTGOING; i++) {
                assertThat(send("hi " + i, null).isSuccess()).isTrue();
            }
            assertThat(send("one more", null).getError()).hasMessage(ChatCommand.OVERLOADED);
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
            sent(slot(composed("hi")), 18);
            stored(5);
            chat.tell(ChatStep.Idle.NOW);

            assertThat(shard.receiveMessage()).isInstanceOf(ClusterSharding.Passivate.class);
        }

        @Test
        @DisplayName("when it is told to, but not before what it is sending has an outcome")
        void told() {
            TestProbe<Void> watcher = entity.probe();
            receive(17, "hello");
            SessionCommand.Deliver deliver = slot(composed("hi"));
            chat.tell(Chat.stopMessage());
            sent(deliver, 18);

            watcher.expectTerminated(chat);
            assertThat(stored(5)).endsWith(Delivered.class);
        }
    }
}
