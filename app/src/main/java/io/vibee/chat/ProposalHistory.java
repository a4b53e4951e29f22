package io.vibee.chat;

import io.vibee.protocol.chat.ChatEvent.DraftClosed;
import io.vibee.protocol.chat.ChatEvent.ReplyDrafted;
import io.vibee.protocol.chat.ChatEvent.ReplyProposed;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.ClosedProposal;
import io.vibee.protocol.chat.ChatState.Outgoing;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Proposal;
import io.vibee.protocol.chat.DraftEnd;
import io.vibee.protocol.crypto.Sealed;
import java.util.List;
import java.util.Optional;

/** What the events of approval make of a chat's state: the part of {@link ChatHistory} for answers that wait for their owner's leave. */
final class ProposalHistory {

    /** Ends that are remembered, so that who decides too late learns what became of an answer. */
    static final int CLOSED = 50;

    private ProposalHistory() {}

    /** It takes the place of the message that it answers, or of a text that was to be sent without asking. */
    static ChatState proposed(ChatState state, ReplyProposed proposed) {
        Optional<Pending> message = state.pending(proposed.inReplyTo());
        Optional<Outgoing> before = state.outgoing(proposed.draftId());
        return NextState.after(state)
                .counter(before.isPresent() ? state.counter() : state.counter() + 1)
                .pending(Lists.without(
                        state.pending(), pending -> pending.messageId().equals(proposed.inReplyTo())))
                .outbox(Lists.without(state.outbox(), out -> out.draftId().equals(proposed.draftId())))
                .proposals(Lists.plus(
                        state.proposals(),
                        new Proposal(
                                proposed.draftId(),
                                proposed.inReplyTo(),
                                message.orElse(null),
                                proposed.parts(),
                                proposed.messageThreadId(),
                                proposed.origin(),
                                proposed.head().at(),
                                proposed.expiresAt(),
                                message.map(Pending::retried)
                                        .or(() -> before.map(Outgoing::retried))
                                        .orElse(false),
                                proposed.formats())))
                .build();
    }

    /** It is not sent. After an edit its message waits for another answer. */
    static ChatState closed(ChatState state, DraftClosed closed) {
        NextState next = without(state, closed.draftId(), closed.end());
        if (closed.end() == DraftEnd.EDITED) {
            state.proposal(closed.draftId())
                    .map(Proposal::message)
                    .ifPresent(message -> next.pending(Lists.plus(state.pending(), message)));
        }
        return next.build();
    }

    /** A draft that waited for leave waits no more; any other changes nothing here. */
    static NextState approved(ChatState state, ReplyDrafted drafted) {
        return state.proposal(drafted.draftId()).isEmpty()
                ? NextState.after(state)
                : without(state, drafted.draftId(), DraftEnd.APPROVED);
    }

    /** The proposals, of which one may answer a message that is now in other words. */
    static List<Proposal> reworded(ChatState state, long telegramMessageId, Sealed words) {
        return Lists.map(state.proposals(), proposal -> {
            Pending message = proposal.message();
            return message == null
                    ? proposal
                    : new Proposal(
                            proposal.draftId(),
                            proposal.inReplyTo(),
                            ChatHistory.reworded(message, telegramMessageId, words),
                            proposal.parts(),
                            proposal.messageThreadId(),
                            proposal.origin(),
                            proposal.proposedAt(),
                            proposal.expiresAt(),
                            proposal.retried(),
                            proposal.formats());
        });
    }

    private static NextState without(ChatState state, String draftId, DraftEnd end) {
        return NextState.after(state)
                .proposals(Lists.without(
                        state.proposals(), proposal -> proposal.draftId().equals(draftId)))
                .closedProposals(Lists.last(state.closedProposals(), new ClosedProposal(draftId, end), CLOSED));
    }
}
