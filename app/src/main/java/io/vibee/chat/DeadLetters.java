package io.vibee.chat;

import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.DeadLetterRetried;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.DeadLetter;
import io.vibee.protocol.chat.ChatState.Outgoing;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Step;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.stored.EventHead;
import io.vibee.reply.ReplyOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a chat keeps of what failed for good, so that it can be retried; pure. At most {@value #MOST} are kept: with one more the
 * oldest is dropped, by an event.
 */
final class DeadLetters {

    /** Dead letters that a chat keeps. */
    static final int MOST = 100;

    private static final String PREFIX = "dead";
    private static final Pattern ID = Pattern.compile(PREFIX + "[1-9]\\d{0,17}");

    private DeadLetters() {}

    /** An event with the id of its dead letter, if it makes one. */
    static ChatEvent identified(ChatState state, ChatEvent event) {
        return event instanceof DeadLettered dead && letter(state, dead, "").isPresent()
                ? dead.withId(PREFIX + (state.lastDeadLetter() + 1))
                : event;
    }

    /** The id of the oldest, when there are more than are kept. */
    static Optional<String> surplus(ChatState state) {
        return state.deadLetters().size() > MOST
                ? Optional.of(state.deadLetters().getFirst().id())
                : Optional.empty();
    }

    /** Whether a chat ever had such a dead letter. */
    static boolean isKnown(ChatState state, String id) {
        return ID.matcher(id).matches() && Long.parseLong(id.substring(PREFIX.length())) <= state.lastDeadLetter();
    }

    /** The event that takes one up again. */
    static DeadLetterRetried retry(DeadLetter letter, EventHead head) {
        Pending message = letter.message();
        Outgoing draft = letter.draft();
        return draft == null
                ? new DeadLetterRetried(head, letter.id(), message == null ? null : message.messageId(), null)
                : new DeadLetterRetried(head, letter.id(), draft.inReplyTo(), draft.draftId());
    }

    /** A message that will not be answered. One that was taken up again goes back, so that its owner sees what became of it. */
    static ChatEvent notAnswered(Pending pending, NotAnsweredReason reason, EventHead head) {
        return pending.retried() && reason != NotAnsweredReason.ERASED
                ? new DeadLettered(head, pending.messageId(), null, cause(reason), 0)
                : new NotAnswered(head, pending.messageId(), reason);
    }

    /** The same of a message that was stopped, or whose answer was: that too is shown where it was taken up again. */
    static ChatEvent stopped(Pending pending, ReplyOutcome.Stopped stopped, EventHead head) {
        String detail = stopped.why().detail();
        return pending.retried()
                ? new DeadLettered(
                        head,
                        pending.messageId(),
                        null,
                        cause(NotAnsweredReason.MODERATED) + " (" + detail + ")",
                        stopped.tries())
                : new NotAnswered(head, pending.messageId(), NotAnsweredReason.MODERATED, detail);
    }

    /** A text without a part. */
    static ChatEvent nothingToSend(Outgoing out, EventHead head) {
        return new DeadLettered(head, out.inReplyTo(), out.draftId(), "the text has no part to send", out.attempts());
    }

    static String cause(NotAnsweredReason reason) {
        return switch (reason) {
            case ERASED -> "the text was erased";
            case PAUSED, DISCONNECTED -> "the session does not send";
            case WINDOW_CLOSED ->
                "Telegram takes nothing in a person's name later than a day after the other's last message";
            default -> "not answered: " + reason.name().toLowerCase(Locale.ROOT);
        };
    }

    // What its events make of a chat.

    static ChatState dead(ChatState state, DeadLettered dead) {
        NextState next = NextState.after(state)
                .pending(Lists.without(
                        state.pending(), pending -> pending.messageId().equals(dead.messageId())))
                .outbox(Lists.without(state.outbox(), out -> out.draftId().equals(dead.draftId())));
        String id = dead.id();
        if (id != null) {
            next.lastDeadLetter(state.lastDeadLetter() + 1);
            letter(state, dead, id).ifPresent(letter -> next.deadLetters(Lists.plus(state.deadLetters(), letter)));
        }
        return next.build();
    }

    static ChatState retried(ChatState state, DeadLetterRetried retried) {
        return state.deadLetter(retried.id())
                .map(letter -> again(state, letter, retried.head().at()))
                .orElse(state);
    }

    static ChatState dropped(ChatState state, String id) {
        return NextState.after(state).deadLetters(others(state, id)).build();
    }

    /** From the parts that were not sent, counted anew from now on. */
    private static ChatState again(ChatState state, DeadLetter letter, Instant at) {
        NextState next = NextState.after(state).deadLetters(others(state, letter.id()));
        Pending message = letter.message();
        if (message != null) {
            next.pending(Lists.plus(state.pending(), message.again(at)));
        }
        Outgoing draft = letter.draft();
        if (draft != null) {
            next.outbox(Lists.plus(
                    state.outbox(),
                    new Outgoing(
                            draft.draftId(),
                            draft.inReplyTo(),
                            draft.parts(),
                            draft.messageThreadId(),
                            draft.answer(),
                            at,
                            draft.nextPart(),
                            Step.READY,
                            0,
                            0,
                            null,
                            true,
                            draft.formats(),
                            // To retry it is to approve it.
                            true)));
        }
        return next.build();
    }

    private static List<DeadLetter> others(ChatState state, String id) {
        return Lists.without(state.deadLetters(), letter -> letter.id().equals(id));
    }

    private static Optional<DeadLetter> letter(ChatState state, DeadLettered dead, String id) {
        @Nullable String draftId = dead.draftId();
        @Nullable String messageId = dead.messageId();
        if (draftId != null) {
            return state.outgoing(draftId).map(draft -> new DeadLetter(id, null, draft));
        }
        return messageId == null
                ? Optional.empty()
                : state.pending(messageId).map(message -> new DeadLetter(id, message, null));
    }
}
