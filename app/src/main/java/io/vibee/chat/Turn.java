package io.vibee.chat;

import io.vibee.cluster.JournaledEntity.Then;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.GrantKey;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.stored.EventHead;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * One step of a chat while it is decided: the state and the memory as they are by now, and what was decided so far. It lives for one
 * call of {@link ChatMachine#step}, and nothing outside of that sees it.
 */
final class Turn {

    private final String chatId;
    private final Instant now;
    private final long seqNr;
    private final List<ChatEvent> events;
    private final List<ChatState> states;
    private final List<ChatEffect> effects;
    private ChatState state;
    private ChatMemory memory;
    private Then then = Then.GO_ON;

    /**
     * @param seqNr of the chat's last event
     */
    Turn(String chatId, ChatState state, ChatMemory memory, Instant now, long seqNr) {
        this(chatId, state, memory, now, seqNr, new ArrayList<>(4), new ArrayList<>(4), new ArrayList<>(4));
    }

    private Turn(
            String chatId,
            ChatState state,
            ChatMemory memory,
            Instant now,
            long seqNr,
            List<ChatEvent> events,
            List<ChatState> states,
            List<ChatEffect> effects) {
        this.chatId = chatId;
        this.state = state;
        this.memory = memory;
        this.now = now;
        this.seqNr = seqNr;
        this.events = events;
        this.states = states;
        this.effects = effects;
    }

    /** The same so far, to go on from in another way. */
    Turn copy() {
        Turn copy = new Turn(
                chatId,
                state,
                memory,
                now,
                seqNr,
                new ArrayList<>(events),
                new ArrayList<>(states),
                new ArrayList<>(effects));
        copy.then = then;
        return copy;
    }

    // What is known.

    String chatId() {
        return chatId;
    }

    Instant now() {
        return now;
    }

    /** The state after what is to be stored so far. */
    ChatState state() {
        return state;
    }

    ChatMemory memory() {
        return memory;
    }

    boolean storesSomething() {
        return !events.isEmpty();
    }

    /** How many events are to be stored so far. */
    int count() {
        return events.size();
    }

    /** The number of the last event, after what is to be stored so far. */
    long seqNr() {
        return seqNr + events.size();
    }

    Activity activity() {
        return memory.activity();
    }

    /** The key of the chat's texts, if it is there. It may be erased. */
    Optional<TextCipher> key() {
        return memory.key().cipher();
    }

    /** The same, if texts can be sealed with it. */
    Optional<TextCipher> sealing() {
        return key().filter(key -> !key.erased());
    }

    /** What a chat is that was opened: who has a call, a text or an owner has one. */
    Profile profile() {
        return Objects.requireNonNull(state.profile(), "only an opened chat does anything");
    }

    String sessionId() {
        return profile().carrier().sessionId();
    }

    /** The head of an event; whether something stays open is known at the end. */
    EventHead head() {
        return state.headAt(now);
    }

    boolean isOwnedBy(String owner) {
        Profile profile = state.profile();
        return profile != null && profile.owner().equals(owner);
    }

    // What is decided.

    void store(ChatEvent event) {
        ChatEvent identified = DeadLetters.identified(state, event);
        apply(identified);
        DeadLetters.surplus(state).ifPresent(oldest -> apply(new ChatEvent.DeadLetterDropped(event.head(), oldest)));
    }

    void store(List<? extends ChatEvent> all) {
        all.forEach(this::store);
    }

    private void apply(ChatEvent event) {
        state = ChatHistory.apply(state, event);
        events.add(event);
        states.add(state);
    }

    void run(ChatEffect effect) {
        effects.add(effect);
    }

    <T> void reply(ActorRef<StatusReply<T>> to, StatusReply<T> message) {
        effects.add(new ChatEffect.Reply<>(to, message));
    }

    <T> void refuse(ActorRef<StatusReply<T>> to, Refusal why) {
        reply(to, why.reply());
    }

    /** Does this from now on; the timers of what it did end. */
    void become(Activity next) {
        if (!(memory.activity() instanceof Activity.None)) {
            effects.add(new ChatEffect.CancelTimers());
        }
        memory = memory.with(next);
    }

    /** Does nothing more: the next thing can begin. */
    void end() {
        become(new Activity.None());
    }

    /** Does nothing for a time, unless something is stored meanwhile. */
    void pause(Duration time) {
        become(new Activity.Waiting());
        timer(ChatStep.Proceed.NOW, time.isNegative() ? Duration.ZERO : time, null);
    }

    void timer(ChatStep step, Duration after, @Nullable Duration every) {
        effects.add(new ChatEffect.StartTimer(step, after, every));
    }

    void remember(ChatMemory other) {
        memory = other;
    }

    void then(Then what) {
        then = what;
    }

    /** The command comes again when the key is there. */
    void stash() {
        then = Then.STASH;
    }

    /** A granted call was never made. The engine tries again by itself, so each message is one call to the account. */
    void giveBack(String callId) {
        settle(callId, false, 0, 0, 0);
    }

    void settle(String callId, boolean made, long promptTokens, long completionTokens, long costMicroUsd) {
        if (state.profile() != null) {
            effects.add(new ChatEffect.Settle(
                    profile().owner(),
                    new AccountCommand.Settle(
                            new GrantKey(chatId, callId, 0), made, promptTokens, completionTokens, costMicroUsd)));
        }
    }

    /** A permit of which nothing comes. */
    void release(PermitReply.Granted permit) {
        effects.add(new ChatEffect.ReleasePermit(sessionId(), permit.permitId()));
    }

    ChatDecision decision() {
        boolean open = state.unfinished();
        return new ChatDecision(
                events.stream()
                        .map(event -> event.withHead(event.head().withOpen(open)))
                        .toList(),
                states,
                effects,
                memory,
                then);
    }
}
