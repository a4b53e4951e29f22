package io.vibee.chat;

import io.vibee.chat.TranscriptItem.Status;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.Content;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.crypto.Sealed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads a chat's journal, the oldest event first, as a conversation. It keeps the newest messages before a position and, of the
 * others, only what is still on its way, so its memory is bounded however long the journal is. Everything stays encrypted.
 */
public final class Transcript {

    private final long before;
    private final int most;
    private final Deque<String> order = new ArrayDeque<>();
    private final Map<String, TranscriptItem> items = new HashMap<>();
    private final Map<Long, String> incomingByTelegramId = new HashMap<>();
    private final Map<String, Draft> drafts = new HashMap<>();

    /**
     * @param before positions from here on are left out
     * @param most how many messages to keep
     */
    public Transcript(long before, int most) {
        this.before = before;
        this.most = most;
    }

    /** A text on its way: what became of each of its parts so far. */
    private record Draft(@Nullable String inReplyTo, int parts, Map<Integer, Status> settled) {

        boolean over() {
            return settled.size() >= parts;
        }

        Status outcome() {
            if (settled.containsValue(Status.FAILED)) {
                return Status.FAILED;
            }
            return settled.containsValue(Status.IN_DOUBT) ? Status.IN_DOUBT : Status.DELIVERED;
        }
    }

    /**
     * Takes the next event.
     *
     * @param position the event's number in the journal
     */
    public void apply(long position, ChatEvent event) {
        switch (event) {
            case ChatEvent.MessageReceived received -> received(position, received);
            case ChatEvent.MessageEdited edited ->
                changeIncoming(edited.telegramMessageId(), item -> item.withText(words(edited.content())));
            case ChatEvent.MessageDeleted deleted ->
                deleted.telegramMessageIds().forEach(id -> changeIncoming(id, item -> item.withText(List.of())));
            case ChatEvent.NotAnswered not -> change(not.messageId(), item -> item.with(status(not.reason())));
            case ChatEvent.ReplyDrafted drafted -> drafted(position, drafted);
            case ChatEvent.Delivered delivered -> {
                change(
                        delivered.draftId(),
                        item -> item.telegramMessageId() == null ? item.sentAs(delivered.telegramMessageId()) : item);
                settle(delivered.draftId(), delivered.part(), Status.DELIVERED);
            }
            case ChatEvent.DeliveryInDoubt doubt -> {
                if (doubt.resolution() == WhenInDoubt.SKIP) {
                    settle(doubt.draftId(), doubt.part(), Status.IN_DOUBT);
                }
            }
            case ChatEvent.DeliveryRefused refused -> {
                if (refused.retryAt() == null) {
                    fail(refused.draftId());
                }
            }
            case ChatEvent.DeadLettered dead -> {
                if (dead.draftId() != null) {
                    fail(dead.draftId());
                }
                if (dead.messageId() != null) {
                    change(dead.messageId(), item -> item.with(Status.NOT_ANSWERED));
                }
            }
            case ChatEvent.ChatOpened opened -> {}
            case ChatEvent.ChatRenamed renamed -> {}
            case ChatEvent.ChatErased erased -> {}
            case ChatEvent.DeliveryStarted started -> {}
            case ChatEvent.ChatConfigured configured -> {}
            case ChatEvent.TelegramChatChanged changed -> {}
        }
    }

    /** What was kept, the newest first. */
    public List<TranscriptItem> newestFirst() {
        List<TranscriptItem> newest = new ArrayList<>();
        order.descendingIterator().forEachRemaining(id -> {
            TranscriptItem item = items.get(id);
            if (item != null) {
                newest.add(item);
            }
        });
        return newest;
    }

    private void received(long position, ChatEvent.MessageReceived received) {
        NotAnsweredReason reason = received.notAnswered();
        boolean kept = add(new TranscriptItem(
                position,
                received.id(),
                true,
                received.sender().telegramId(),
                received.sender().name(),
                words(received.content()),
                received.telegramMessageId(),
                reason == null ? Status.PENDING : status(reason),
                received.sentAt()));
        if (kept) {
            incomingByTelegramId.put(received.telegramMessageId(), received.id());
        }
    }

    private void drafted(long position, ChatEvent.ReplyDrafted drafted) {
        drafts.put(
                drafted.draftId(),
                new Draft(drafted.inReplyTo(), drafted.parts().size(), new LinkedHashMap<>()));
        add(new TranscriptItem(
                position,
                drafted.draftId(),
                false,
                null,
                null,
                drafted.parts(),
                null,
                Status.QUEUED,
                drafted.head().at()));
    }

    private void settle(String draftId, int part, Status status) {
        Draft draft = drafts.get(draftId);
        if (draft == null) {
            return;
        }
        draft.settled().put(part, status);
        if (draft.over()) {
            end(draftId, draft, draft.outcome());
        }
    }

    private void fail(String draftId) {
        Draft draft = drafts.get(draftId);
        if (draft != null) {
            end(draftId, draft, Status.FAILED);
        }
    }

    private void end(String draftId, Draft draft, Status outcome) {
        drafts.remove(draftId);
        change(draftId, item -> item.with(outcome));
        if (draft.inReplyTo() != null) {
            Status answered = outcome == Status.FAILED ? Status.NOT_ANSWERED : Status.RECEIVED;
            change(draft.inReplyTo(), item -> item.with(answered));
        }
    }

    private boolean add(TranscriptItem item) {
        if (item.position() >= before) {
            return false;
        }
        items.put(item.id(), item);
        order.addLast(item.id());
        if (order.size() > most) {
            TranscriptItem oldest = items.remove(order.removeFirst());
            if (oldest != null && oldest.telegramMessageId() != null) {
                incomingByTelegramId.remove(oldest.telegramMessageId(), oldest.id());
            }
        }
        return true;
    }

    private void change(String id, UnaryOperator<TranscriptItem> change) {
        items.computeIfPresent(id, (key, item) -> change.apply(item));
    }

    private void changeIncoming(long telegramMessageId, UnaryOperator<TranscriptItem> change) {
        String id = incomingByTelegramId.get(telegramMessageId);
        if (id != null) {
            change(id, change);
        }
    }

    private static Status status(NotAnsweredReason reason) {
        // Observing is not failing to answer.
        return reason == NotAnsweredReason.OBSERVE ? Status.RECEIVED : Status.NOT_ANSWERED;
    }

    private static List<Sealed> words(Content content) {
        Sealed words = content.words();
        return words == null ? List.of() : List.of(words);
    }
}
