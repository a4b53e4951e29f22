package io.vibee.persistence.read;

import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.protocol.chat.NotAnsweredReason;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message of a chat. All its values fit into the table.
 *
 * @param id unique within the chat
 * @param seqNr of the event that brought it: the later in the conversation, the higher
 * @param sending what is known of one that goes out, null for one that came
 * @param senderId Telegram's id, null for what goes out
 * @param text null when it has none, was deleted or was erased
 * @param erased whether its text can't be read any more
 * @param telegramMessageId null until it was delivered
 * @param reason of one that gets no answer, or whose text is cut; null where it is not known, and for all others
 * @param topic the thread of the topic that it was written in, null for none
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
     * Why a message gets no answer, or what is missing in one that is sent.
     *
     * @param name as the API has it
     * @param detail as its event has it, its beginning when it is long
     */
    public record Reason(String name, @Nullable String detail) {

        /** The model was stopped because it may write no more: the text lacks its end. */
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
     * A text that is sent in parts.
     *
     * @param inReplyTo the id of the message that it answers
     * @param settled parts of which is known what became of them
     * @param inDoubt those of them that may have been sent
     */
    public record Sending(@Nullable String inReplyTo, int parts, int settled, int inDoubt) {

        public Sending {
            inReplyTo = Fitting.idOrNull(inReplyTo);
        }
    }

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

    boolean hasTextOf(MessageRow other) {
        return Objects.equals(text, other.text) && erased == other.erased && language.equals(other.language);
    }

    /** The same in another status; the reason for one that came is told no more. */
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
