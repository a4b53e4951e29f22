package io.vibee.chat;

import io.vibee.chat.Activity.Draft;
import io.vibee.cluster.Defect;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatEvent.DeliveryStarted;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatEvent.ReplyDrafted;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Outgoing;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.SlotReply;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.session.TextEntity;
import io.vibee.protocol.stored.EventHead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/**
 * Sends a text: a permit from the session, the start stored, one call, its outcome stored. Each step gives the events to store. A
 * draft is stored together with its start, and alone when the permit is not there at once, so that its model is not paid twice.
 */
final class Sending {

    /**
     * What to store, and what to do once it is stored.
     *
     * @param then nothing must go out whose start is not in the journal
     */
    record Next(List<ChatEvent> events, Runnable then) {
        private static Next store(List<ChatEvent> events) {
            return new Next(events, () -> {});
        }
    }

    private final Chat.Dependencies dependencies;
    private final ActorContext<ChatCommand> context;
    private final Neighbours neighbours;
    private final CurrentActivity current;
    private final ChatKey key;

    Sending(
            Chat.Dependencies dependencies,
            ActorContext<ChatCommand> context,
            Neighbours neighbours,
            CurrentActivity current,
            ChatKey key) {
        this.dependencies = dependencies;
        this.context = context;
        this.neighbours = neighbours;
        this.current = current;
        this.key = key;
    }

    /**
     * Asks for a permit.
     *
     * @param draft an answer that is not stored yet, or null when a stored text is to be sent
     */
    void begin(Profile profile, @Nullable Draft draft) {
        current.awaitingPermit(draft);
        neighbours.requestSlot(profile);
    }

    Next onSlotAnswered(ChatState state, SlotReply reply) {
        Profile profile = state.profile();
        if (!(current.get() instanceof Activity.AwaitingSlot awaiting) || profile == null) {
            if (reply instanceof SlotReply.Granted granted && profile != null) {
                neighbours.release(profile, granted);
            }
            return Next.store(List.of());
        }
        Draft draft = awaiting.draft();
        return switch (reply) {
            case SlotReply.Granted granted -> start(state, profile, draft, granted);
            case SlotReply.Waiting waiting -> {
                current.inQueueForPermit();
                yield Next.store(keep(state, draft));
            }
            case SlotReply.Refused refused ->
                Next.store(abandon(
                        state,
                        refused.phase() == Phase.PAUSED ? NotAnsweredReason.PAUSED : NotAnsweredReason.DISCONNECTED,
                        Instant.MAX));
        };
    }

    private Next start(ChatState state, Profile profile, @Nullable Draft draft, SlotReply.Granted slot) {
        List<ChatEvent> kept = keep(state, draft);
        Outgoing out;
        if (!kept.isEmpty()) {
            out = ChatHistory.apply(state, kept).outbox().getLast();
        } else if (Work.next(state, now(), 0) instanceof Work.Send send) {
            out = send.out();
        } else {
            neighbours.release(profile, slot);
            return Next.store(current.endWith(List.of()));
        }
        // Before the start is stored: what fails here was certainly not sent.
        int part = out.nextPart();
        Optional<String> text = key.require().open(out.parts().get(part));
        List<TextEntity> formats =
                SealedFormats.open(key.require(), out.formats().get(part));
        List<ChatEvent> events = new ArrayList<>(kept);
        events.add(new DeliveryStarted(state.headAt(now()), out.draftId(), part, out.attempts() + 1));
        current.delivering(out.draftId(), part);
        return new Next(events, () -> deliver(profile, slot, out, text, formats));
    }

    private void deliver(
            Profile profile, SlotReply.Granted slot, Outgoing out, Optional<String> text, List<TextEntity> formats) {
        if (text.isEmpty()) {
            neverSent(profile, slot, out, "the text was erased");
            return;
        }
        try {
            neighbours.deliver(profile, slot, out, text.get(), formats);
        } catch (RuntimeException e) {
            // Stored as started, and the session was not told: that is known here only, so it is no doubt.
            neverSent(profile, slot, out, Faults.cause(Defect.of(e)));
        }
    }

    private void neverSent(Profile profile, SlotReply.Granted slot, Outgoing out, String why) {
        neighbours.release(profile, slot);
        context.getSelf()
                .tell(new ChatStep.DeliveryAnswered(
                        out.draftId(), out.nextPart(), new DeliveryOutcome.RefusedByTelegram(0, why, -1)));
    }

