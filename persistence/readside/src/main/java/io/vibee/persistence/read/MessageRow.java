package io.vibee.persistence.read;

import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.protocol.chat.NotAnsweredReason;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message of a chat. Every value fits its column.
 *
 * @param id unique within the chat
 * @param seqNr of the event that brought it: the later in the conversation, the higher
 * @param sending how far an outgoing message is; null for an incoming one
 * @param senderId Telegram's id; null for an outgoing message
 * @param text null when the message has none, or when it was deleted or erased
 * @param erased whether the text can't be read any more
 * @param telegramMessageId null until the message was delivered
 * @param reason why a message gets no answer or its text is cut; null when that is not known, and for all other messages
 * @param topic the thread of the topic in which it was written; null for none
 */
public record MessageRow(
        String chatId,
        String id,
        String owner,
        long seqNr,
        @Nullable Sending sending,
        @Nullable Long senderId,
        @Nullable String senderName,
        @Nullable String text,
        boolean erased,
        SearchLanguage language,
        @Nullable Long telegramMessageId,
        MessageStatus status,
        @Nullable Reason reason,
        Instant createdAt,
        @Nullable Integer topic) {

    public MessageRow {
        chatId = Fitting.id(chatId);
        id = Fitting.id(id);
        owner = Fitting.id(owner);
        senderName = Fitting.textOrNull(senderName, Fitting.LONGEST_NAME);
        text = Fitting.textOrNull(text, Fitting.LONGEST_TEXT);
        createdAt = Fitting.time(createdAt);
    }

    /**
     * Why a message gets no answer, or what an outgoing text lacks.
     *
     * @param name as in the API
     * @param detail as in the event, cut when it is long
     */
    public record Reason(String name, @Nullable String detail) {

        /** The model reached its limit of length, so the text lacks its end. */
        static final Reason LENGTH = new Reason("length", null);

        public Reason {
            name = Fitting.text(name, Fitting.LONGEST_REASON);
            detail = Fitting.textOrNull(detail, Fitting.LONGEST_DETAIL);
        }

        static Reason of(NotAnsweredReason reason, @Nullable String detail) {
            return new Reason(reason.name().toLowerCase(Locale.ROOT), detail);
        }

        private static @Nullable Reason read(Readable row) {
            String name = row.get("reason", String.class);
            return name == null ? null : new Reason(name, row.get("reason_detail", String.class));
        }
    }

    /**
     * How far a text is that is sent in parts.
     *
     * @param inReplyTo the id of the message that it answers
     * @param settled how many parts were delivered or are in doubt
     * @param inDoubt how many of these may have been sent, or not
     */
    public record Sending(@Nullable String inReplyTo, int parts, int settled, int inDoubt) {

        public Sending {
            inReplyTo = Fitting.idOrNull(inReplyTo);
        }
    }

    private static final String BY_OWNER = NotAnsweredReason.FROM_OWNER.name().toLowerCase(Locale.ROOT);

    static final String COLUMNS = "chat_id, id, owner, seq_nr, incoming, sender_id, sender_name, text, erased,"
            + " language::text as language, telegram_message_id, status, reason, reason_detail, created_at, in_reply_to, parts,"
            + " parts_settled, parts_in_doubt, topic";

    static MessageRow read(Readable row) {
        return new MessageRow(
                Column.text(row, "chat_id"),
                Column.text(row, "id"),
                Column.text(row, "owner"),
                Column.number(row, "seq_nr"),
                Column.flag(row, "incoming")
                        ? null
                        : new Sending(
                                row.get("in_reply_to", String.class),
                                Column.integer(row, "parts"),
                                Column.integer(row, "parts_settled"),
                                Column.integer(row, "parts_in_doubt")),
                row.get("sender_id", Long.class),
                row.get("sender_name", String.class),
                row.get("text", String.class),
                Column.flag(row, "erased"),
                SearchLanguage.of(Column.text(row, "language")),
                row.get("telegram_message_id", Long.class),
                MessageStatus.of(Column.text(row, "status")),
                Reason.read(row),
                Column.instant(row, "created_at"),
                row.get("topic", Integer.class));
    }

    public boolean incoming() {
        return sending == null;
    }

    /** Whether Telegram brought it, and its chat's owner wrote it. */
    public boolean byOwner() {
        return reason != null && reason.name().equals(BY_OWNER);
    }

    boolean hasTextOf(MessageRow other) {
        return Objects.equals(text, other.text) && erased == other.erased && language.equals(other.language);
    }

    /** The same in another status. An incoming message loses its reason. */
    public MessageRow with(MessageStatus next) {
        return in(next, sending == null ? null : reason);
    }

    /** The same without an answer. */
    public MessageRow notAnswered(Reason why) {
        return in(MessageStatus.NOT_ANSWERED, why);
    }

    private MessageRow in(MessageStatus next, @Nullable Reason why) {
        return with(sending, text, erased, language, telegramMessageId, next, why);
    }

    /** The same with another text, or with none. */
    public MessageRow withText(@Nullable String next, boolean gone, SearchLanguage of) {
        return with(sending, next, gone, of, telegramMessageId, status, reason);
    }

    /** The same after parts of it were sent. Telegram's id stays once it is known. */
    public MessageRow sent(Sending next, @Nullable Long messageId) {
        return with(
                next,
                text,
                erased,
                language,
                telegramMessageId == null ? messageId : telegramMessageId,
                status,
                reason);
    }

    /** The same message: what is not a parameter never changes. */
    private MessageRow with(
            @Nullable Sending nextSending,
            @Nullable String nextText,
            boolean nextErased,
            SearchLanguage nextLanguage,
            @Nullable Long nextTelegramMessageId,
            MessageStatus nextStatus,
            @Nullable Reason nextReason) {
        return new MessageRow(
                chatId,
                id,
                owner,
                seqNr,
                nextSending,
                senderId,
                senderName,
                nextText,
                nextErased,
                nextLanguage,
                nextTelegramMessageId,
                nextStatus,
                nextReason,
                createdAt,
                topic);
    }

    @Override
    public String toString() {
        return "MessageRow[" + chatId + ", " + id + ", " + status + "]";
    }
}
