package io.vibee.chat;

import io.vibee.protocol.chat.ChatEvent.TakenOver;
import io.vibee.protocol.chat.ChatEvent.TakeoverEnded;
import io.vibee.protocol.chat.DraftEnd;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.OwnerVia;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A chat in its owner's hand: nothing is answered there until it is given back, or the time is over. Pure. */
final class Takeovers {

    private static final Duration WHEN_NEVER_BY_ITSELF = Duration.ofMinutes(30);

    private Takeovers() {}

    /** The owner wrote in the chat, if that takes it in hand. */
    static void byWriting(Turn turn) {
        Duration time = turn.profile().settings().takeover();
        if (time.isPositive()) {
            begin(turn, time, OwnerVia.CHAT);
        }
    }

    /**
     * The owner asked for it.
     *
     * @param minutes for how long; null: as the chat's settings say
     */
    static void byWish(Turn turn, @Nullable Integer minutes, OwnerVia via) {
        Duration set = turn.profile().settings().takeover();
        Duration otherwise = set.isPositive() ? set : WHEN_NEVER_BY_ITSELF;
        begin(turn, minutes == null ? otherwise : Duration.ofMinutes(minutes), via);
    }

    static void end(Turn turn, OwnerVia via) {
        if (turn.state().isTakenOver(turn.now())) {
            turn.store(new TakeoverEnded(turn.head(), via));
        }
    }

    /** What waits is not answered any more; what the owner has queued is sent, and what is on its way arrives. */
    private static void begin(Turn turn, Duration time, OwnerVia via) {
        turn.store(new TakenOver(turn.head(), turn.now().plus(time), via));
        Proposals.closeAll(turn, proposal -> true, DraftEnd.TAKEOVER, via);
        Outbox.abandonAnswers(turn, NotAnsweredReason.TAKEOVER, Instant.MAX);
    }
}
