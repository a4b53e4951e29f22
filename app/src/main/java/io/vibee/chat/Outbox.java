package io.vibee.chat;

import io.vibee.chat.Activity.Draft;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatEvent.DeliveryStarted;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatEvent.ReplyDrafted;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Outgoing;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.Incarnation;
import io.vibee.protocol.session.SessionCommand.OutgoingText;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.session.TextEntity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Sends a text: a permit from the session, the start stored, one call, its outcome stored. A draft is stored together with its start,
 * and alone when the permit is not there at once, so that its model is not paid twice. Pure.
 */
final class Outbox {

    private static final Duration PERMIT_WITHIN = Duration.ofSeconds(5);
    private static final Duration LAST_WORD_WITHIN = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT_FOR_PERMIT = Duration.ofMinutes(2);

    private final ChatRules rules;

    Outbox(ChatRules rules) {
        this.rules = rules;
    }

    /**
     * Asks for a permit.
     *
     * @param draft an answer that is not stored yet, or null when a stored text is to be sent
     */
    static void begin(Turn turn, @Nullable Draft draft) {
        turn.become(new Activity.AwaitingPermit(draft));
        turn.run(new ChatEffect.RequestPermit(turn.sessionId(), turn.profile().telegramChatId()));
        turn.timer(ChatStep.PermitOverdue.NOW, PERMIT_WITHIN, null);
    }

    void onPermitAnswered(Turn turn, PermitReply reply) {
        if (!(turn.activity() instanceof Activity.AwaitingPermit awaiting)) {
            if (reply instanceof PermitReply.Granted granted) {
                turn.release(granted);
            }
            return;
        }
        Draft draft = awaiting.draft();
        if (draft != null && Proposals.needLeave(turn.state())) {
            // The chat's mode changed meanwhile.
            if (reply instanceof PermitReply.Granted granted) {
                turn.release(granted);
            }
            turn.end();
            Proposals.propose(turn, draft);
            return;
        }
        switch (reply) {
            case PermitReply.Granted granted -> start(turn, draft, granted);
            case PermitReply.Waiting waiting -> {
                // The permit will come later: what it is for lies in the journal meanwhile.
                keep(turn, draft);
                turn.become(new Activity.AwaitingPermit(null));
                turn.timer(ChatStep.PermitOverdue.NOW, LONGEST_WAIT_FOR_PERMIT, null);
            }
            case PermitReply.Refused refused -> abandon(turn, whyNot(refused), Instant.MAX);
        }
    }

    private static NotAnsweredReason whyNot(PermitReply.Refused refused) {
        NotAnsweredReason told = refused.why();
        NotAnsweredReason byPhase =
                refused.phase() == Phase.PAUSED ? NotAnsweredReason.PAUSED : NotAnsweredReason.DISCONNECTED;
        return told == null ? byPhase : told;
    }

    private void start(Turn turn, @Nullable Draft draft, PermitReply.Granted permit) {
        Outgoing out;
        if (keep(turn, draft)) {
            out = turn.state().outbox().getLast();
        } else if (Work.next(turn.state(), turn.now(), 0, Duration.ZERO) instanceof Work.Send send) {
            out = send.out();
        } else {
            turn.release(permit);
            turn.end();
            return;
        }
        int part = out.nextPart();
        TextCipher key = turn.key().orElseThrow();
        Optional<String> text = key.open(out.parts().get(part));
        List<TextEntity> formats = SealedFormats.open(key, out.formats().get(part));
        turn.store(new DeliveryStarted(turn.head(), out.draftId(), part, out.attempts() + 1));
        turn.become(new Activity.Delivering(out.draftId(), part, permit.permitId()));
        if (text.isEmpty()) {
            neverSent(turn, permit.permitId(), "the text was erased");
            return;
        }
        Profile profile = turn.profile();
        if (out.answer() && part == 0) {
            markRead(turn, profile);
        }
        turn.run(new ChatEffect.Deliver(
                turn.sessionId(),
                permit.permitId(),
                out.draftId(),
                part,
                new OutgoingText(
                        profile.telegramChatId(),
                        text.get(),
                        formats,
                        !out.answer(),
                        out.messageThreadId(),
                        profile.carrier().businessConnectionId())));
    }

    /** Who answers has read what was written. */
    private static void markRead(Turn turn, Profile profile) {
        if (profile.carrier().kind() == SessionKind.BUSINESS
                && profile.settings().mannersInEffect().markRead()) {
            turn.state().window().reversed().stream()
                    .filter(entry -> !entry.own() && entry.telegramMessageId() > 0)
                    .findFirst()
                    .ifPresent(read -> turn.run(new ChatEffect.MarkRead(
                            turn.sessionId(), profile.telegramChatId(), read.telegramMessageId())));
        }
    }

    /** Its start is stored and the session was not told: that is known here only, so it is no doubt. */
    static void neverSent(Turn turn, String permitId, String why) {
        turn.run(new ChatEffect.ReleasePermit(turn.sessionId(), permitId));
        turn.run(new ChatEffect.Tell(
                new ChatStep.DeliveryAnswered(permitId, new DeliveryOutcome.RefusedByTelegram(0, why, -1))));
    }

