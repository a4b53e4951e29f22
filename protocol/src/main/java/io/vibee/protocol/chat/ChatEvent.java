package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.EventHead;
import io.vibee.protocol.stored.Stored;
import io.vibee.protocol.stored.StoredEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a chat. For one answer: {@link MessageReceived}, then {@link ReplyDrafted} with {@link DeliveryStarted}, then
 * {@link Delivered}. Everything personal in them is encrypted.
 */
public sealed interface ChatEvent extends StoredEvent {

    /** The same event with another {@code open} in its head. */
    ChatEvent withHead(EventHead head);

    /**
     * The first message of a chat arrived, or the first since the chat was erased.
     *
     * @param keyId of the data key under which all its texts are encrypted
     */
    record ChatOpened(
            EventHead head,
            long telegramChatId,
            ChatType type,
            @Nullable Sealed title,
            String keyId,
            Carrier carrier,
            ChatSettings settings)
            implements ChatEvent {
        @Override
        public ChatOpened withHead(EventHead other) {
            return new ChatOpened(other, telegramChatId, type, title, keyId, carrier, settings);
        }
    }

    record ChatRenamed(EventHead head, @Nullable Sealed title) implements ChatEvent {
        @Override
        public ChatRenamed withHead(EventHead other) {
            return new ChatRenamed(other, title);
        }
    }

    /**
     * @param id unique within the chat
     * @param identity tells a redelivery from a new message
     * @param messageThreadId the topic that it was written in, or null
     * @param sentAt when it was sent, by Telegram
     * @param notAnswered why it gets no answer, or null when it is to be answered
     * @param quote what it refers to, or null
     */
    record MessageReceived(
            EventHead head,
            String id,
            String identity,
            long telegramMessageId,
            Sender sender,
            Content content,
            @Nullable Integer messageThreadId,
            Instant sentAt,
            Carrier carrier,
            @Nullable NotAnsweredReason notAnswered,
            @Nullable Quote quote)
            implements ChatEvent {

        @Override
        public MessageReceived withHead(EventHead other) {
            return new MessageReceived(
                    other,
                    id,
                    identity,
                    telegramMessageId,
                    sender,
                    content,
                    messageThreadId,
                    sentAt,
                    carrier,
                    notAnswered,
                    quote);
        }
    }

    /** A message was changed by its sender; what was answered stays answered. */
    record MessageEdited(EventHead head, String identity, long telegramMessageId, Content content, Instant editedAt)
            implements ChatEvent {
        @Override
        public MessageEdited withHead(EventHead other) {
            return new MessageEdited(other, identity, telegramMessageId, content, editedAt);
        }
    }

    record MessageDeleted(EventHead head, String identity, List<Long> telegramMessageIds) implements ChatEvent {
        public MessageDeleted {
            telegramMessageIds = Stored.listOrEmpty(telegramMessageIds);
        }

        @Override
        public MessageDeleted withHead(EventHead other) {
            return new MessageDeleted(other, identity, telegramMessageIds);
        }
    }

    /**
     * A message that was to be answered will not be.
     *
     * @param detail which rule of moderation stopped it or its answer ({@code answer_links}), without a word of either; else null
     */
    record NotAnswered(
            EventHead head,
            String messageId,
            NotAnsweredReason reason,
            @Nullable String detail) implements ChatEvent {

        /** For a reason that needs no detail. */
        public NotAnswered(EventHead head, String messageId, NotAnsweredReason reason) {
            this(head, messageId, reason, null);
        }

        @Override
        public NotAnswered withHead(EventHead other) {
            return new NotAnswered(other, messageId, reason, detail);
        }
    }

    /**
     * A text to send is fixed: an answer, or what the owner wrote. From here on no model is paid for it again.
     *
     * @param draftId unique within the chat
     * @param inReplyTo the id of the message that it answers, or null
     * @param parts in order, each at most 4096 UTF-16 units in the clear
     * @param idempotencyKey a keyed fingerprint of the owner's Idempotency-Key, or null
     * @param formats how parts are shown: by a part's number, from 0, a JSON list of {@code TextEntity}; a part without is plain
     * @param notBefore before when it is not to be sent, or null
     */
    record ReplyDrafted(
            EventHead head,
            String draftId,
            @Nullable String inReplyTo,
            List<Sealed> parts,
            @Nullable Integer messageThreadId,
            DraftOrigin origin,
            @Nullable String idempotencyKey,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<Integer, Sealed> formats,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Instant notBefore)
            implements ChatEvent {
        public ReplyDrafted {
            // Every new draft has parts. Some old ones were stored without, so they must stay readable.
            parts = Stored.listOrEmpty(parts);
            formats = Stored.mapOrEmpty(formats);
        }

        /** One that may be sent at once. */
        public ReplyDrafted(
                EventHead head,
                String draftId,
                @Nullable String inReplyTo,
                List<Sealed> parts,
                @Nullable Integer messageThreadId,
                DraftOrigin origin,
                @Nullable String idempotencyKey,
                Map<Integer, Sealed> formats) {
            this(head, draftId, inReplyTo, parts, messageThreadId, origin, idempotencyKey, formats, null);
        }

        @Override
        public ReplyDrafted withHead(EventHead other) {
            return new ReplyDrafted(
                    other, draftId, inReplyTo, parts, messageThreadId, origin, idempotencyKey, formats, notBefore);
        }
    }

