package io.vibee.chat;

import io.vibee.protocol.chat.ChatEvent.Delivered;
import io.vibee.protocol.chat.ChatEvent.DeliveryInDoubt;
import io.vibee.protocol.chat.ChatEvent.DeliveryRefused;
import io.vibee.protocol.chat.ChatEvent.DeliveryStarted;
import io.vibee.protocol.chat.ChatEvent.ReplyDrafted;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Outgoing;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Proposal;
import io.vibee.protocol.chat.ChatState.Step;
import io.vibee.protocol.chat.ChatState.WindowEntry;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.WhenInDoubt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the events of sending make of a chat's state: the part of {@link ChatHistory} for texts on their way out. */
final class OutboxHistory {

    static final int ACCEPTED = 100;
    static final Duration MINUTE = Duration.ofSeconds(60);

    private OutboxHistory() {}

    static ChatState started(ChatState state, DeliveryStarted started) {
        return outgoing(
                state, started.draftId(), out -> step(out, Step.STARTED, out.attempts() + 1, out.doubts(), null));
    }

    static ChatState refused(ChatState state, DeliveryRefused refused) {
        return outgoing(
                state,
                refused.draftId(),
                out -> step(
                        refused.plainly() ? out.plainly() : out,
                        Step.READY,
                        out.attempts(),
                        out.doubts(),
                        refused.retryAt()));
    }

    static ChatState inDoubt(ChatState state, DeliveryInDoubt doubt) {
        return doubt.resolution() == WhenInDoubt.RESEND
                ? outgoing(
                        state,
                        doubt.draftId(),
                        out -> step(
                                out,
                                Step.READY,
                                out.attempts(),
                                out.doubts() + 1,
                                sendAgainAt(doubt.head().at(), out.doubts())))
                : withoutPart(state, doubt.draftId());
    }

    /** At once after the first doubt, when most likely a node died; then later and later, since Telegram has trouble. */
    private static @Nullable Instant sendAgainAt(Instant doubted, int doubtsBefore) {
        // The event alone decides, or a replay would come to another state; its time is as good as a die.
        double jitter = doubted.toEpochMilli() % 1_000 / 1_000.0;
        return doubtsBefore == 0 ? null : doubted.plus(DeliveryDecision.SEND_AGAIN.after(doubtsBefore, jitter));
    }

    static ChatState drafted(ChatState state, ReplyDrafted drafted) {
        boolean approved = drafted.origin() instanceof DraftOrigin.Approved;
        boolean answer = switch (drafted.origin()) {
            case DraftOrigin.Model model -> true;
            case DraftOrigin.Approved byOwner -> true;
            case DraftOrigin.Predefined predefined -> true;
            case DraftOrigin.Notice notice -> false;
            case DraftOrigin.Owner owner -> false;
        };
        Instant at = drafted.head().at();
        Optional<Proposal> proposal = state.proposal(drafted.draftId());
        Optional<Pending> answered = state.pending().stream()
                .filter(pending -> pending.messageId().equals(drafted.inReplyTo()))
                .findFirst();
        NextState next = ProposalHistory.approved(state, drafted)
                .counter(proposal.isPresent() ? state.counter() : state.counter() + 1)
                .pending(Lists.without(
                        state.pending(), pending -> pending.messageId().equals(drafted.inReplyTo())))
                .outbox(Lists.plus(
                        state.outbox(),
                        new Outgoing(
                                drafted.draftId(),
                                drafted.inReplyTo(),
                                drafted.parts(),
                                drafted.messageThreadId(),
                                answer,
                                answered.map(Pending::receivedAt).orElse(at),
                                0,
                                Step.READY,
                                0,
                                0,
                                drafted.notBefore(),
                                answered.map(Pending::retried)
                                        .or(() -> proposal.map(Proposal::retried))
                                        .orElse(false),
                                drafted.formats(),
                                approved)));
        if (answer) {
            next.answeredAt(Lists.plus(Lists.without(state.answeredAt(), then -> then.isBefore(at.minus(MINUTE))), at));
        }
        if (drafted.origin() instanceof DraftOrigin.Notice) {
            next.noticedAt(at);
        }
        String key = drafted.idempotencyKey();
        if (key != null) {
            next.accepted(Lists.last(state.accepted(), new ChatState.Accepted(key, drafted.draftId()), ACCEPTED));
        }
        return next.build();
    }

    static ChatState delivered(ChatState state, Delivered delivered) {
        ChatState shown = state;
        for (Outgoing out : state.outbox()) {
            if (out.draftId().equals(delivered.draftId())
                    && delivered.part() < out.parts().size()) {
                WindowEntry entry = new WindowEntry(
                        true,
                        null,
                        out.parts().get(delivered.part()),
                        delivered.head().at(),
                        delivered.telegramMessageId(),
                        state.nextEntry(),
                        out.messageThreadId(),
                        null);
                shown = NextState.after(Barring.passed(state, out.messageThreadId()))
                        .window(Topics.with(state.window(), entry))
                        .build();
            }
        }
        return withoutPart(shown, delivered.draftId());
    }

    /** The next part is settled: on with the one after it, or with the next text. */
    private static ChatState withoutPart(ChatState state, String draftId) {
        List<Outgoing> outbox = new ArrayList<>(state.outbox().size());
        for (Outgoing out : state.outbox()) {
            if (!out.draftId().equals(draftId)) {
                outbox.add(out);
            } else if (out.nextPart() + 1 < out.parts().size()) {
                outbox.add(at(out, out.nextPart() + 1, Step.READY, 0, 0, null));
            }
        }
        return NextState.after(state).outbox(outbox).build();
    }

    private static ChatState outgoing(ChatState state, String draftId, UnaryOperator<Outgoing> change) {
        return NextState.after(state)
                .outbox(Lists.map(state.outbox(), out -> out.draftId().equals(draftId) ? change.apply(out) : out))
                .build();
    }

    private static Outgoing step(Outgoing out, Step step, int attempts, int doubts, @Nullable Instant retryAt) {
        return at(out, out.nextPart(), step, attempts, doubts, retryAt);
    }

    private static Outgoing at(
            Outgoing out, int nextPart, Step step, int attempts, int doubts, @Nullable Instant retryAt) {
        return new Outgoing(
                out.draftId(),
                out.inReplyTo(),
                out.parts(),
                out.messageThreadId(),
                out.answer(),
                out.receivedAt(),
                nextPart,
                step,
                attempts,
                doubts,
                retryAt,
                out.retried(),
                out.formats(),
                out.approved());
    }
}
