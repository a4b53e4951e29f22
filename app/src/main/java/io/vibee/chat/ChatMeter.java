package io.vibee.chat;

import io.vibee.cluster.Defect;
import io.vibee.metrics.DoubtResolution;
import io.vibee.metrics.Metrics;
import io.vibee.moderation.StopReason;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.recovery.Backlog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what one chat stores, and its share of what waits on this node. Replayed events are not counted again. */
final class ChatMeter {

    private static final Logger LOG = LoggerFactory.getLogger(ChatMeter.class);

    private final Metrics metrics;
    private final Backlog backlog;
    private final InstantSource clock;
    private int waiting;
    private String sessionId = "";

    ChatMeter(Metrics metrics, Backlog backlog, InstantSource clock) {
        this.metrics = metrics;
        this.backlog = backlog;
        this.clock = clock;
    }

    /** What was stored, with the states before and after it. A count that can't be made ends nothing. */
    void stored(ChatState before, List<ChatEvent> events, ChatState after) {
        try {
            count(before, events, clock.instant());
            waiting(after);
        } catch (RuntimeException e) {
            LOG.error("a defect in counting", Defect.of(e));
        }
    }

    private void count(ChatState before, List<ChatEvent> events, Instant now) {
        for (ChatEvent event : events) {
            switch (event) {
                case ChatEvent.MessageReceived received -> received(received);
                case ChatEvent.Delivered delivered -> delivered(before, delivered, now);
                case ChatEvent.DeliveryInDoubt doubt ->
                    metrics.deliveryInDoubt(
                            doubt.resolution() == WhenInDoubt.RESEND ? DoubtResolution.RESEND : DoubtResolution.SKIP);
                case ChatEvent.DeadLettered dead -> metrics.deadLetter();
                case ChatEvent.DeadLetterRetried retried -> metrics.deadLetterRetried();
                case ChatEvent.DeadLetterDropped dropped -> metrics.deadLetterDropped();
                case ChatEvent.ChatOpened opened -> {}
                case ChatEvent.ChatRenamed renamed -> {}
                case ChatEvent.ChatErased erased -> {}
                case ChatEvent.ChatBarred barred -> {}
                case ChatEvent.ChatUnbarred unbarred -> {}
                case ChatEvent.ChatConfigured configured -> {}
                case ChatEvent.ConversationSummarized summarized -> {}
                case ChatEvent.TelegramChatChanged changed -> {}
                case ChatEvent.MessageEdited edited -> {}
                case ChatEvent.MessageDeleted deleted -> {}
                case ChatEvent.NotAnswered not -> {}
                case ChatEvent.ReplyDrafted drafted -> {}
                case ChatEvent.ReplyProposed proposed -> {}
                case ChatEvent.DraftClosed closed -> {}
                case ChatEvent.TakenOver taken -> {}
                case ChatEvent.TakeoverEnded ended -> {}
                case ChatEvent.EchoReceived echo -> {}
                case ChatEvent.DeliveryStarted started -> {}
                case ChatEvent.DeliveryRefused refused -> {}
            }
        }
    }

    private void received(ChatEvent.MessageReceived received) {
        metrics.messageReceived();
        if (received.notAnswered() == NotAnsweredReason.FLOOD) {
            metrics.flooded();
        }
    }

    /** The engine stopped a message, or the answer to it. */
    void stopped(StopReason why) {
        metrics.stopped(why);
    }

    private void delivered(ChatState before, ChatEvent.Delivered delivered, Instant now) {
        metrics.messageDelivered();
        before.outbox().stream()
                .filter(out -> out.draftId().equals(delivered.draftId())
                        && out.answer()
                        && delivered.part() == out.parts().size() - 1)
                .forEach(out -> metrics.replied(Duration.between(out.receivedAt(), now)));
    }

    void waiting(ChatState state) {
        int now = state.pending().size()
                + (int) state.outbox().stream()
                        .filter(ChatState.Outgoing::answer)
                        .count();
        ChatState.Profile profile = state.profile();
        count(now, profile == null ? sessionId : profile.carrier().sessionId());
    }

    void stopped() {
        count(0, sessionId);
    }

    private void count(int now, String of) {
        metrics.repliesPending(now - waiting);
        if (of.equals(sessionId)) {
            count(sessionId, now - waiting);
        } else {
            count(sessionId, -waiting);
            count(of, now);
        }
        waiting = now;
        sessionId = of;
    }

    private void count(String of, int change) {
        if (change != 0) {
            backlog.add(of, change);
        }
    }
}
