package io.vibee.chat;

import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Outgoing;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Proposal;
import io.vibee.protocol.chat.ChatState.Step;
import java.time.Duration;
import java.time.Instant;

/** What a chat that is doing nothing does next; pure. One thing at a time, so that order within a chat holds by itself. */
sealed interface Work {

    record Nothing() implements Work {}

    /** A delivery was started by an earlier incarnation and nobody knows its outcome. */
    record ResolveDoubt(Outgoing out) implements Work {}

    /** A text of which no part is left to be sent: there were some before a draft had to have parts. */
    record GiveUp(Outgoing out) implements Work {}

    /** An answer was to be sent and now needs leave. */
    record AskLeave(Outgoing out) implements Work {}

    /** Its sender wrote again: that is what is answered. */
    record Supersede(Pending pending) implements Work {}

    /** Nobody gave leave in time. */
    record Expire(Proposal proposal) implements Work {}

    /** Telegram lets nobody write as the owner there any more. */
    record CloseWindow() implements Work {}

    /** Send the next part of a text. */
    record Send(Outgoing out) implements Work {}

    /** It was refused, and its day is over: Telegram's wait may be longer than that. */
    record TooLate(Outgoing out) implements Work {}

    /** Compose an answer. */
    record Compose(Pending pending) implements Work {}

    record WaitUntil(Instant time) implements Work {}

    /**
     * @param repliesPerMinute answers that the chat may get within 60 s; 0: no limit
     * @param botPause as in {@link io.vibee.protocol.chat.Manners#pause}
     */
    static Work next(ChatState state, Instant now, int repliesPerMinute, Duration botPause) {
        for (Proposal proposal : state.proposals()) {
            if (Proposals.isExpired(proposal, now)) {
                return new Expire(proposal);
            }
        }
        if (!state.outbox().isEmpty()) {
            for (Outgoing out : state.outbox()) {
                if (out.nextPart() >= out.parts().size()) {
                    return new GiveUp(out);
                }
            }
            for (Outgoing started : state.outbox()) {
                if (started.step() == Step.STARTED) {
                    return new ResolveDoubt(started);
                }
            }
            Outgoing out = state.outbox().getFirst();
            if (BusinessWindow.isClosed(state, now)) {
                return new CloseWindow();
            }
            if (Proposals.needsLeave(state, out)) {
                return new AskLeave(out);
            }
            Instant retryAt = out.retryAt();
            if (retryAt == null) {
                return new Send(out);
            }
            Instant over = out.receivedAt().plus(DeliveryDecision.GIVE_UP);
            if (!now.isBefore(over)) {
                return new TooLate(out);
            }
            return retryAt.isAfter(now) ? new WaitUntil(retryAt.isBefore(over) ? retryAt : over) : new Send(out);
        }
        if (state.pending().isEmpty() || state.underReview()) {
            return new Nothing();
        }
        if (BusinessWindow.isClosed(state, now)) {
            return new CloseWindow();
        }
        Work next = Pauses.next(state, now, botPause);
        if (!(next instanceof Compose)) {
            return next;
        }
        Instant minuteAgo = now.minus(OutboxHistory.MINUTE);
        var recent =
                state.answeredAt().stream().filter(at -> at.isAfter(minuteAgo)).toList();
        if (repliesPerMinute > 0 && recent.size() >= repliesPerMinute) {
            return new WaitUntil(recent.get(recent.size() - repliesPerMinute).plus(OutboxHistory.MINUTE));
        }
        return next;
    }
}
