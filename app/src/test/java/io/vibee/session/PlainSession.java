package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.boot.PlainCipher;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionView;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * A session without its actor: what it is told it decides on, what it decides is stored in a list, and what it does to others is kept
 * until a test takes it. A test plays the others.
 */
final class PlainSession {

    static final String OWNER = "usr_bob";
    static final String ID = "ses_1";
    static final Bot BOT = new Bot(7, "bobs_bot");
    static final long ANN = 42;

    final PlainCipher key = new PlainCipher();
    private final Deque<SessionEffect> effects = new ArrayDeque<>();
    private final List<SessionEvent> events = new ArrayList<>();
    private SessionState state = SessionState.NEW;
    private SessionMachine machine;
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private boolean takesUpdates = true;
    private boolean clockFails;
    private boolean stopped;

    PlainSession() {
        machine = incarnation("one");
        done(machine.recovered(state));
    }

    private SessionMachine incarnation(String name) {
        return new SessionMachine(new SessionRules(ID, name, 30, this::instant, () -> takesUpdates, () -> 0.5));
    }

    private Instant instant() {
        if (clockFails) {
            clockFails = false;
            throw new IllegalStateException("what a person wrote");
        }
        return now;
    }

    /** One that is connected, has its key, and polls. */
    static PlainSession live() {
        PlainSession session = new PlainSession();
        assertThat(session.connect().isSuccess()).isTrue();
        session.unlocked();
        session.tell(new SessionStep.Polled(0));
        return session;
    }

    StatusReply<SessionView> connect() {
        return connect(Delivery.POLLING);
    }

    StatusReply<SessionView> connect(Delivery delivery) {
        return ask(replyTo -> new SessionCommand.Connect(
                OWNER, SessionKind.BOT, BOT, key.seal("7:" + "A".repeat(35)), ChatMode.OBSERVE, delivery, replyTo));
    }

    /** Its key comes: it begins to poll. */
    SessionEffect.BeginPolling unlocked() {
        tell(new SessionStep.KeyReady(next(SessionEffect.LoadKey.class).load(), key));
        return next(SessionEffect.BeginPolling.class);
    }

    /** One that is connected with a webhook, has its key, and had Telegram set it. */
    static PlainSession withWebhook() {
        PlainSession session = new PlainSession();
        assertThat(session.connect(Delivery.WEBHOOK).isSuccess()).isTrue();
        session.tell(new SessionStep.KeyReady(
                session.next(SessionEffect.LoadKey.class).load(), session.key));
        session.next(SessionEffect.BeginWebhook.class);
        session.tell(SessionStep.WebhookSet.NOW);
        return session;
    }

    /** Nothing but what is stored is left, and it lives again. */
    void crash() {
        effects.clear();
        stopped = false;
        machine = incarnation("another");
        done(machine.recovered(state));
    }

    /** A write fails: the same object begins anew. */
    void writeFails() {
        effects.clear();
        done(machine.recovered(state));
    }

    void passes(Duration time) {
        now = now.plus(time);
    }

    void nodeStops() {
        takesUpdates = false;
    }

    /** The session's own code fails at the next command. */
    void failsNext() {
        clockFails = true;
    }

    // What it is told.

    void tell(SessionCommand command) {
        done(machine.step(state, command));
    }

    private void done(SessionDecision decision) {
        events.addAll(decision.events());
        for (SessionEvent event : decision.events()) {
            state = SessionHistory.apply(state, event);
        }
        if (!decision.states().isEmpty()) {
            assertThat(decision.states().getLast()).as("foreseen").isEqualTo(state);
        }
        stopped |= decision.stop();
        for (SessionEffect effect : decision.effects()) {
            switch (effect) {
                case SessionEffect.Reply<?> reply -> reply.send();
                case SessionEffect.Tell told -> tell(told.step());
                case SessionEffect.CancelTimer cancel -> {}
                case SessionEffect.EndIntake end -> {}
                case SessionEffect.ChangeTerms change -> {}
                default -> effects.add(effect);
            }
        }
    }

    <T> T ask(Function<ActorRef<T>, SessionCommand> command) {
        return maybe(command).orElseThrow(() -> new AssertionError("no answer"));
    }

    <T> Optional<T> maybe(Function<ActorRef<T>, SessionCommand> command) {
        TestInbox<T> inbox = TestInbox.create();
        tell(command.apply(inbox.getRef()));
        return inbox.hasMessages() ? Optional.of(inbox.receiveMessage()) : Optional.empty();
    }

    SessionView view() {
        StatusReply<SessionView> reply = ask(replyTo -> new SessionCommand.GetSession(OWNER, replyTo));
        return reply.getValue();
    }

    PermitReply.Granted permit(String chatId) {
        PermitReply reply = ask(replyTo -> new SessionCommand.RequestPermit(chatId, ANN, replyTo));
        return (PermitReply.Granted) reply;
    }

    /** Asks it to send; what its chat is told comes later. */
    TestInbox<DeliveryOutcome> deliver(String chatId, String permitId) {
        TestInbox<DeliveryOutcome> inbox = TestInbox.create();
        tell(new SessionCommand.Deliver(
                chatId,
                permitId,
                new SessionCommand.OutgoingText(ANN, "an answer", List.of(), true, null, null),
                inbox.getRef()));
        return inbox;
    }

    /** Telegram answers what it sends. */
    void telegramAnswers(@Nullable Long messageId, @Nullable TelegramFailure failure) {
        SessionEffect.Send send = next(SessionEffect.Send.class);
        tell(new SessionStep.SendAnswered(send.deliver(), send.token().stored(), messageId, failure));
    }

    boolean park(String chatId, String words) {
        Route.Routed routed = new Route.Routed(
                new ChatCommand.Place(ANN, ChatType.PRIVATE, "Ann"),
                new Incoming.Edit(17, new Incoming.Body("text", null, words), Instant.EPOCH));
        return ask(replyTo -> new SessionStep.Park(chatId, routed, replyTo));
    }

    // What it does to others.

    /** The next effect that somebody else sees, timers aside. */
    <T extends SessionEffect> T next(Class<T> type) {
        SessionEffect next = effects.poll();
        while (next instanceof SessionEffect.StartTimer && type != SessionEffect.StartTimer.class) {
            next = effects.poll();
        }
        assertThat(next).isInstanceOf(type);
        return type.cast(next);
    }

    /** All that it did to others, and that no test took. */
    List<SessionEffect> effects() {
        return List.copyOf(effects);
    }

    void ignoreEffects() {
        effects.clear();
    }

    List<SessionEvent> events() {
        return List.copyOf(events);
    }

    SessionState state() {
        return state;
    }

    boolean isStopped() {
        return stopped;
    }
}
