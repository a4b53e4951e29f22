package io.vibee.chat;

import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatEvent.Delivered;
import io.vibee.protocol.chat.ChatEvent.DeliveryInDoubt;
import io.vibee.protocol.chat.ChatEvent.DeliveryRefused;
import io.vibee.protocol.chat.ChatEvent.TelegramChatChanged;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Outgoing;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.stored.EventHead;
import io.vibee.recovery.Backoff;
import io.vibee.telegram.RefusalScope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What the outcome of a delivery means for a chat; pure. */
final class DeliveryDecision {

    /** A text that is still not sent so long after it was wanted becomes a dead letter. */
    static final Duration GIVE_UP = Duration.ofHours(24);

    /** In doubt this many times, a text is not sent once more: each may have arrived. With the waits between they take 90 to 180 s. */
    static final int MOST_DOUBTS = 10;

    static final Backoff SEND_AGAIN = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

    private static final int BAD_REQUEST = 400;

    private DeliveryDecision() {}

    /**
     * The events of an outcome. Formats that Telegram refuses are given up, not the text.
     *
     * @param jitter from [0, 1), spreads what waits
     */
    static List<ChatEvent> of(
            ChatState state,
            Outgoing out,
            DeliveryOutcome outcome,
            WhenInDoubt whenInDoubt,
            EventHead head,
            double jitter) {
        int part = out.nextPart();
        return switch (outcome) {
            case DeliveryOutcome.Sent sent ->
                List.of(new Delivered(head, out.draftId(), part, sent.telegramMessageId()));
            case DeliveryOutcome.NotSent not ->
                again(
                        out,
                        0,
                        not.why(),
                        later(
                                head,
                                Math.max(
                                        not.retryAfterMillis(),
                                        SEND_AGAIN.after(out.attempts(), jitter).toMillis())),
                        head);
            case DeliveryOutcome.Migrated migrated ->
                List.of(
                        new TelegramChatChanged(head, migrated.toTelegramChatId()),
                        new DeliveryRefused(
                                head, out.draftId(), part, BAD_REQUEST, "the group was migrated", head.at()));
            case DeliveryOutcome.RefusedByTelegram refused
            when refused.retryAfterMillis() >= 0 ->
                again(out, refused.code(), refused.description(), later(head, refused.retryAfterMillis()), head);
            case DeliveryOutcome.RefusedByTelegram refused
            when refused.code() == BAD_REQUEST
                    && out.formats().containsKey(part)
                    && RefusalScope.of(BAD_REQUEST, refused.description()) == RefusalScope.MESSAGE ->
                List.of(new DeliveryRefused(
                        head, out.draftId(), part, BAD_REQUEST, refused.description(), head.at(), true));
            case DeliveryOutcome.RefusedByTelegram refused -> refusedForGood(state, out, refused, head);
            case DeliveryOutcome.Unknown unknown -> inDoubt(out, whenInDoubt, head);
        };
    }

    /** Nobody knows whether the started part was sent. */
    static List<ChatEvent> inDoubt(Outgoing out, WhenInDoubt whenInDoubt, EventHead head) {
        if (whenInDoubt == WhenInDoubt.RESEND && out.doubts() + 1 >= MOST_DOUBTS) {
            return List.of(
                    new DeliveryInDoubt(head, out.draftId(), out.nextPart(), WhenInDoubt.RESEND),
                    deadLetter(out, "in doubt too often", head));
        }
        return List.of(new DeliveryInDoubt(head, out.draftId(), out.nextPart(), whenInDoubt));
    }

    /** A text whose day is over while it waits. */
    static List<ChatEvent> tooLate(Outgoing out, EventHead head) {
        return List.of(deadLetter(out, "could not be sent in time", head));
    }

    private static List<ChatEvent> again(Outgoing out, int code, String why, Instant retryAt, EventHead head) {
        if (head.at().isAfter(out.receivedAt().plus(GIVE_UP))) {
            return List.of(
                    new DeliveryRefused(head, out.draftId(), out.nextPart(), code, why, null),
                    deadLetter(out, "could not be sent in time: " + why, head));
        }
        return List.of(new DeliveryRefused(head, out.draftId(), out.nextPart(), code, why, retryAt));
    }

    /** A refusal that holds for the chat ends what else waits in it too: no model is paid for that. */
    private static List<ChatEvent> refusedForGood(
            ChatState state, Outgoing out, DeliveryOutcome.RefusedByTelegram refused, EventHead head) {
        List<ChatEvent> events = new ArrayList<>();
        events.add(
                new DeliveryRefused(head, out.draftId(), out.nextPart(), refused.code(), refused.description(), null));
        events.add(deadLetter(out, refused.code() + " " + refused.description(), head));
        events.addAll(Barring.refused(state, out, refused.code(), refused.description(), head));
        return events;
    }

    private static DeadLettered deadLetter(Outgoing out, String cause, EventHead head) {
        return new DeadLettered(head, out.inReplyTo(), out.draftId(), cause, out.attempts());
    }

    private static Instant later(EventHead head, long millis) {
        return head.at().plusMillis(millis);
    }
}
