package io.vibee.chat;

import io.vibee.chat.Activity.Draft;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent.DraftClosed;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatEvent.ReplyDrafted;
import io.vibee.protocol.chat.ChatEvent.ReplyProposed;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Outgoing;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Proposal;
import io.vibee.protocol.chat.DraftEnd;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.OwnerVia;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.telegram.MessageSplitter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * Answers that wait for their owner's leave. In mode {@link ChatMode#DRAFT} every answer does, and none is sent without it. The chat alone
 * decides: of two hands the first one wins. Pure.
 */
final class Proposals {

    /** Answers that wait in a chat; with one more the oldest is given up. */
    static final int MOST = 50;

    private Proposals() {}

    /** Whether answers need leave in a chat as it is set now. */
    static boolean needLeave(ChatState state) {
        ChatState.Profile profile = state.profile();
        return profile != null && profile.settings().mode() == ChatMode.DRAFT;
    }

    /** Whether a text that waits to be sent needs leave first. One of which a part was sent, or may have been, goes on. */
    static boolean needsLeave(ChatState state, Outgoing out) {
        return out.answer() && !out.approved() && out.nextPart() == 0 && needLeave(state);
    }

    /** Asks for leave to send an answer, if its message still waits for one. */
    static void propose(Turn turn, Draft draft) {
        Optional<Pending> message = turn.state().pending(draft.inReplyTo());
        if (message.isPresent()) {
            supersede(turn, message.get());
            makeRoom(turn);
            String draftId = turn.state().nextDraftId();
            turn.store(new ReplyProposed(
                    turn.head(),
                    draftId,
                    draft.inReplyTo(),
                    draft.parts(),
                    draft.messageThreadId(),
                    draft.origin(),
                    expiry(turn),
                    draft.formats()));
            turn.state().proposal(draftId).ifPresent(proposal -> tellProposed(turn, proposal));
        }
    }

    /** Asks for leave to send what was to be sent without. */
    static void propose(Turn turn, Outgoing out) {
        makeRoom(turn);
        turn.store(new ReplyProposed(
                turn.head(),
                out.draftId(),
                // Only an answer needs leave.
                Optional.ofNullable(out.inReplyTo()).orElseThrow(),
                out.parts(),
                out.messageThreadId(),
                null,
                expiry(turn),
                out.formats()));
        turn.state().proposal(out.draftId()).ifPresent(proposal -> tellProposed(turn, proposal));
    }

    static void approve(Turn turn, TextCipher key, ChatCommand.ApproveDraft approve) {
        Optional<Proposal> found = waiting(turn, key, approve.draftId());
        if (found.isEmpty()) {
            turn.refuse(approve.replyTo(), whyNot(turn.state(), approve.draftId()));
            return;
        }
        if (turn.state().outbox().size() >= OwnerRequests.MOST_OUTGOING) {
            turn.refuse(approve.replyTo(), Refusal.CHAT_OVERLOADED);
            return;
        }
        Proposal proposal = found.get();
        String text = approve.text();
        List<Sealed> parts = text == null
                ? proposal.parts()
                : MessageSplitter.split(text).stream()
                        .map(part -> CountedText.seal(key, part))
                        .toList();
        if (parts.isEmpty()) {
            turn.refuse(approve.replyTo(), Refusal.TEXT_INVISIBLE);
            return;
        }
        turn.store(new ReplyDrafted(
                turn.head(),
                proposal.draftId(),
                proposal.inReplyTo(),
                parts,
                proposal.messageThreadId(),
                new DraftOrigin.Approved(proposal.origin(), text != null, approve.via()),
                null,
                text == null ? proposal.formats() : Map.of()));
        tellClosed(turn, proposal, parts, DraftEnd.APPROVED);
        turn.reply(approve.replyTo(), StatusReply.success(new ChatCommand.Queued(proposal.draftId())));
    }

    static void discard(Turn turn, TextCipher key, ChatCommand.DiscardDraft discard) {
        waiting(turn, key, discard.draftId())
                .ifPresentOrElse(
                        proposal -> {
                            close(turn, proposal, DraftEnd.DISCARDED, discard.via());
                            turn.reply(discard.replyTo(), StatusReply.ack());
                        },
                        () -> turn.refuse(discard.replyTo(), whyNot(turn.state(), discard.draftId())));
    }

    /** What an update that was just stored changes about the matter of answers that wait. */
    static void afterReceiving(Turn turn, Incoming incoming) {
        switch (incoming) {
            case Incoming.Message message ->
                turn.state().pending().stream()
                        .filter(pending -> pending.telegramMessageId() == message.telegramMessageId())
                        .forEach(pending -> supersede(turn, pending));
            case Incoming.Edit edit ->
                closeAll(turn, proposal -> answers(proposal, List.of(edit.telegramMessageId())), DraftEnd.EDITED, null);
            case Incoming.Deletion deletion ->
                closeAll(turn, proposal -> answers(proposal, deletion.telegramMessageIds()), DraftEnd.DELETED, null);
            case Incoming.Membership membership -> {}
        }
    }

    /** Gives up all of which this is so. */
    static void closeAll(Turn turn, Predicate<Proposal> which, DraftEnd end, @Nullable OwnerVia via) {
        turn.state().proposals().stream().filter(which).forEach(proposal -> close(turn, proposal, end, via));
    }

