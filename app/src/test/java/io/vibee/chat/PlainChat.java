package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.cluster.JournaledEntity.Then;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.Incarnation;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.reply.PredefinedAnswers;
import io.vibee.reply.PromptAssembly;
import io.vibee.reply.ReplyOutcome;
import io.vibee.reply.ReplyRequest;
import io.vibee.settings.ModelPrice;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * A chat without its actor: what it is told it decides on, what it decides is stored in a list, and what it does to others is kept until
 * a test takes it. A test plays the others.
 */
final class PlainChat {

    /** That gives its permits. */
    static final Incarnation SESSION = new Incarnation("one");

    private final ChatMachine machine;
    private final TextCipher key;
    private final Deque<ChatEffect> effects = new ArrayDeque<>();
    private final List<ChatEvent> events = new ArrayList<>();
    private final List<Integer> writes = new ArrayList<>();
    private final List<ChatCommand> stashed = new ArrayList<>();
    private final List<ChatEffect> notices = new ArrayList<>();
    private ChatState state;
    private ChatMemory memory = ChatMemory.EMPTY;
    private Instant now;
    private Then then = Then.GO_ON;
    private @Nullable ChatCommand timed;
    private long permits;

    /** A new one. */
    PlainChat() {
        this(ChatState.EMPTY, Examples.AT);
    }

    /** One with a past. */
    PlainChat(ChatState state, Instant now) {
        this(state, now, Examples.KEY, new Random(1));
    }

    PlainChat(ChatState state, Instant now, TextCipher key, RandomGenerator random) {
        this.state = state;
        this.now = now;
        this.key = key;
        this.machine = new ChatMachine(
                Examples.CHAT,
                new ChatRules(
                        new PromptAssembly(PromptAssembly.DEFAULT_WINDOW),
                        true,
                        true,
                        PredefinedAnswers.load(),
                        new ModelCosts(
                                Map.of("gpt", new ModelPrice(new BigDecimal("0.40"), new BigDecimal("1.60"))),
                                List.of()),
                        Duration.ofSeconds(60),
                        Duration.ofMinutes(10),
                        10,
                        0,
                        Duration.ZERO,
                        () -> this.now,
                        random));
        crash();
    }

    /** Nothing but what is stored is left, and it lives again. */
    void crash() {
        effects.clear();
        done(machine.recovered(state, memory, null, events.size()));
    }

    void passes(Duration time) {
        now = now.plus(time);
    }

    /** The time of the timer that was started last has come. */
    void timeIsUp() {
        tell(Objects.requireNonNull(timed));
    }

    Instant now() {
        return now;
    }

    // What it is told.

    void tell(ChatCommand command) {
        ChatDecision decision = machine.step(state, memory, command, events.size());
        if (decision.then() == Then.STASH) {
            stashed.add(command);
        }
        done(decision);
        if (decision.then() == Then.UNSTASH) {
            List<ChatCommand> again = List.copyOf(stashed);
            stashed.clear();
            again.forEach(this::tell);
        }
    }

    private void done(ChatDecision decision) {
        if (!decision.events().isEmpty()) {
            events.addAll(decision.events());
            writes.add(decision.events().size());
            state = ChatHistory.apply(state, decision.events());
            assertThat(decision.states().getLast()).as("foreseen").isEqualTo(state);
        }
        memory = decision.memory();
        then = decision.then();
        for (ChatEffect effect : decision.effects()) {
            switch (effect) {
                case ChatEffect.Reply<?> reply -> reply.send();
                case ChatEffect.Tell told -> tell(told.step());
                case ChatEffect.LoadKey load -> tell(new ChatStep.KeyReady(key));
                case ChatEffect.ObtainKey obtain -> tell(new ChatStep.KeyReady(key));
                case ChatEffect.StartTimer timer -> timed = timer.step();
                case ChatEffect.CancelTimers cancel -> {}
                case ChatEffect.TellNewcomer told -> notices.add(told);
                case ChatEffect.TellNewcomerSettled told -> notices.add(told);
                case ChatEffect.TellProposed told -> notices.add(told);
                case ChatEffect.TellClosed told -> notices.add(told);
                default -> effects.add(effect);
            }
        }
    }