    /** A permit of which nothing came. */
    void giveBack(ChatState state, SlotReply reply) {
        Profile profile = state.profile();
        if (profile != null && reply instanceof SlotReply.Granted granted) {
            neighbours.release(profile, granted);
        }
    }

    /** The session did not answer: what was composed is kept and tried again. */
    List<ChatEvent> onSlotOverdue(ChatState state) {
        if (!(current.get() instanceof Activity.AwaitingSlot awaiting)) {
            return List.of();
        }
        List<ChatEvent> kept = keep(state, awaiting.draft());
        return current.endWith(kept.isEmpty() ? tooLate(state) : kept);
    }

    /** A session that Telegram makes wait for long gives no permits meanwhile. */
    private List<ChatEvent> tooLate(ChatState state) {
        return Work.next(state, now(), 0) instanceof Work.Send send
                        && !now().isBefore(send.out().receivedAt().plus(DeliveryDecision.GIVE_UP))
                ? DeliveryDecision.tooLate(send.out(), state.headAt(now()))
                : List.of();
    }

    List<ChatEvent> onDeliveryAnswered(ChatState state, ChatStep.DeliveryAnswered answered) {
        Profile profile = state.profile();
        if (profile == null || !current.is(new Activity.Delivering(answered.draftId(), answered.part()))) {
            return List.of();
        }
        return current.endWith(state.outgoing(answered.draftId())
                .map(out -> DeliveryDecision.of(
                        state,
                        out,
                        answered.outcome(),
                        profile.settings().whenInDoubt(),
                        state.headAt(now()),
                        dependencies.random().nextDouble()))
                .orElse(List.of()));
    }

    /** The session stopped sending, or the chat was erased: nothing from before that goes out. What is on its way keeps its outcome. */
    List<ChatEvent> abandon(ChatState state, NotAnsweredReason reason, Instant at) {
        List<ChatEvent> events = new ArrayList<>();
        EventHead head = state.headAt(now());
        for (Outgoing out : state.outbox()) {
            String inReplyTo = out.inReplyTo();
            boolean onItsWay = current.get() instanceof Activity.Delivering delivering
                    && delivering.draftId().equals(out.draftId());
            if (onItsWay || !out.receivedAt().isBefore(at)) {
                continue;
            }
            boolean goesBack = out.retried() && reason != NotAnsweredReason.ERASED;
            events.add(
                    out.answer() && inReplyTo != null && !goesBack
                            ? new NotAnswered(head, inReplyTo, reason)
                            : new DeadLettered(
                                    head, inReplyTo, out.draftId(), DeadLetters.cause(reason), out.attempts()));
        }
        state.pending().stream()
                .filter(pending -> pending.receivedAt().isBefore(at))
                .forEach(pending -> events.add(DeadLetters.notAnswered(pending, reason, head)));
        return doneInVain(state, at) ? current.endWith(events) : events;
    }

    /** Whether what is being done is not wanted any more: nobody waits for its model, or for its permit. */
    private boolean doneInVain(ChatState state, Instant at) {
        return switch (current.get()) {
            case Activity.None none -> false;
            case Activity.Granting granting -> waitsInVain(state, granting.messageId(), at);
            case Activity.Recalling recalling -> waitsInVain(state, recalling.messageId(), at);
            case Activity.Composing composing -> waitsInVain(state, composing.messageId(), at);
            case Activity.AwaitingSlot awaiting -> {
                Draft draft = awaiting.draft();
                yield draft == null || waitsInVain(state, draft.inReplyTo(), at);
            }
            case Activity.Delivering delivering -> false;
        };
    }

    private static boolean waitsInVain(ChatState state, String messageId, Instant at) {
        return state.pending(messageId)
                .filter(pending -> !pending.receivedAt().isBefore(at))
                .isEmpty();
    }

    /** A draft as the event that stores it; nothing when there is none, or its message waits no more. */
    private List<ChatEvent> keep(ChatState state, @Nullable Draft draft) {
        return draft == null || state.pending(draft.inReplyTo()).isEmpty()
                ? List.of()
                : List.of(new ReplyDrafted(
                        state.headAt(now()),
                        state.nextDraftId(),
                        draft.inReplyTo(),
                        draft.parts(),
                        draft.messageThreadId(),
                        draft.origin(),
                        null,
                        draft.formats()));
    }

    private Instant now() {
        return dependencies.clock().instant();
    }
}