    /**
     * An answer waits for its owner's leave. A {@link ReplyDrafted} with the same id means that it was approved, a {@link DraftClosed} that
     * it is not sent.
     *
     * @param draftId as in {@link ReplyDrafted}
     * @param inReplyTo the id of the message that it answers
     * @param parts as in {@link ReplyDrafted}
     * @param origin null when a {@link ReplyDrafted} with the same id has it, from before the chat asked for leave
     * @param expiresAt from when on it can't be approved any more
     * @param formats as in {@link ReplyDrafted}
     */
    record ReplyProposed(
            EventHead head,
            String draftId,
            String inReplyTo,
            List<Sealed> parts,
            @Nullable Integer messageThreadId,
            @Nullable DraftOrigin origin,
            Instant expiresAt,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<Integer, Sealed> formats)
            implements ChatEvent {
        public ReplyProposed {
            parts = List.copyOf(parts);
            formats = Stored.mapOrEmpty(formats);
        }

        @Override
        public ReplyProposed withHead(EventHead other) {
            return new ReplyProposed(other, draftId, inReplyTo, parts, messageThreadId, origin, expiresAt, formats);
        }
    }

    /**
     * An answer that waited for its owner's leave is not sent.
     *
     * @param end never {@link DraftEnd#APPROVED}
     * @param via where the owner decided it, or null when nobody did
     */
    record DraftClosed(
            EventHead head,
            String draftId,
            DraftEnd end,
            @Nullable OwnerVia via) implements ChatEvent {
        @Override
        public DraftClosed withHead(EventHead other) {
            return new DraftClosed(other, draftId, end, via);
        }
    }

    /**
     * The owner has the chat in hand: nothing is answered in it.
     *
     * @param until when that ends by itself
     */
    record TakenOver(EventHead head, Instant until, OwnerVia via) implements ChatEvent {
        @Override
        public TakenOver withHead(EventHead other) {
            return new TakenOver(other, until, via);
        }
    }

    /** The owner gave the chat back before its time was over. */
    record TakeoverEnded(EventHead head, OwnerVia via) implements ChatEvent {
        @Override
        public TakeoverEnded withHead(EventHead other) {
            return new TakeoverEnded(other, via);
        }
    }

    /** Telegram showed what was sent as the owner. */
    record EchoReceived(EventHead head, String identity, long telegramMessageId) implements ChatEvent {
        @Override
        public EchoReceived withHead(EventHead other) {
            return new EchoReceived(other, identity, telegramMessageId);
        }
    }

    /**
     * Stored before the request leaves. Without an outcome after it, the delivery is in doubt.
     *
     * @param part from 0
     */
    record DeliveryStarted(EventHead head, String draftId, int part, int attempt) implements ChatEvent {
        @Override
        public DeliveryStarted withHead(EventHead other) {
            return new DeliveryStarted(other, draftId, part, attempt);
        }
    }

    record Delivered(EventHead head, String draftId, int part, long telegramMessageId) implements ChatEvent {
        @Override
        public Delivered withHead(EventHead other) {
            return new Delivered(other, draftId, part, telegramMessageId);
        }
    }

    /**
     * It was certainly not sent.
     *
     * @param code Telegram's error code, or 0 when the request never reached Telegram
     * @param retryAt when it may be tried again, or null when it is final
     * @param plainly whether this part and those after it are from now on sent without their formats
     */
    record DeliveryRefused(
            EventHead head,
            String draftId,
            int part,
            int code,
            String description,
            @Nullable Instant retryAt,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean plainly)
            implements ChatEvent {

        /** One after which the formats stay. */
        public DeliveryRefused(
                EventHead head, String draftId, int part, int code, String description, @Nullable Instant retryAt) {
            this(head, draftId, part, code, description, retryAt, false);
        }

        @Override
        public DeliveryRefused withHead(EventHead other) {
            return new DeliveryRefused(other, draftId, part, code, description, retryAt, plainly);
        }
    }