    static void close(Turn turn, Proposal proposal, DraftEnd end, @Nullable OwnerVia via) {
        close(turn, proposal, end, via, reason(end));
    }

    private static void close(
            Turn turn, Proposal proposal, DraftEnd end, @Nullable OwnerVia via, Optional<NotAnsweredReason> reason) {
        turn.store(new DraftClosed(turn.head(), proposal.draftId(), end, via));
        tellClosed(turn, proposal, proposal.parts(), end);
        reason.ifPresent(why -> turn.store(new NotAnswered(turn.head(), proposal.inReplyTo(), why)));
    }

    /** Nothing is answered there any more, for this reason. */
    static void stop(Turn turn, Instant proposedBefore, NotAnsweredReason why) {
        turn.state().proposals().stream()
                .filter(proposal -> proposal.proposedAt().isBefore(proposedBefore))
                .forEach(proposal -> close(turn, proposal, DraftEnd.STOPPED, null, Optional.of(why)));
    }

    /** Whether its sender wrote in the same topic again before an answer to this message was proposed: only the newest is answered. */
    static boolean isSuperseded(ChatState state, Pending pending) {
        List<Pending> waiting = state.pending();
        return needLeave(state)
                && !pending.retried()
                && waiting.subList(waiting.indexOf(pending) + 1, waiting.size()).stream()
                        .anyMatch(later -> !later.retried() && sameMatter(later, pending));
    }

    private static void supersede(Turn turn, Pending newer) {
        closeAll(
                turn,
                proposal -> {
                    Pending message = proposal.message();
                    return message == null
                            ? Objects.equals(ChatState.ownTopic(proposal.messageThreadId()), newer.topic())
                            : sameMatter(message, newer);
                },
                DraftEnd.SUPERSEDED,
                null);
    }

    /** Whether two messages are of one person in one topic. */
    static boolean sameMatter(Pending one, Pending other) {
        return one.sender().telegramId() == other.sender().telegramId() && Objects.equals(one.topic(), other.topic());
    }

    private static boolean answers(Proposal proposal, List<Long> telegramMessageIds) {
        Pending message = proposal.message();
        return message != null && telegramMessageIds.contains(message.telegramMessageId());
    }

    static boolean isExpired(Proposal proposal, Instant now) {
        return !proposal.expiresAt().isAfter(now);
    }

    private static Optional<Proposal> waiting(Turn turn, TextCipher key, String draftId) {
        return turn.state().proposal(draftId).filter(proposal -> !isExpired(proposal, turn.now()) && !key.erased());
    }

    private static void tellProposed(Turn turn, Proposal proposal) {
        turn.key().ifPresent(key -> {
            Pending message = proposal.message();
            Sealed title = turn.profile().title();
            turn.run(new ChatEffect.TellProposed(new OwnerNotices.Proposed(
                    turn.profile().owner(),
                    turn.chatId(),
                    proposal.draftId(),
                    title == null ? null : key.open(title).orElse(null),
                    message == null ? null : key.open(message.text()).orElse(null),
                    clear(key, proposal.parts()),
                    proposal.expiresAt())));
        });
    }

    private static void tellClosed(Turn turn, Proposal proposal, List<Sealed> parts, DraftEnd end) {
        turn.key()
                .ifPresent(key -> turn.run(new ChatEffect.TellClosed(new OwnerNotices.Closed(
                        turn.profile().owner(), turn.chatId(), proposal.draftId(), end, clear(key, parts)))));
    }

    private static String clear(TextCipher key, List<Sealed> parts) {
        return parts.stream().flatMap(part -> key.open(part).stream()).collect(Collectors.joining());
    }

    private static Refusal whyNot(ChatState state, String draftId) {
        boolean known =
                state.proposal(draftId).isPresent() || state.endOf(draftId).isPresent();
        return known ? Refusal.DRAFT_SETTLED : Refusal.DRAFT_NOT_FOUND;
    }

    private static void makeRoom(Turn turn) {
        List<Proposal> waiting = turn.state().proposals();
        if (waiting.size() >= MOST) {
            close(turn, waiting.getFirst(), DraftEnd.EXPIRED, null);
        }
    }

    /** Also when Telegram lets nobody write as the owner any more. */
    private static Instant expiry(Turn turn) {
        Instant set = turn.now().plus(turn.profile().settings().draftLife());
        Instant closes = BusinessWindow.closes(turn.state()).orElse(set);
        return closes.isBefore(set) ? closes : set;
    }

    /** Why its message gets no answer; empty when it waits for another one, or when only who stops it knows. */
    private static Optional<NotAnsweredReason> reason(DraftEnd end) {
        return switch (end) {
            case APPROVED, EDITED, STOPPED -> Optional.empty();
            case DISCARDED -> Optional.of(NotAnsweredReason.DISCARDED);
            case EXPIRED -> Optional.of(NotAnsweredReason.EXPIRED);
            case SUPERSEDED -> Optional.of(NotAnsweredReason.SUPERSEDED);
            case TAKEOVER -> Optional.of(NotAnsweredReason.TAKEOVER);
            case DELETED -> Optional.of(NotAnsweredReason.DELETED);
        };
    }
}
