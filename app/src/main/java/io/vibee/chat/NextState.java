package io.vibee.chat;

import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Accepted;
import io.vibee.protocol.chat.ChatState.Barred;
import io.vibee.protocol.chat.ChatState.ClosedProposal;
import io.vibee.protocol.chat.ChatState.DeadLetter;
import io.vibee.protocol.chat.ChatState.Outgoing;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.ChatState.Proposal;
import io.vibee.protocol.chat.ChatState.Summary;
import io.vibee.protocol.chat.ChatState.WindowEntry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A chat's state after an event: the one before, with the components replaced that the event changes. */
final class NextState {
    private final ChatState from;
    private @Nullable Profile profile;
    private long counter;
    private List<String> seen;
    private List<WindowEntry> window;
    private List<Pending> pending;
    private List<Outgoing> outbox;
    private List<Instant> answeredAt;
    private List<Accepted> accepted;
    private @Nullable Instant lastMessageAt;
    private List<DeadLetter> deadLetters;
    private long lastDeadLetter;
    private @Nullable Instant noticedAt;
    private @Nullable Summary summary;
    private List<Barred> barred;
    private Map<Integer, Summary> topicSummaries;
    private List<Proposal> proposals;
    private List<ClosedProposal> closedProposals;
    private @Nullable Instant takenOverUntil;
    private @Nullable Instant lastHeardAt;
    private int botTurns;

    static NextState after(ChatState state) {
        return new NextState(state);
    }

    private NextState(ChatState from) {
        this.from = from;
        profile = from.profile();
        counter = from.counter();
        seen = from.seen();
        window = from.window();
        pending = from.pending();
        outbox = from.outbox();
        answeredAt = from.answeredAt();
        accepted = from.accepted();
        lastMessageAt = from.lastMessageAt();
        deadLetters = from.deadLetters();
        lastDeadLetter = from.lastDeadLetter();
        noticedAt = from.noticedAt();
        summary = from.summary();
        barred = from.barred();
        topicSummaries = from.topicSummaries();
        proposals = from.proposals();
        closedProposals = from.closedProposals();
        takenOverUntil = from.takenOverUntil();
        lastHeardAt = from.lastHeardAt();
        botTurns = from.botTurns();
    }

    NextState profile(Profile value) {
        profile = value;
        return this;
    }

    NextState counter(long value) {
        counter = value;
        return this;
    }

    NextState seen(List<String> value) {
        seen = value;
        return this;
    }

    NextState window(List<WindowEntry> value) {
        window = value;
        return this;
    }

    NextState pending(List<Pending> value) {
        pending = value;
        return this;
    }

    NextState outbox(List<Outgoing> value) {
        outbox = value;
        return this;
    }

    NextState answeredAt(List<Instant> value) {
        answeredAt = value;
        return this;
    }

    NextState accepted(List<Accepted> value) {
        accepted = value;
        return this;
    }

    NextState lastMessageAt(Instant value) {
        Instant before = from.lastMessageAt();
        lastMessageAt = before != null && before.isAfter(value) ? before : value;
        return this;
    }

    NextState deadLetters(List<DeadLetter> value) {
        deadLetters = value;
        return this;
    }

    NextState lastDeadLetter(long value) {
        lastDeadLetter = value;
        return this;
    }

    NextState noticedAt(Instant value) {
        noticedAt = value;
        return this;
    }

    NextState summary(@Nullable Summary value) {
        summary = value;
        return this;
    }

    NextState barred(List<Barred> value) {
        barred = value;
        return this;
    }

    NextState topicSummaries(Map<Integer, Summary> value) {
        topicSummaries = value;
        return this;
    }

    NextState proposals(List<Proposal> value) {
        proposals = value;
        return this;
    }

    NextState closedProposals(List<ClosedProposal> value) {
        closedProposals = value;
        return this;
    }

    NextState takenOverUntil(@Nullable Instant value) {
        takenOverUntil = value;
        return this;
    }

    NextState lastHeardAt(Instant value) {
        Instant before = from.lastHeardAt();
        lastHeardAt = before != null && before.isAfter(value) ? before : value;
        return this;
    }

    NextState botTurns(int value) {
        botTurns = value;
        return this;
    }

    ChatState build() {
        return new ChatState(
                profile,
                counter,
                seen,
                window,
                pending,
                outbox,
                answeredAt,
                accepted,
                lastMessageAt,
                deadLetters,
                lastDeadLetter,
                noticedAt,
                summary,
                barred,
                topicSummaries,
                proposals,
                closedProposals,
                takenOverUntil,
                lastHeardAt,
                botTurns);
    }
}