    /**
     * Telegram lets the bot write nothing there. Until something changes, no model is paid for what arrives.
     *
     * @param messageThreadId the topic of which it is so, or null for the whole chat
     * @param code Telegram's error code, or 0 when Telegram told it by itself
     * @param reason in Telegram's words
     */
    record ChatBarred(EventHead head, @Nullable Integer messageThreadId, int code, String reason) implements ChatEvent {
        @Override
        public ChatBarred withHead(EventHead other) {
            return new ChatBarred(other, messageThreadId, code, reason);
        }
    }

    /**
     * The bot may write there again, or is to try.
     *
     * @param messageThreadId as in {@link ChatBarred}
     */
    record ChatUnbarred(EventHead head, @Nullable Integer messageThreadId) implements ChatEvent {
        @Override
        public ChatUnbarred withHead(EventHead other) {
            return new ChatUnbarred(other, messageThreadId);
        }
    }

    /**
     * It may or may not have been sent; nobody can know.
     *
     * @param resolution what is done about it
     */
    record DeliveryInDoubt(EventHead head, String draftId, int part, WhenInDoubt resolution) implements ChatEvent {
        @Override
        public DeliveryInDoubt withHead(EventHead other) {
            return new DeliveryInDoubt(other, draftId, part, resolution);
        }
    }

    /**
     * An answer failed for good.
     *
     * @param messageId the message without an answer, or null for what the owner wrote
     * @param draftId the text that could not be sent, or null when there was none
     * @param id of the dead letter, unique within the chat; null before it is stored, and in what was stored before dead letters were
     *     kept to be retried
     */
    record DeadLettered(
            EventHead head,
            @Nullable String messageId,
            @Nullable String draftId,
            String cause,
            int tries,
            @Nullable String id)
            implements ChatEvent {

        /** One that gets its id when it is stored. */
        public DeadLettered(
                EventHead head, @Nullable String messageId, @Nullable String draftId, String cause, int tries) {
            this(head, messageId, draftId, cause, tries, null);
        }

        @Override
        public DeadLettered withHead(EventHead other) {
            return new DeadLettered(other, messageId, draftId, cause, tries, id);
        }

        /** The same with an id. */
        public DeadLettered withId(String other) {
            return new DeadLettered(head, messageId, draftId, cause, tries, other);
        }
    }

    /**
     * A dead letter is retried: its message waits for an answer, or its text to be sent.
     *
     * @param messageId as in {@link DeadLettered}
     * @param draftId as in {@link DeadLettered}
     */
    record DeadLetterRetried(
            EventHead head,
            String id,
            @Nullable String messageId,
            @Nullable String draftId) implements ChatEvent {
        @Override
        public DeadLetterRetried withHead(EventHead other) {
            return new DeadLetterRetried(other, id, messageId, draftId);
        }
    }

    /** A dead letter is dropped: by its owner, because its sender took the message back, or because newer ones took its place. */
    record DeadLetterDropped(EventHead head, String id) implements ChatEvent {
        @Override
        public DeadLetterDropped withHead(EventHead other) {
            return new DeadLetterDropped(other, id);
        }
    }

    /**
     * What was said earlier was summed up, together with the summary before.
     *
     * @param upTo the number of the latest window entry that is in it
     */
    record ConversationSummarized(
            EventHead head,
            Sealed text,
            long upTo,
            DraftOrigin.Model origin,
            @Nullable Integer messageThreadId) implements ChatEvent {

        /** Of what was said in no topic. */
        public ConversationSummarized(EventHead head, Sealed text, long upTo, DraftOrigin.Model origin) {
            this(head, text, upTo, origin, null);
        }

        @Override
        public ConversationSummarized withHead(EventHead other) {
            return new ConversationSummarized(other, text, upTo, origin, messageThreadId);
        }
    }

    record ChatConfigured(EventHead head, ChatSettings settings) implements ChatEvent {
        @Override
        public ChatConfigured withHead(EventHead other) {
            return new ChatConfigured(other, settings);
        }
    }

    /** The chat's key was erased. Nobody can read anything from before, and nothing waits. */
    record ChatErased(EventHead head) implements ChatEvent {
        @Override
        public ChatErased withHead(EventHead other) {
            return new ChatErased(other);
        }
    }

    /** The group became a supergroup. */
    record TelegramChatChanged(EventHead head, long telegramChatId) implements ChatEvent {
        @Override
        public TelegramChatChanged withHead(EventHead other) {
            return new TelegramChatChanged(other, telegramChatId);
        }
    }
}