    /** The session did not answer: what was composed is kept and tried again. */
    void onPermitOverdue(Turn turn) {
        if (turn.activity() instanceof Activity.AwaitingPermit awaiting) {
            // Where leave is needed by now, it is asked for before the text is sent: see Work.
            boolean kept = keep(turn, awaiting.draft());
            turn.end();
            // A session that Telegram makes wait for long gives no permits meanwhile.
            if (!kept
                    && Work.next(turn.state(), turn.now(), 0, Duration.ZERO) instanceof Work.Send send
                    && !turn.now().isBefore(send.out().receivedAt().plus(DeliveryDecision.GIVE_UP))) {
                turn.store(DeliveryDecision.tooLate(send.out(), turn.head()));
            }
        }
    }

    void onDeliveryAnswered(Turn turn, ChatStep.DeliveryAnswered answered) {
        Activity.Delivering.under(answered.permitId(), turn.activity()).ifPresent(delivering -> {
            turn.end();
            turn.state()
                    .outgoing(delivering.draftId())
                    .ifPresent(out -> turn.store(DeliveryDecision.of(
                            turn.state(),
                            out,
                            answered.outcome(),
                            turn.profile().settings().whenInDoubt(),
                            turn.head(),
                            rules.random().nextDouble())));
        });
    }

    /** Somebody has a reason to think that the session's node is gone, and with it the outcome of what is sent. */
    static void lookForSender(Turn turn) {
        if (turn.activity() instanceof Activity.Delivering delivering) {
            turn.run(new ChatEffect.FindSender(turn.sessionId(), delivering.permitId()));
        }
    }

    /** Another incarnation of the session doesn't know what became of a send. Its predecessor may have told just before it ended. */
    void onSenderFound(Turn turn, ChatStep.SenderFound found) {
        if (Activity.Delivering.under(found.permitId(), turn.activity()).isEmpty()) {
            return;
        }
        Incarnation session = found.session();
        if (session == null) {
            lookForSender(turn);
        } else if (!session.gave(found.permitId())) {
            turn.timer(
                    new ChatStep.DeliveryAnswered(
                            found.permitId(), new DeliveryOutcome.Unknown("the session went on elsewhere")),
                    LAST_WORD_WITHIN,
                    null);
        }
    }

    /** The session stopped sending, or the chat was erased: nothing from before that goes out. What is on its way keeps its outcome. */
    static void abandon(Turn turn, NotAnsweredReason reason, Instant at) {
        Proposals.stop(turn, at, reason);
        abandon(turn, out -> true, reason, at);
    }

    /** The same, but what the owner wrote goes out. */
    static void abandonAnswers(Turn turn, NotAnsweredReason reason, Instant at) {
        abandon(turn, Outgoing::answer, reason, at);
    }

    private static void abandon(Turn turn, Predicate<Outgoing> which, NotAnsweredReason reason, Instant at) {
        ChatState before = turn.state();
        for (Outgoing out : before.outbox()) {
            boolean onItsWay = turn.activity() instanceof Activity.Delivering delivering
                    && delivering.draftId().equals(out.draftId());
            if (!onItsWay && which.test(out) && out.receivedAt().isBefore(at)) {
                turn.store(abandoned(turn, out, reason));
            }
        }
        before.pending().stream()
                .filter(pending -> pending.receivedAt().isBefore(at))
                .forEach(pending -> turn.store(DeadLetters.notAnswered(pending, reason, turn.head())));
        if (isInVain(before, turn.activity(), at)) {
            if (turn.activity() instanceof Activity.Answering answering) {
                ModelCalls.forget(turn, answering.messageId());
            }
            turn.end();
        }
    }

    private static ChatEvent abandoned(Turn turn, Outgoing out, NotAnsweredReason reason) {
        String inReplyTo = out.inReplyTo();
        boolean goesBack = out.retried() && reason != NotAnsweredReason.ERASED;
        return out.answer() && inReplyTo != null && !goesBack
                ? new NotAnswered(turn.head(), inReplyTo, reason)
                : new DeadLettered(turn.head(), inReplyTo, out.draftId(), DeadLetters.cause(reason), out.attempts());
    }

    /** Whether what is being done is not wanted any more: nobody waits for its model, or for its permit. */
    private static boolean isInVain(ChatState state, Activity activity, Instant at) {
        return switch (activity) {
            case Activity.None none -> false;
            case Activity.Waiting waiting -> false;
            case Activity.Answering answering -> waitsInVain(state, answering.messageId(), at);
            case Activity.AwaitingPermit awaiting -> {
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

    /** Stores a draft; gives whether it did: not when there is none, or its message waits no more. */
    private static boolean keep(Turn turn, @Nullable Draft draft) {
        if (draft == null || turn.state().pending(draft.inReplyTo()).isEmpty()) {
            return false;
        }
        store(turn, draft, null);
        return true;
    }

    /** Stores a draft whose message waits, to be sent not before a time, or at once. */
    static void store(Turn turn, Draft draft, @Nullable Instant notBefore) {
        turn.store(new ReplyDrafted(
                turn.head(),
                turn.state().nextDraftId(),
                draft.inReplyTo(),
                draft.parts(),
                draft.messageThreadId(),
                draft.origin(),
                null,
                draft.formats(),
                notBefore));
    }
}