    <T> StatusReply<T> ask(Function<ActorRef<StatusReply<T>>, ChatCommand> command) {
        TestInbox<StatusReply<T>> inbox = TestInbox.create();
        tell(command.apply(inbox.getRef()));
        return inbox.receiveMessage();
    }

    StatusReply<Done> received(Incoming incoming) {
        return received(incoming, Examples.CARRIER);
    }

    StatusReply<Done> received(Incoming incoming, Carrier carrier) {
        return ask(replyTo -> new ChatCommand.Receive(
                Examples.OWNER,
                carrier,
                Examples.place("Ann"),
                incoming,
                now.minusSeconds(60),
                ChatMode.DIGITAL_TWIN,
                replyTo));
    }

    void receive(long messageId, String text) {
        assertThat(received(message(messageId, text)).isSuccess()).isTrue();
    }

    /** What its owner sets stays otherwise as it is. */
    void in(ChatMode mode) {
        StatusReply<ChatView> reply = ask(replyTo -> new ChatCommand.Configure(
                Examples.OWNER,
                ChatSettings.of(mode).shown(List.of(), List.of(), SessionKind.BOT, Duration.ZERO),
                replyTo));
        assertThat(reply.isSuccess()).isTrue();
    }

    Incoming message(long messageId, String text) {
        return new Incoming.Message(messageId, Examples.ANN, false, Examples.text(text), null, now);
    }

    // What it does to others, and what they say.

    /** The next effect that somebody else sees. */
    <T extends ChatEffect> T next(Class<T> type) {
        ChatEffect next = effects.poll();
        assertThat(next).isInstanceOf(type);
        return type.cast(next);
    }

    /** All that it did to others, and that no test took. */
    List<ChatEffect> effects() {
        return List.copyOf(effects);
    }

    /** What its owner was told of drafts. */
    List<ChatEffect> notices() {
        return List.copyOf(notices);
    }

    void grant(GrantReply reply) {
        tell(new ChatStep.GrantAnswered(next(ChatEffect.AskLeave.class).callId(), reply));
    }

    /** It gets the account's leave and asks for a text. */
    ReplyRequest composing() {
        grant(new GrantReply.Granted(null, null, false, false));
        return next(ChatEffect.Compose.class).request();
    }

    /** The engine's outcome comes; gives what the account is told. */
    AccountCommand.Settle composed(ReplyRequest request, ReplyOutcome outcome) {
        tell(new ChatStep.Composed(request.messageId(), outcome));
        return next(ChatEffect.Settle.class).settle();
    }

    /** An answer comes, and it asks for a permit. */
    void answered(String text) {
        composed(composing(), answer(text));
        next(ChatEffect.RequestPermit.class);
    }

    static ReplyOutcome answer(String text) {
        return new ReplyOutcome.Answered(text, "openrouter", "gpt", new ReplyOutcome.Usage(10, 5), 1);
    }

    PermitReply granted() {
        return new PermitReply.Granted(SESSION.permitId(++permits), now.plusSeconds(10));
    }

    ChatEffect.Deliver permitted() {
        tell(new ChatStep.PermitAnswered(granted()));
        return next(ChatEffect.Deliver.class);
    }

    void ended(ChatEffect.Deliver deliver, DeliveryOutcome outcome) {
        tell(new ChatStep.DeliveryAnswered(deliver.permitId(), outcome));
    }

    /** A text is sent that waits for its permit. */
    void sent(long messageId) {
        ended(permitted(), new DeliveryOutcome.Sent(messageId));
    }

    // What came of it.

    List<ChatEvent> events() {
        return List.copyOf(events);
    }

    List<Class<?>> stored() {
        return events.stream().<Class<?>>map(Object::getClass).toList();
    }

    <T> T last(Class<T> type) {
        assertThat(events.getLast()).isInstanceOf(type);
        return type.cast(events.getLast());
    }

    /** How many events each write had. */
    List<Integer> writes() {
        return List.copyOf(writes);
    }

    ChatState state() {
        return state;
    }

    ChatMemory memory() {
        return memory;
    }

    Then then() {
        return then;
    }
}
