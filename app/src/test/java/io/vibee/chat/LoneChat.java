package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.boot.Entity;
import io.vibee.cluster.Entities;
import io.vibee.metrics.Metrics;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.Manners;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.recovery.Backlog;
import io.vibee.reply.PredefinedAnswers;
import io.vibee.reply.Prompt;
import io.vibee.reply.PromptAssembly;
import io.vibee.reply.ReplyEngine;
import io.vibee.reply.ReplyOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.pattern.StatusReply;

/** Ann's chat with Bob's bot, and probes for all that it speaks to. */
final class LoneChat {

    static final String OWNER = "usr_bob";

    private static final Carrier CARRIER = new Carrier("ses_1", SessionKind.BOT, null);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    final String chatId = "cht_lone_" + NUMBER.incrementAndGet();
    final String persistenceId = "Chat|" + chatId;
    final TestProbe<SessionCommand> session;
    final TestProbe<AccountCommand> account;
    final TestProbe<ReplyEngine.Command> engine;

    private final Entity entity;
    private final Recall recall;
    private boolean remembers = true;
    private final RandomGenerator random;
    private final AtomicInteger faults = new AtomicInteger();
    private ActorRef<ChatCommand> chat;

    LoneChat(Entity entity, Recall recall) {
        this(entity, recall, new Random(1));
    }

    /**
     * @param random asked when a message comes, when a delivery failed, and when the engine is full
     */
    LoneChat(Entity entity, Recall recall, RandomGenerator random) {
        this.entity = entity;
        this.recall = recall;
        this.random = random;
        session = entity.probe();
        account = entity.probe();
        engine = entity.probe();
        chat = spawned();
    }

    private ActorRef<ChatCommand> spawned() {
        TestProbe<ClusterSharding.ShardCommand> shard = entity.probe();
        Entities entities = new Entities(
                id -> {
                    if (faults.getAndUpdate(left -> Math.max(0, left - 1)) == 1) {
                        throw new IllegalStateException("a defect on the way to the session");
                    }
                    return session.ref();
                },
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
                                        remembers,
                                        remembers,
                                        PredefinedAnswers.load(),
                                        new ModelCosts(Map.of(), List.of()),
                                        Duration.ofSeconds(60),
                                        Duration.ofMinutes(10),
                                        0,
                                        0,
                                        Duration.ZERO,
                                        entity::now,
                                        random),
                                entities,
                                entity.keys(),
                                entity.keys()::eraseChat,
                                engine.ref(),
                                recall,
                                new Metrics(),
                                new Backlog(),
                                Examples.NO_NOTICES)));
    }

    /** Without summaries and recall, from its next incarnation on. */
    void remembersNothing() {
        remembers = false;
    }

    /** The so-manieth time that the chat speaks to its session from now on fails, once. */
    void failAtSession(int time) {
        faults.set(time);
    }

    /** Nothing but its journal is left, and it lives again. */
    void crash() {
        entity.kill(chat);
        chat = spawned();
    }

    <T> T ask(Function<ActorRef<T>, ChatCommand> command) {
        TestProbe<T> probe = entity.probe();
        chat.tell(command.apply(probe.ref()));
        return probe.receiveMessage();
    }

    void tell(ChatCommand command) {
        chat.tell(command);
    }

    void receive(Incoming incoming) {
        assertThat(received(incoming).isSuccess()).isTrue();
    }

    StatusReply<Done> received(Incoming incoming) {
        return ask(replyTo -> receiving(incoming, replyTo));
    }

    /** A new chat looks at the clock as it asks for its key and as it gets it; the second look fails. */
    void receiveAndFail(Incoming incoming) {
        ChatCommand.Receive receive =
                receiving(incoming, entity.<StatusReply<Done>>probe().ref());
        entity.failClock(2);
        chat.tell(receive);
    }

    private ChatCommand.Receive receiving(Incoming incoming, ActorRef<StatusReply<Done>> replyTo) {
        return new ChatCommand.Receive(
                OWNER,
                CARRIER,
                new ChatCommand.Place(42, ChatType.PRIVATE, "Ann"),
                incoming,
                entity.now().minusSeconds(60),
                ChatMode.DIGITAL_TWIN,
                replyTo);
    }

    void receive(long messageId, String text) {
        receive(message(messageId, text));
    }

    Incoming message(long messageId, String text) {
        return new Incoming.Message(
                messageId,
                new Incoming.Person(7, "Ann", false, "en"),
                false,
                new Incoming.Body("text", null, text),
                null,
                entity.now());
    }

    void configure(ChatMode mode, List<String> triggerWords, OnFailure onFailure) {
        StatusReply<ChatView> reply = ask(replyTo -> new ChatCommand.Configure(
                OWNER,
                new ChatView.Config(
                        mode,
                        triggerWords,
                        0.5,
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

    /** The account's leave is asked next; gives the key of the call. */
    AccountCommand.Grant asked() {
        return account.expectMessageClass(AccountCommand.Grant.class);
    }

    ReplyEngine.Compose composing(AccountCommand.Grant grant) {
        grant.replyTo().tell(new GrantReply.Granted("A baker.", null, false, false));
        return engine.expectMessageClass(ReplyEngine.Compose.class);
    }

    static ReplyOutcome answer(String text) {
        return new ReplyOutcome.Answered(text, "openrouter", "gpt", new ReplyOutcome.Usage(10, 5), 1);
    }

    /** A message comes and is answered; the ids are Telegram's. Gives the prompt of the answer. */
    Prompt exchange(long messageId, String text, String answer) {
        receive(messageId, text);
        int received = entity.events(persistenceId).size();
        ReplyEngine.Compose compose = composing(asked());
        compose.replyTo().tell(answer(answer));
        account.expectMessageClass(AccountCommand.Settle.class);
        told(SessionCommand.RequestPermit.class)
                .replyTo()
                .tell(new PermitReply.Granted("permit", entity.now().plusSeconds(10)));
        told(SessionCommand.Deliver.class).replyTo().tell(new DeliveryOutcome.Sent(messageId + 1));
        entity.awaitEvents(persistenceId, received + 3);
        return compose.request().prompt();
    }

    /** What the session is told next, typing aside. */
    <T extends SessionCommand> T told(Class<T> type) {
        SessionCommand next = session.receiveMessage();
        while (next instanceof SessionCommand.ShowTyping) {
            next = session.receiveMessage();
        }
        assertThat(next).isInstanceOf(type);
        return type.cast(next);
    }
}
