package io.vibee.chat;

import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.reply.PromptAssembly.Said;
import io.vibee.reply.ReplyOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets the answer to a pending message: leave from the account, a text from the engine, then over to {@link Sending}. Each step
 * gives the events to store. What the account granted is settled or given back, also when the message is not wanted any more.
 */
final class Answering {

    private static final Logger LOG = LoggerFactory.getLogger(Answering.class);
    private static final Duration ASK_AGAIN_AFTER = Duration.ofSeconds(1);

    private final String chatId;
    private final Chat.Dependencies dependencies;
    private final Neighbours neighbours;
    private final CurrentActivity current;
    private final ChatKey key;
    private final Sending sending;
    private final ChatMeter meter;
    private final ComingAnswer coming = new ComingAnswer();
    private @Nullable String ownersLanguage;

    Answering(
            String chatId,
            Chat.Dependencies dependencies,
            Neighbours neighbours,
            CurrentActivity current,
            ChatKey key,
            Sending sending,
            ChatMeter meter) {
        this.chatId = chatId;
        this.dependencies = dependencies;
        this.neighbours = neighbours;
        this.current = current;
        this.key = key;
        this.sending = sending;
        this.meter = meter;
    }

    void begin(Profile profile, Pending pending) {
        current.granting(pending.messageId());
        neighbours.askLeave(profile, pending.messageId(), ChatStep.GrantAnswered::new);
    }

    List<ChatEvent> onGrantAnswered(ChatState state, ChatStep.GrantAnswered answered) {
        Profile profile = state.profile();
        String messageId = answered.messageId();
        if (profile == null) {
            return List.of();
        }
        boolean granted = answered.reply() instanceof GrantReply.Granted;
        if (!current.is(new Activity.Granting(messageId))) {
            if (granted
                    && !current.is(new Activity.Recalling(messageId))
                    && !current.is(new Activity.Composing(messageId))) {
                neighbours.giveBack(profile, messageId);
            }
            return List.of();
        }
        Optional<Pending> pending = state.pending(messageId);
        if (pending.isEmpty()) {
            if (granted) {
                neighbours.giveBack(profile, messageId);
            }
            return current.endWith(List.of());
        }
        return switch (answered.reply()) {
            case GrantReply.Granted grant -> recall(state, profile, pending.get(), grant);
            case GrantReply.Exhausted exhausted -> exhausted(state, profile, pending.get());
            case GrantReply.Quiet quiet -> notAnswered(state, pending.get(), NotAnsweredReason.QUIET_HOURS);
            case GrantReply.Unavailable fault
            when AccountCommand.FAULT.equals(fault.why()) ->
                current.endWith(List.of(new ChatEvent.DeadLettered(
                        state.headAt(dependencies.clock().instant()), messageId, null, fault.why(), 0)));
            case GrantReply.Unavailable unavailable -> {
                LOG.debug("the account can't grant a call now: {}", unavailable.why());
                current.end();
                current.proceedAfter(ASK_AGAIN_AFTER);
                yield List.of();
            }
        };
    }

    /** People are told once a day, if the chat is to say something when it can't answer; after that it is silent. */
    private List<ChatEvent> exhausted(ChatState state, Profile profile, Pending pending) {
        LocalDate today = day(dependencies.clock().instant());
        Instant noticedAt = state.noticedAt();
        boolean told = noticedAt != null && day(noticedAt).equals(today);
        List<ChatEvent> events = notAnswered(state, pending, NotAnsweredReason.QUOTA);
        return told || pending.retried() || profile.settings().onFailure() != OnFailure.PREDEFINED
                ? events
                : List.of(
                        events.getFirst(),
                        composition()
                                .notice(
                                        state,
                                        pending,
                                        NotAnsweredReason.QUOTA,
                                        ownersLanguage,
                                        events.getFirst().head()));
    }

    private static LocalDate day(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }

    /** Looks for what was said before the conversation that a prompt shows, where there is anything before it. */
    private List<ChatEvent> recall(ChatState state, Profile profile, Pending pending, GrantReply.Granted granted) {
        Optional<String> text = key.require().open(pending.text());
        if (state.shownSince(pending.topic()).isEmpty()
                || text.isEmpty()
                || profile.settings().stateless()) {
            return compose(state, profile, pending, granted, List.of());
        }
        current.recalling(pending.messageId());
        neighbours.recall(
                profile,
                state,
                pending.topic(),
                text.get(),
                composition().language(text.get(), pending, granted.language()),
                relevant -> new ChatStep.Recalled(pending.messageId(), granted, relevant));
        return List.of();
    }

