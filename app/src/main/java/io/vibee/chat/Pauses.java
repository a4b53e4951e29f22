package io.vibee.chat;

import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Profile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Lets people finish: what one of them writes in several short messages gets one answer, to the newest of them. Pure, and decided from
 * the journal alone, so that a new incarnation waits no longer and joins no other messages than the last one would have.
 */
final class Pauses {

    /** Who goes on writing is answered all the same. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private Pauses() {}

    /**
     * What to do about the messages that wait: there is at least one.
     *
     * @param botPause as in {@link io.vibee.protocol.chat.Manners#pause}
     * @return to compose an answer, to supersede a message by a newer one, or to wait
     */
    static Work next(ChatState state, Instant now, Duration botPause) {
        Profile profile = Objects.requireNonNull(state.profile(), "only an opened chat has messages");
        Duration pause = profile.settings()
                .mannersInEffect()
                .pause(profile.carrier().kind(), profile.settings().mode(), botPause);
        Instant soonest = Instant.MAX;
        List<Pending> seen = new ArrayList<>();
        for (Pending pending : state.pending()) {
            if (seen.contains(pending)) {
                continue;
            }
            List<Pending> together = together(state, pending, pause);
            seen.addAll(together);
            Instant due = due(together, pause);
            if (due.isAfter(now)) {
                soonest = due.isBefore(soonest) ? due : soonest;
            } else if (together.size() > 1 || Proposals.isSuperseded(state, pending)) {
                return new Work.Supersede(pending);
            } else {
                return new Work.Compose(pending);
            }
        }
        return new Work.WaitUntil(soonest);
    }

    private static Instant due(List<Pending> together, Duration pause) {
        Pending first = together.getFirst();
        if (first.retried() || pause.isZero()) {
            return Instant.MIN;
        }
        Instant quiet = together.getLast().receivedAt().plus(pause);
        Instant longest = first.receivedAt().plus(pause.compareTo(LONGEST) > 0 ? pause : LONGEST);
        return quiet.isBefore(longest) ? quiet : longest;
    }

    /** A message and those of the same matter that came after it, none later than a pause after the one before. */
    private static List<Pending> together(ChatState state, Pending first, Duration pause) {
        List<Pending> together = new ArrayList<>(List.of(first));
        List<Pending> waiting = state.pending();
        for (Pending later : waiting.subList(waiting.indexOf(first) + 1, waiting.size())) {
            if (!first.retried()
                    && !later.retried()
                    && Proposals.sameMatter(first, later)
                    && later.receivedAt()
                            .isBefore(together.getLast().receivedAt().plus(pause))) {
                together.add(later);
            }
        }
        return together;
    }
}
