package io.vibee.persistence.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.vibee.persistence.read.MessageRow.Reason;
import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Content;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.Sender;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.EventHead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What events make of chats and messages")
class ConversationFoldTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final EventHead HEAD = new EventHead("usr_1", "ses_1", true, NOON);
    private static final Carrier CARRIER = new Carrier("ses_1", SessionKind.BOT, null);
    private static final ChatSettings SETTINGS = new ChatSettings(
            ChatMode.DIGITAL_TWIN,
            sealed("[]"),
            1,
            OnFailure.PREDEFINED,
            WhenInDoubt.RESEND,
            List.of(),
            false,
            30,
            720,
            null,
            null,
            null);

    private final List<ChatEvent> events = new ArrayList<>();

    /** Sealed by writing it down; of the key "gone" nothing can be read. */
    private static Sealed sealed(String text) {
        return new Sealed("key", text);
    }

    private static Optional<String> open(Sealed sealed) {
        return sealed.keyId().equals("gone") ? Optional.empty() : Optional.of(sealed.ciphertext());
    }

    private ConversationFoldTest happened(ChatEvent event) {
        events.add(event);
        return this;
    }

    private ConversationFoldTest opened() {
        return happened(new ChatEvent.ChatOpened(HEAD, 42, ChatType.PRIVATE, sealed("Ann"), "key", CARRIER, SETTINGS));
    }

    private ConversationFoldTest received(String id, long telegramId, Sealed text, @Nullable NotAnsweredReason not) {
        return happened(new ChatEvent.MessageReceived(
                HEAD,
                id,
                "identity " + id,
                telegramId,
                new Sender(7, sealed("Ann"), false, "en"),
                new Content.Text(text),
                null,
                NOON,
                CARRIER,
                not,
                null));
    }

    private ConversationFoldTest drafted(String id, @Nullable String inReplyTo, String... parts) {
        List<Sealed> sealed = new ArrayList<>();
        for (String part : parts) {
            sealed.add(sealed(part));
        }
        return happened(
                new ChatEvent.ReplyDrafted(HEAD, id, inReplyTo, sealed, null, new DraftOrigin.Owner(), null, Map.of()));
    }

    /** All at once, and cut in two at every place with the rows of the first half given to the second. */
    private List<MessageRow> messages() {
        List<MessageRow> whole = sorted(run(List.of(), List.of(), events, 1).messages());
        for (int cut = 1; cut < events.size(); cut++) {
            Rows first = run(List.of(), List.of(), events.subList(0, cut), 1);
            Rows second = run(first.chats(), first.messages(), events.subList(cut, events.size()), cut + 1L);
            List<MessageRow> both = new ArrayList<>(first.messages());
            second.messages().forEach(row -> both.removeIf(old -> old.id().equals(row.id())));
            both.addAll(second.messages());
            assertThat(sorted(both)).as("cut after %d events", cut).isEqualTo(whole);
        }
        return whole;
    }

    private List<ChatRow> chats() {
        return run(List.of(), List.of(), events, 1).chats();
    }

    private record Rows(
            List<ChatRow> chats,
            List<MessageRow> messages,
            List<DeadLetterRow> deadLetters,
            List<String> settledDeadLetters,
            Set<String> withoutDeadLetters) {}

    private static Rows run(List<ChatRow> chats, List<MessageRow> messages, List<ChatEvent> events, long from) {
        ConversationFold fold = new ConversationFold(
                chats, messages, ConversationFoldTest::open, (text, code) -> text.startsWith("Как") ? "ru" : code);
        long seqNr = from;
        for (ChatEvent event : events) {
            fold.apply("cht_1", seqNr++, event);
        }
        assertThat(fold.sameTexts())
                .allSatisfy(row -> assertThat(messages)
                        .anySatisfy(known -> assertThat(row.hasTextOf(known)).isTrue()));
        List<MessageRow> changed = new ArrayList<>(fold.newTexts());
        changed.addAll(fold.sameTexts());
        return new Rows(
                fold.changedChats(),
                changed,
                List.copyOf(fold.deadLetters().added()),
                fold.deadLetters().settled().stream()
                        .map(ReadMessages.MessageId::id)
                        .toList(),
                fold.deadLetters().emptied());
    }

    private static List<MessageRow> sorted(List<MessageRow> rows) {
        return rows.stream()
                .sorted((one, other) -> Long.compare(one.seqNr(), other.seqNr()))
                .toList();
    }

    private List<MessageStatus> statuses() {
        return messages().stream().map(MessageRow::status).toList();
    }

    @Test
    @DisplayName("a chat with its title, its mode and its last message")
    void chat() {
        opened().received("m1", 17, sealed("hi"), null);
        happened(new ChatEvent.ChatRenamed(HEAD, sealed("Anna")));
        happened(new ChatEvent.TelegramChatChanged(HEAD, -100));
        happened(new ChatEvent.ChatConfigured(
                HEAD,
                new ChatSettings(
                        ChatMode.OBSERVE,
                        sealed("[]"),
                        1,
                        OnFailure.PREDEFINED,
                        WhenInDoubt.RESEND,
                        List.of(),
                        false,
                        30,
                        720,
                        null,
                        null,
                        null)));

        assertThat(chats())
                .containsExactly(new ChatRow(
                        "cht_1",
                        "usr_1",
                        "ses_1",
                        -100,
                        ChatType.SUPERGROUP,
                        "Anna",
                        ChatMode.OBSERVE,
                        NOON,
                        false,
                        5));
    }

    @Test
    @DisplayName("a message and its answer in two parts")
    void answered() {
        opened().received("m1", 17, sealed("How are you?"), null);
        assertThat(statuses()).containsExactly(MessageStatus.PENDING);
        drafted("out2", "m1", "Fine, ", "thanks.");
        happened(new ChatEvent.DeliveryStarted(HEAD, "out2", 0, 1));
        happened(new ChatEvent.Delivered(HEAD, "out2", 0, 18));
        assertThat(statuses()).containsExactly(MessageStatus.PENDING, MessageStatus.QUEUED);
        happened(new ChatEvent.Delivered(HEAD, "out2", 1, 19));

        assertThat(statuses()).containsExactly(MessageStatus.RECEIVED, MessageStatus.DELIVERED);
        MessageRow answer = messages().getLast();
        assertThat(answer.text()).isEqualTo("Fine, thanks.");
        assertThat(answer.telegramMessageId()).isEqualTo(18);
        assertThat(messages().getFirst().language()).isEqualTo(SearchLanguage.ENGLISH);
    }

    @Test
    @DisplayName("an answer in doubt that is not sent again, and one that failed")
    void doubtAndFailure() {
        opened().received("m1", 17, sealed("one"), null).received("m2", 18, sealed("two"), null);
        drafted("out3", "m1", "a").drafted("out4", "m2", "b");
        happened(new ChatEvent.DeliveryInDoubt(HEAD, "out3", 0, WhenInDoubt.RESEND));
        happened(new ChatEvent.DeliveryInDoubt(HEAD, "out3", 0, WhenInDoubt.SKIP));
        happened(new ChatEvent.DeliveryRefused(HEAD, "out4", 0, 403, "blocked", null));
        happened(new ChatEvent.DeadLettered(HEAD, "m2", "out4", "blocked", 1));

        assertThat(statuses())
                .containsExactly(
                        MessageStatus.RECEIVED,
                        MessageStatus.NOT_ANSWERED,
                        MessageStatus.IN_DOUBT,
                        MessageStatus.FAILED);
    }

    @Test
    @DisplayName("messages without an answer, and the answer that is not wanted any more")
    void notAnswered() {
        opened().received("m1", 17, sealed("seen"), NotAnsweredReason.OBSERVE)
                .received("m2", 18, sealed("late"), NotAnsweredReason.TOO_OLD)
                .received("m3", 19, sealed("stopped"), null)
                .drafted("out4", "m3", "answer");
        happened(new ChatEvent.NotAnswered(HEAD, "m3", NotAnsweredReason.PAUSED));

        assertThat(statuses())
                .containsExactly(
                        MessageStatus.RECEIVED,
                        MessageStatus.NOT_ANSWERED,
                        MessageStatus.NOT_ANSWERED,
                        MessageStatus.FAILED);
        assertThat(messages())
                .extracting(MessageRow::reason)
                .containsExactly(null, new Reason("too_old", null), new Reason("paused", null), null);
    }

    @Test
    @DisplayName("which rule stopped a message, until it is taken up again")
    void stopped() {
        opened().received("m1", 17, sealed("spam"), null).received("m2", 18, sealed("spam"), NotAnsweredReason.FLOOD);
        happened(new ChatEvent.NotAnswered(HEAD, "m1", NotAnsweredReason.MODERATED, "answer_links"));
        assertThat(messages())
                .extracting(MessageRow::reason)
                .containsExactly(new Reason("moderated", "answer_links"), new Reason("flood", null));
        happened(new ChatEvent.DeadLettered(HEAD, "m1", null, "openrouter: 503", 3, "dead1"));
        assertThat(messages().getFirst().reason()).isEqualTo(new Reason("dead_letter", null));
        happened(new ChatEvent.DeadLetterRetried(HEAD, "dead1", "m1", null));
        assertThat(messages().getFirst().reason()).isNull();
    }

    @Test
    @DisplayName("edits and deletions, of the latest message that has the number")
    void changed() {
        opened().received("m1", 17, sealed("old group"), null).received("m2", 17, sealed("new group"), null);
        happened(new ChatEvent.MessageEdited(HEAD, "e", 17, new Content.Text(sealed("Как дела?")), NOON));
        assertThat(messages()).extracting(MessageRow::text).containsExactly("old group", "Как дела?");
        assertThat(messages().getLast().language()).isEqualTo(SearchLanguage.RUSSIAN);
        happened(new ChatEvent.MessageDeleted(HEAD, "d", List.of(17L, 99L)));

        assertThat(messages()).extracting(MessageRow::text).containsExactly("old group", null);
    }

    @Test
    @DisplayName("nothing of what can't be read any more, and nothing of a chat that was erased")
    void erased() {
        opened().received("m1", 17, new Sealed("gone", "secret"), null);
        assertThat(messages()).extracting(MessageRow::text).containsNull();
        happened(new ChatEvent.ReplyDrafted(
                HEAD,
                "out2",
                "m1",
                List.of(sealed("a"), new Sealed("gone", "b")),
                null,
                new DraftOrigin.Owner(),
                null,
                Map.of()));
        assertThat(messages()).extracting(MessageRow::text).containsOnlyNulls();

        assertThat(messages()).allMatch(MessageRow::erased);
        happened(new ChatEvent.ChatErased(HEAD));
        assertThat(chats()).extracting(ChatRow::erased, ChatRow::title).containsExactly(tuple(true, null));
        opened();
        assertThat(chats()).extracting(ChatRow::erased, ChatRow::title).containsExactly(tuple(false, "Ann"));

        Rows afterwards = run(List.of(), List.of(), events.subList(1, 3), 2);
        assertThat(afterwards.chats()).isEmpty();
        assertThat(afterwards.messages()).isEmpty();
    }

    @Test
    @DisplayName("that an answer lacks its end, also when it has arrived")
    void cut() {
        opened().received("m1", 17, sealed("one"), null);
        happened(new ChatEvent.ReplyDrafted(
                HEAD,
                "out2",
                "m1",
                List.of(sealed("a")),
                null,
                new DraftOrigin.Model("p", "m", 1, 1, false, true),
                null,
                Map.of()));
        happened(new ChatEvent.Delivered(HEAD, "out2", 0, 18));

        assertThat(messages())
                .extracting(MessageRow::status, MessageRow::reason)
                .containsExactly(
                        tuple(MessageStatus.RECEIVED, null),
                        tuple(MessageStatus.DELIVERED, new MessageRow.Reason("length", null)));
    }

    @Test
    @DisplayName("dead letters, until they are retried or dropped, or their chat is erased")
    void keptDeadLetters() {
        opened().received("m1", 17, sealed("one"), null).received("m2", 18, sealed("two"), null);
        drafted("out3", "m2", "b");
        happened(new ChatEvent.DeadLettered(HEAD, "m1", null, "openrouter: 503", 3, "dead1"));
        happened(new ChatEvent.DeadLettered(HEAD, "m2", "out3", "400 strange", 1, "dead2"));
        assertThat(deadLetters())
                .extracting(DeadLetterRow::id, DeadLetterRow::messageId, DeadLetterRow::draftId, DeadLetterRow::tries)
                .containsExactly(tuple("dead1", "m1", null, 3), tuple("dead2", "m2", "out3", 1));
        assertThat(deadLetters()).extracting(DeadLetterRow::sessionId).containsOnly("ses_1");

        happened(new ChatEvent.DeadLetterRetried(HEAD, "dead1", "m1", null));
        happened(new ChatEvent.DeadLetterRetried(HEAD, "dead2", "m2", "out3"));
        assertThat(deadLetters()).isEmpty();
        assertThat(statuses()).containsExactly(MessageStatus.PENDING, MessageStatus.PENDING, MessageStatus.QUEUED);

        happened(new ChatEvent.DeadLettered(HEAD, "m1", null, "openrouter: 503", 3, "dead3"));
        assertThat(deadLetters()).extracting(DeadLetterRow::id).containsExactly("dead3");
        happened(new ChatEvent.DeadLetterDropped(HEAD, "dead3"));
        assertThat(deadLetters()).isEmpty();
        assertThat(statuses()).startsWith(MessageStatus.NOT_ANSWERED);

        happened(new ChatEvent.DeadLettered(HEAD, "m2", "out3", "blocked", 1, "dead4"));
        happened(new ChatEvent.ChatErased(HEAD));
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    @DisplayName("no dead letter of one that can't be retried, as its event has no id")
    void notRetriable() {
        opened().received("m1", 17, sealed("one"), null);
        happened(new ChatEvent.DeadLettered(HEAD, "m1", null, "openrouter: 503", 3));

        assertThat(deadLetters()).isEmpty();
    }

    /** All at once, and event by event, with each batch written as the projection does it. */
    private List<DeadLetterRow> deadLetters() {
        List<DeadLetterRow> whole = run(List.of(), List.of(), events, 1).deadLetters();
        List<ChatRow> chats = List.of();
        List<MessageRow> messages = List.of();
        List<DeadLetterRow> kept = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            Rows rows = run(chats, messages, events.subList(i, i + 1), i + 1L);
            chats = rows.chats();
            kept.removeIf(letter -> rows.withoutDeadLetters().contains(letter.chatId())
                    || rows.settledDeadLetters().contains(letter.id()));
            kept.addAll(rows.deadLetters());
        }
        assertThat(kept).as("event by event").isEqualTo(whole);
        return whole;
    }
}