    List<ChatEvent> onRecalled(ChatState state, ChatStep.Recalled recalled) {
        Profile profile = state.profile();
        if (profile == null) {
            return List.of();
        }
        if (!current.is(new Activity.Recalling(recalled.messageId()))) {
            neighbours.giveBack(profile, recalled.messageId());
            return List.of();
        }
        Optional<Pending> pending = state.pending(recalled.messageId());
        if (pending.isEmpty()) {
            neighbours.giveBack(profile, recalled.messageId());
            return current.endWith(List.of());
        }
        return compose(state, profile, pending.get(), recalled.granted(), recalled.relevant());
    }

    private List<ChatEvent> compose(
            ChatState state, Profile profile, Pending pending, GrantReply.Granted granted, List<Said> relevant) {
        ownersLanguage = granted.language();
        var request = composition().request(state, profile, pending, granted, relevant);
        if (request.isEmpty()) {
            neighbours.giveBack(profile, pending.messageId());
            return notAnswered(state, pending, NotAnsweredReason.ERASED);
        }
        boolean streamed = ComingAnswer.isShown(profile);
        current.composing(pending.messageId(), streamed);
        neighbours.compose(request.get().withStreamed(streamed), coming.begin(), ChatStep.Composed::new);
        return List.of();
    }

    /** Shows what is new of the answer that comes. */
    void showDraft(ChatState state) {
        Profile profile = state.profile();
        if (profile != null && current.get() instanceof Activity.Composing composing) {
            state.pending(composing.messageId())
                    .ifPresent(
                            pending -> coming.next().ifPresent(text -> neighbours.showDraft(profile, pending, text)));
        }
    }

    List<ChatEvent> onComposed(ChatState state, ChatStep.Composed composed) {
        Profile profile = state.profile();
        if (profile == null) {
            return List.of();
        }
        neighbours.settle(profile, composed.messageId(), composed.outcome());
        if (composed.outcome() instanceof ReplyOutcome.Stopped stopped) {
            meter.stopped(stopped.why());
        }
        if (!current.is(new Activity.Composing(composed.messageId()))) {
            return List.of();
        }
        Optional<Pending> pending = state.pending(composed.messageId());
        if (pending.isEmpty()) {
            return current.endWith(List.of());
        }
        if (key.require().erased()) {
            return notAnswered(state, pending.get(), NotAnsweredReason.ERASED);
        }
        return switch (composed.outcome()) {
            case ReplyOutcome.Answered answered
            when Composition.isVisible(answered) -> go(profile, composition().result(pending.get(), answered));
            case ReplyOutcome.Answered empty ->
                failed(state, profile, pending.get(), new ReplyOutcome.Failed("an empty answer", empty.tries()));
            case ReplyOutcome.Failed failed -> failed(state, profile, pending.get(), failed);
            case ReplyOutcome.Stopped stopped ->
                current.endWith(List.of(DeadLetters.stopped(
                        pending.get(),
                        stopped,
                        state.headAt(dependencies.clock().instant()))));
            case ReplyOutcome.Saturated saturated -> {
                current.end();
                current.proceedAfter(saturated
                        .retryAfter()
                        .multipliedBy(100 + dependencies.random().nextInt(50))
                        .dividedBy(100));
                yield List.of();
            }
        };
    }

    private List<ChatEvent> failed(ChatState state, Profile profile, Pending pending, ReplyOutcome.Failed failed) {
        return go(
                profile,
                composition()
                        .result(
                                pending,
                                failed,
                                profile.settings(),
                                ownersLanguage,
                                state.headAt(dependencies.clock().instant())));
    }

    /** Leave of which nothing came. */
    void giveBack(ChatState state, Activity activity) {
        Profile profile = state.profile();
        String messageId = switch (activity) {
            case Activity.Granting granting -> granting.messageId();
            case Activity.Recalling recalling -> recalling.messageId();
            default -> null;
        };
        if (profile != null && messageId != null) {
            neighbours.giveBack(profile, messageId);
        }
    }

    private List<ChatEvent> go(Profile profile, Composition.Result result) {
        return switch (result) {
            case Composition.Result.Answer answer -> {
                sending.begin(profile, answer.draft());
                yield List.of();
            }
            case Composition.Result.Ended ended -> current.endWith(ended.events());
        };
    }

    private List<ChatEvent> notAnswered(ChatState state, Pending pending, NotAnsweredReason reason) {
        return current.endWith(List.of(DeadLetters.notAnswered(
                pending, reason, state.headAt(dependencies.clock().instant()))));
    }

    /** With the chat's key, which must be there. */
    Composition composition() {
        return new Composition(chatId, key.require(), dependencies.prompts(), dependencies.predefined());
    }
}
