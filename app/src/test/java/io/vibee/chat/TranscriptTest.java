package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.chat.TranscriptItem.Status;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.Content;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.Sender;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.Carrier;
import io.vibee.protocol.session.SessionKind;
import io.vibee.protocol.stored.EventHead;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A transcript")
class TranscriptTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
    private static final EventHead HEAD = new EventHead("usr_1", "ses_1", false, AT);
    private static final Carrier CARRIER = new Carrier("ses_1", SessionKind.BOT, null);

    private static Sealed sealed(String text) {
        return new Sealed("k", text);
    }

    static ChatEvent received(String id, long telegramId, @Nullable NotAnsweredReason reason) {
        return new ChatEvent.MessageReceived(
                HEAD,
                id,
                "i" + id,
                telegramId,
                new Sender(7, sealed("Ann"), false, "en"),
                new Content.Text(sealed("text of " + id)),
                null,
                AT,
                CARRIER,
                reason);
    }

    static ChatEvent drafted(String id, @Nullable String inReplyTo, String... parts) {
        return new ChatEvent.ReplyDrafted(
                HEAD,
                id,
                inReplyTo,
                java.util.Arrays.stream(parts).map(TranscriptTest::sealed).toList(),
                null,
                new DraftOrigin.Owner(),
                null);
    }

    private static ChatEvent delivered(String id, int part, long telegramId) {
        return new ChatEvent.Delivered(HEAD, id, part, telegramId);
    }

    private static List<TranscriptItem> read(long before, int most, ChatEvent... events) {
        Transcript transcript = new Transcript(before, most);
        IntStream.range(0, events.length).forEach(i -> transcript.apply(i + 1L, events[i]));
        return transcript.newestFirst();
    }

    private static List<Status> statuses(ChatEvent... events) {
        return read(Long.MAX_VALUE, 100, events).stream()
                .map(TranscriptItem::status)
                .toList();
    }

    @Nested
    @DisplayName("shows a message that came")
    class Incoming {

        @Test
        @DisplayName("as pending until its answer is delivered in all its parts")
        void pending() {
            ChatEvent message = received("m1", 1, null);
            ChatEvent draft = drafted("d1", "m1", "a", "b");

            assertThat(statuses(message)).containsExactly(Status.PENDING);
            assertThat(statuses(message, draft)).containsExactly(Status.QUEUED, Status.PENDING);
            assertThat(statuses(message, draft, delivered("d1", 0, 2))).containsExactly(Status.QUEUED, Status.PENDING);
            assertThat(statuses(message, draft, delivered("d1", 0, 2), delivered("d1", 1, 3)))
                    .containsExactly(Status.DELIVERED, Status.RECEIVED);
        }

        @Test
        @DisplayName("as not answered when it was not to be, or will not be")
        void notAnswered() {
            assertThat(statuses(received("m1", 1, NotAnsweredReason.NO_TRIGGER)))
                    .containsExactly(Status.NOT_ANSWERED);
            assertThat(statuses(
                            received("m1", 1, null), new ChatEvent.NotAnswered(HEAD, "m1", NotAnsweredReason.PAUSED)))
                    .containsExactly(Status.NOT_ANSWERED);
            assertThat(statuses(received("m1", 1, null), new ChatEvent.DeadLettered(HEAD, "m1", null, "no model", 3)))
                    .containsExactly(Status.NOT_ANSWERED);
        }

        @Test
        @DisplayName("as just received when the chat only observes")
        void observed() {
            assertThat(statuses(received("m1", 1, NotAnsweredReason.OBSERVE))).containsExactly(Status.RECEIVED);
        }

        @Test
        @DisplayName("with its latest text, and without one when it was deleted")
        void edited() {
            ChatEvent edit = new ChatEvent.MessageEdited(HEAD, "e", 1, new Content.Text(sealed("new")), AT);
            ChatEvent deletion = new ChatEvent.MessageDeleted(HEAD, "x", List.of(1L, 99L));

            assertThat(read(Long.MAX_VALUE, 9, received("m1", 1, null), edit)
                            .getFirst()
                            .text())
                    .containsExactly(sealed("new"));
            assertThat(read(Long.MAX_VALUE, 9, received("m1", 1, null), deletion)
                            .getFirst()
                            .text())
                    .isEmpty();
        }
    }

    @Nested
    @DisplayName("shows a text that goes out")
    class Outgoing {

        @Test
        @DisplayName("with the id of its first part")
        void firstPart() {
            TranscriptItem item = read(
                            Long.MAX_VALUE,
                            9,
                            drafted("d1", null, "a", "b"),
                            delivered("d1", 0, 5),
                            delivered("d1", 1, 6))
                    .getFirst();

            assertThat(item.telegramMessageId()).isEqualTo(5);
            assertThat(item.text()).containsExactly(sealed("a"), sealed("b"));
        }

        @Test
        @DisplayName("as in doubt when it is not sent again, and as queued while it is")
        void doubt() {
            ChatEvent draft = drafted("d1", null, "a");
            ChatEvent skip = new ChatEvent.DeliveryInDoubt(HEAD, "d1", 0, WhenInDoubt.SKIP);
            ChatEvent resend = new ChatEvent.DeliveryInDoubt(HEAD, "d1", 0, WhenInDoubt.RESEND);

            assertThat(statuses(draft, skip)).containsExactly(Status.IN_DOUBT);
            assertThat(statuses(draft, resend)).containsExactly(Status.QUEUED);
            assertThat(statuses(draft, resend, delivered("d1", 0, 2))).containsExactly(Status.DELIVERED);
        }

        @Test
        @DisplayName("as failed when Telegram refused it for good, not when it only waits")
        void refused() {
            ChatEvent message = received("m1", 1, null);
            ChatEvent draft = drafted("d1", "m1", "a");

            assertThat(statuses(message, draft, new ChatEvent.DeliveryRefused(HEAD, "d1", 0, 429, "later", AT)))
                    .containsExactly(Status.QUEUED, Status.PENDING);
            assertThat(statuses(message, draft, new ChatEvent.DeliveryRefused(HEAD, "d1", 0, 403, "blocked", null)))
                    .containsExactly(Status.FAILED, Status.NOT_ANSWERED);
            assertThat(statuses(draft, new ChatEvent.DeadLettered(HEAD, null, "d1", "gone", 3)))
                    .containsExactly(Status.FAILED);
        }
    }

    @Nested
    @DisplayName("is read in pages")
    class Pages {

        @Test
        @DisplayName("that hold the newest messages before a position")
        void newest() {
            ChatEvent[] events = {received("m1", 1, null), received("m2", 2, null), received("m3", 3, null)};

            assertThat(read(Long.MAX_VALUE, 2, events))
                    .extracting(TranscriptItem::id)
                    .containsExactly("m3", "m2");
            assertThat(read(2, 2, events)).extracting(TranscriptItem::id).containsExactly("m1");
            assertThat(read(1, 2, events)).isEmpty();
        }

        @Test
        @DisplayName("and knows that an old message was answered by a newer text of another page")
        void acrossPages() {
            assertThat(read(2, 9, received("m1", 1, null), drafted("d1", "m1", "a"), delivered("d1", 0, 2)))
                    .extracting(TranscriptItem::status)
                    .containsExactly(Status.RECEIVED);
        }
    }
}
