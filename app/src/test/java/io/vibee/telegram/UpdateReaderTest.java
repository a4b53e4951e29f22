package io.vibee.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.telegram.telegrambots.meta.api.objects.message.Message;

@DisplayName("The reader of updates")
class UpdateReaderTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String CHAT = "'chat': {'id': 42, 'type': 'private', 'first_name': 'Ann'}";
    private static final String ANN = "'from': {'id': 7, 'is_bot': false, 'first_name': 'Ann'}";
    private static final String WHOLE = "'message_id': 17, 'date': 1767323045, " + CHAT + ", " + ANN;

    private final UpdateReader reader = new UpdateReader(InstantSource.fixed(NOW));

    /** Single quotes stand for double ones. */
    private IncomingUpdate read(String json) {
        byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return reader.read(new Envelope.Slice(bytes, 0, bytes.length));
    }

    private Message message(String fields) {
        IncomingUpdate read = read("{'update_id': 5, 'message': {" + fields + "}}");
        assertThat(read.problem()).isNull();
        assertThat(read.updateId()).isEqualTo(5);
        return Objects.requireNonNull(read.update()).getMessage();
    }

    @Nested
    @DisplayName("of an update with a part that is wrong")
    class Wrong {

        @ParameterizedTest
        @DisplayName("reads the text beside it")
        @ValueSource(
                strings = {
                    "'entities': [{'type': 'bold', 'offset': 'x', 'length': 2}]",
                    "'entities': [{'type': 7, 'offset': 0}, 3, {'type': 'bold', 'offset': 0, 'length': 2}]",
                    "'entities': 'none'",
                    "'reply_to_message': 42",
                    "'reply_to_message': {'message_id': {}, 'date': 'x', 'chat': 3, 'text': []}",
                    "'sticker': 'a sticker'",
                    "'photo': {'file_id': 'F'}",
                    "'quote': [1]",
                    "'external_reply': 'x'",
                    "'from': 'Ann'",
                    "'from': {'id': 'seven'}",
                    "'sender_chat': []",
                    "'forward_origin': {'type': 5}",
                    "'link_preview_options': true",
                    "'reply_markup': {'inline_keyboard': 'x'}",
                    "'new_chat_members': {'id': 1}",
                    "'pinned_message': 1",
                    "'message_thread_id': 'five'",
                    "'edit_date': 99999999999",
                    "'date': 99999999999999999999999",
                    "'date': 'yesterday'",
                    "'via_bot': 1, 'quote': 2, 'poll': 3, 'dice': 4, 'contact': 5, 'game': 6"
                })
        void besides(String wrong) {
            Message message = message(WHOLE + ", 'text': 'hello', " + wrong);

            assertThat(message.getText()).isEqualTo("hello");
            assertThat(message.getChatId()).isEqualTo(42);
            assertThat(message.getDate()).isPositive();
        }

        @Test
        @DisplayName("keeps what is right in it")
        void neighbours() {
            Message message =
                    message(WHOLE + ", 'text': 'hello', 'entities': [{'type': 'bold', 'offset': [], 'length': 2},"
                            + " {'type': 'italic', 'offset': 1, 'length': 2}], 'sticker': 3");

            assertThat(message.getEntities())
                    .anySatisfy(entity -> assertThat(entity.getType()).isEqualTo("italic"));
            assertThat(message.getFrom().getFirstName()).isEqualTo("Ann");
        }

        @Test
        @DisplayName("makes up a date and a type of chat")
        void madeUp() {
            Message message = message("'message_id': 17, 'chat': {'id': -1001234567890, 'type': 7}, 'text': 'hello'");

            assertThat(message.getDate()).isEqualTo((int) NOW.getEpochSecond());
            assertThat(message.getChat().getType()).isEqualTo("supergroup");
            assertThat(message("'message_id': 17, 'chat': {'id': -1001234567890}, 'text': 'a'")
                            .getChat()
                            .getType())
                    .isEqualTo("supergroup");
            assertThat(message("'message_id': 17, 'chat': {'id': -5, 'type': []}, 'text': 'a'")
                            .getChat()
                            .getType())
                    .isEqualTo("group");
            assertThat(message("'message_id': 17, 'chat': {'id': 42}, 'text': 'a'")
                            .getChat()
                            .getType())
                    .isEqualTo("private");
        }

        @Test
        @DisplayName("survives any depth, also that of a rich message")
        void deep() {
            String nested = "{'a':".repeat(3000) + "1" + "}".repeat(3000);
            assertThat(message(WHOLE + ", 'text': 'hello', 'reply_markup': " + nested)
                            .getText())
                    .isEqualTo("hello");
            String rich = "{'type':'bold','text':".repeat(900) + "'deep'" + "}".repeat(900);
            assertThat(message(WHOLE + ", 'rich_message': {'blocks': [{'type': 'paragraph', 'text': 'top'},"
                                    + " {'type': 'paragraph', 'text': " + rich + "}]}")
                            .getText())
                    .startsWith("top");
        }

        @ParameterizedTest
        @DisplayName("gives up what nothing can be made of, but not its id")
        @ValueSource(
                strings = {
                    "42",
                    "{'message_id': 17, 'date': 1}",
                    "{'message_id': 'x', 'date': 1, 'chat': {'id': 1, 'type': 'private'}}",
                    "{'message_id': 1, 'date': 1, 'chat': {'id': 'y', 'type': 'private'}}",
                    "{'message_id': 1, 'date': 1, 'chat': 3}"
                })
        void hopeless(String message) {
            IncomingUpdate read = read("{'update_id': 5, 'message': " + message + "}");

            assertThat(read.updateId()).isEqualTo(5);
            assertThat(read.update()).isNull();
            assertThat(read.problem()).isNotBlank();
        }

        @Test
        @DisplayName("reads every update of a batch")
        void batch() throws IOException {
            String updates = ("[{'update_id': 1, 'message': 3}, 4, {'update_id': 2, 'message': {" + WHOLE
                            + ", 'text': 'hi', 'poll': 1}}, {'update_id': 'x'}, {'update_id': 3, 'poll': {}}]")
                    .replace('\'', '"');
            byte[] bytes = updates.getBytes(StandardCharsets.UTF_8);
            List<IncomingUpdate> read = Envelope.elements(new Envelope.Slice(bytes, 0, bytes.length)).stream()
                    .map(reader::read)
                    .toList();

            assertThat(read).extracting(IncomingUpdate::updateId).containsExactly(1L, -1L, 2L, -1L, 3L);
            assertThat(read.get(2).update()).isNotNull();
        }
    }

    @Nested
    @DisplayName("of a rich message")
    class Rich {

        private static String resource(String name) {
            try (InputStream in = Objects.requireNonNull(UpdateReaderTest.class.getResourceAsStream(name), name)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Test
        @DisplayName("gives the words of all its blocks as text, in reading order")
        void blocks() {
            String rich = resource("rich-message.json");

            assertThat(message(WHOLE + ", 'rich_message': " + rich).getText())
                    .isEqualTo(resource("rich-message.txt").strip());
        }

        @Test
        @DisplayName("does so in edits, in what is replied to, and beside other parts that are wrong")
        void elsewhere() {
            String rich = "'rich_message': {'blocks': [{'type': 'paragraph', 'text': ['Hello ', {'type': 'bold',"
                    + " 'text': 'Bob'}]}]}";
            IncomingUpdate edit =
                    read("{'update_id': 5, 'edited_message': {" + WHOLE + ", 'edit_date': 1767323050, " + rich + "}}");
            assertThat(Objects.requireNonNull(edit.update()).getEditedMessage().getText())
                    .isEqualTo("Hello Bob");
            assertThat(message(WHOLE + ", 'text': 'Yes', 'reply_to_message': {" + WHOLE + ", " + rich + "}")
                            .getReplyToMessage()
                            .getText())
                    .isEqualTo("Hello Bob");
            assertThat(message(WHOLE + ", 'sticker': 5, " + rich).getText()).isEqualTo("Hello Bob");
        }

        @ParameterizedTest
        @DisplayName("gives what text a block of an unknown kind has, wherever it is")
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                        {'blocks': [{'type': 'hologram', 'text': 'seen'}]} | seen
                        {'blocks': [{'type': 'hologram', 'content': [{'type': 'x', 'text': 'seen'}]}]} | seen
                        {'blocks': [{'type': 'hologram', 'scenes': {'first': {'text': ['se', {'type': 'glow', 'text': 'en'}]}}}]} | seen
                        {'blocks': [{'type': 'hologram', 'title': 'seen', 'url': 'https://e.org'}]} | seen
                        {'blocks': 'seen'} |
                        {'blocks': [7, null, 'seen', []]} | seen
                        {'sections': [{'blocks': [{'type': 'paragraph', 'text': 'seen'}]}]} | seen
                        {'text': 'seen'} | seen
                        [] |
                        'seen' | seen
                        null |
                        """)
        void unknown(String rich, String words) {
            assertThat(message(WHOLE + ", 'rich_message': " + rich).getText()).isEqualTo(words);
        }

        @Test
        @DisplayName("gives no more than a bound, and keeps a text that is there as well")
        void bounds() {
            String many = "{'type': 'paragraph', 'text': '" + "word ".repeat(100) + "'},";
            String blocks = many.repeat(200);
            String text = message(WHOLE + ", 'rich_message': {'blocks': [" + blocks + "{}]}")
                    .getText();
            assertThat(text.length()).isBetween(RichWords.LONGEST - 1, RichWords.LONGEST);

            assertThat(message(WHOLE + ", 'text': 'plain', 'rich_message': {'blocks': [{'text': 'rich'}]}")
                            .getText())
                    .isEqualTo("plain");
        }
    }
}
