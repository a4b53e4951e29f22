package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vibee.protocol.chat.ChatCommand.Place;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.session.Bot;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.telegram.telegrambots.meta.api.objects.Update;

@DisplayName("The route of an update")
class RouteTest {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final Bot BOT = new Bot(110201543, "Bobs_Bot");
    private static final Instant DATE = Instant.ofEpochSecond(1767323045);
    private static final String PRIVATE = "{'id': 42, 'type': 'private', 'first_name': 'Ann', 'last_name': 'Lee'}";
    private static final String GROUP = "{'id': -5, 'type': 'group', 'title': 'Friends'}";
    private static final String ANN =
            "'from': {'id': 7000000001, 'is_bot': false, 'first_name': 'Ann', 'last_name': 'Lee', 'language_code': 'en'}";

    /** Single quotes stand for double ones. */
    private static Route of(String update) {
        try {
            return Route.of(JSON.readValue(update.replace('\'', '"'), Update.class), BOT);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static Route ofMessage(String chat, String fields) {
        return of("{'update_id': 1, 'message': {'message_id': 17, 'date': 1767323045, 'chat': " + chat
                + (fields.isEmpty() ? "" : ", " + fields) + "}}");
    }

    private static Incoming.Message message(String chat, String fields) {
        return (Incoming.Message) ((Route.Routed) ofMessage(chat, fields)).incoming();
    }

    private static Place place(String chat) {
        return ((Route.Routed) ofMessage(chat, "'text': 'hi'")).place();
    }

    @Nested
    @DisplayName("of a message")
    class Messages {

        @Test
        @DisplayName("is its chat, with its text, its sender and its time")
        void text() {
            assertThat(ofMessage(PRIVATE, ANN + ", 'text': 'hello'"))
                    .isEqualTo(new Route.Routed(
                            new Place(42, ChatType.PRIVATE, "Ann Lee"),
                            new Incoming.Message(
                                    17,
                                    new Incoming.Person(7_000_000_001L, "Ann Lee", false, "en"),
                                    false,
                                    new Incoming.Body("text", null, "hello"),
                                    null,
                                    DATE)));
        }

        @Test
        @DisplayName("keeps the forum topic")
        void topic() {
            assertThat(message(GROUP, ANN + ", 'text': 'hi', 'is_topic_message': true, 'message_thread_id': 5")
                            .messageThreadId())
                    .isEqualTo(5);
        }

        @Test
        @DisplayName("in a chain of replies is in no topic, in a group as in a private chat")
        void replyChain() {
            assertThat(message(GROUP, ANN + ", 'text': 'hi', 'message_thread_id': 5")
                            .messageThreadId())
                    .isNull();
            assertThat(message(PRIVATE, ANN + ", 'text': 'hi', 'message_thread_id': 5, 'is_topic_message': false")
                            .messageThreadId())
                    .isNull();
        }

        @ParameterizedTest
        @DisplayName("with a file has its kind, the file's id and the caption")
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                        photo      | 'photo': [{'file_id': 'small', 'file_unique_id': 's', 'width': 1, 'height': 1}, {'file_id': 'F', 'file_unique_id': 'f', 'width': 9, 'height': 9}]
                        video      | 'video': {'file_id': 'F', 'file_unique_id': 'f', 'width': 1, 'height': 1, 'duration': 1}
                        animation  | 'animation': {'file_id': 'F', 'file_unique_id': 'f', 'width': 1, 'height': 1, 'duration': 1}, 'document': {'file_id': 'D', 'file_unique_id': 'd'}
                        document   | 'document': {'file_id': 'F', 'file_unique_id': 'f'}
                        audio      | 'audio': {'file_id': 'F', 'file_unique_id': 'f', 'duration': 1}
                        voice      | 'voice': {'file_id': 'F', 'file_unique_id': 'f', 'duration': 1}
                        video_note | 'video_note': {'file_id': 'F', 'file_unique_id': 'f', 'length': 1, 'duration': 1}
                        sticker    | 'sticker': {'file_id': 'F', 'file_unique_id': 'f', 'type': 'regular', 'width': 1, 'height': 1, 'is_animated': false, 'is_video': false}
                        """)
        void files(String kind, String fields) {
            assertThat(message(PRIVATE, ANN + ", 'caption': 'look', " + fields).body())
                    .isEqualTo(new Incoming.Body(kind, "F", "look"));
            assertThat(message(PRIVATE, ANN + ", " + fields).body()).isEqualTo(new Incoming.Body(kind, "F", null));
        }

        @ParameterizedTest
        @DisplayName("of another kind, as a service message, is routed without words")
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                        'location': {'latitude': 1.0, 'longitude': 2.0}
                        'new_chat_title': 'New'
                        'left_chat_member': {'id': 7, 'is_bot': false, 'first_name': 'Ann'}
                        'group_chat_created': true
                        'photo': []
                        'something_of_next_year': {'a': 1}
                        """)
        void other(String fields) {
            assertThat(message(GROUP, ANN + ", " + fields).body()).isEqualTo(new Incoming.Body("other", null, null));
        }

        @Test
        @DisplayName("with nothing in it at all is still routed")
        void poor() {
            Incoming.Message message = message("{'id': -5, 'type': 'group'}", "");

            assertThat(message.body()).isEqualTo(new Incoming.Body("other", null, null));
            assertThat(message.sender()).isEqualTo(new Incoming.Person(-5, null, false, null));
        }
    }

    @Nested
    @DisplayName("knows the sender")
    class Senders {

        @Test
        @DisplayName("as a bot, and its own one")
        void bots() {
            Incoming.Message other =
                    message(GROUP, "'from': {'id': 8, 'is_bot': true, 'first_name': 'Robot'}, 'text': 'hi'");
            Incoming.Message own = message(
                    GROUP, "'from': {'id': " + BOT.id() + ", 'is_bot': true, 'first_name': 'Me'}, 'text': 'hi'");

            assertThat(other.sender()).isEqualTo(new Incoming.Person(8, "Robot", true, null));
            assertThat(other.own()).isFalse();
            assertThat(own.own()).isTrue();
        }

        @Test
        @DisplayName("as the chat on whose behalf was written, not Telegram's stand-in for it")
        void senderChat() {
            assertThat(message(
                                    GROUP,
                                    "'from': {'id': 1087968824, 'is_bot': true, 'first_name': 'Group'},"
                                            + " 'sender_chat': " + GROUP + ", 'text': 'hi'")
                            .sender())
                    .isEqualTo(new Incoming.Person(-5, "Friends", false, null));
        }

        @Test
        @DisplayName("by his chat when Telegram says nothing of him")
        void unnamed() {
            assertThat(message(PRIVATE, "'text': 'hi'").sender())
                    .isEqualTo(new Incoming.Person(42, "Ann Lee", false, null));
        }

        @Test
        @DisplayName("with one name, or none")
        void names() {
            assertThat(message(PRIVATE, "'from': {'id': 7, 'is_bot': false, 'first_name': 'Ann'}")
                            .sender()
                            .name())
                    .isEqualTo("Ann");
            assertThat(message(PRIVATE, "'from': {'id': 7, 'is_bot': false, 'first_name': ' ', 'last_name': ''}")
                            .sender()
                            .name())
                    .isNull();
            assertThat(message(PRIVATE, "'from': {'id': 7, 'is_bot': false, 'first_name': '', 'last_name': 'Lee'}")
                            .sender()
                            .name())
                    .isEqualTo("Lee");
        }
    }

    @Test
    @DisplayName("knows each type of chat, with its title or its person's name")
    void places() {
        assertThat(place(PRIVATE)).isEqualTo(new Place(42, ChatType.PRIVATE, "Ann Lee"));
        assertThat(place(GROUP)).isEqualTo(new Place(-5, ChatType.GROUP, "Friends"));
        assertThat(place("{'id': -1001, 'type': 'supergroup', 'title': 'S'}"))
                .isEqualTo(new Place(-1001, ChatType.SUPERGROUP, "S"));
        assertThat(place("{'id': -1002, 'type': 'channel', 'title': 'C'}"))
                .isEqualTo(new Place(-1002, ChatType.CHANNEL, "C"));
        assertThat(place("{'id': 43, 'type': 'private'}")).isEqualTo(new Place(43, ChatType.PRIVATE, null));
    }

    @Test
    @DisplayName("of the bot's place in a chat says whether it may write there")
    void membership() {
        assertThat(membership(GROUP, "'status': 'kicked', 'until_date': 0"))
                .isEqualTo(new Incoming.Membership("kicked", false, DATE));
        assertThat(membership(GROUP, "'status': 'left'").mayWrite()).isFalse();
        assertThat(membership(GROUP, "'status': 'member'").mayWrite()).isTrue();
        assertThat(membership(GROUP, "'status': 'administrator'").mayWrite()).isTrue();
        assertThat(membership(GROUP, "'status': 'restricted', 'is_member': true, 'can_send_messages': true")
                        .mayWrite())
                .isTrue();
        assertThat(membership(GROUP, "'status': 'restricted', 'is_member': true, 'can_send_messages': false")
                        .mayWrite())
                .isFalse();
        String channel = "{'id': -1002, 'type': 'channel', 'title': 'C'}";
        assertThat(membership(channel, "'status': 'administrator', 'can_post_messages': true")
                        .mayWrite())
                .isTrue();
        assertThat(membership(channel, "'status': 'administrator', 'can_post_messages': false")
                        .mayWrite())
                .isFalse();
    }

    private static final String ME = "'user': {'id': 110201543, 'is_bot': true, 'first_name': 'Bob'}";

    private static Incoming.Membership membership(String chat, String member) {
        return (Incoming.Membership)
                ((Route.Routed) of("{'update_id': 1, 'my_chat_member': {'date': 1767323045, 'chat': "
                                + chat + ", 'from': {'id': 7, 'is_bot': false, 'first_name': 'Ann'},"
                                + " 'old_chat_member': {'status': 'left', " + ME + "}, 'new_chat_member': {" + member
                                + ", " + ME + "}}}"))
                        .incoming();
    }

    @Nested
    @DisplayName("of an edit")
    class Edits {

        @Test
        @DisplayName("is the message with its new words and when they came")
        void edited() {
            assertThat(of("{'update_id': 1, 'edited_message': {'message_id': 17, 'date': 1767323045,"
                            + " 'edit_date': 1767323050, 'chat': " + PRIVATE + ", " + ANN + ", 'text': 'new'}}"))
                    .isEqualTo(new Route.Routed(
                            new Place(42, ChatType.PRIVATE, "Ann Lee"),
                            new Incoming.Edit(17, new Incoming.Body("text", null, "new"), DATE.plusSeconds(5))));
        }

        @Test
        @DisplayName("without its own time has the message's")
        void undated() {
            assertThat(of("{'update_id': 1, 'edited_message': {'message_id': 17, 'date': 1767323045, 'chat': " + PRIVATE
                            + "}}"))
                    .isInstanceOfSatisfying(
                            Route.Routed.class,
                            routed -> assertThat(((Incoming.Edit) routed.incoming()).editedAt())
                                    .isEqualTo(DATE));
        }
    }

    @Test
    @DisplayName("of a migration is from the group's id to the supergroup's, told by either")
    void migration() {
        assertThat(ofMessage(GROUP, ANN + ", 'migrate_to_chat_id': -1001234567890"))
                .isEqualTo(new Route.Migration(-5, -1001234567890L));
        assertThat(ofMessage(
                        "{'id': -1001234567890, 'type': 'supergroup', 'title': 'Friends'}",
                        "'migrate_from_chat_id': -5"))
                .isEqualTo(new Route.Migration(-5, -1001234567890L));
    }

    @ParameterizedTest
    @DisplayName("of what is no chat's concern is none")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    'channel_post': {'message_id': 1, 'date': 1, 'chat': {'id': -1002, 'type': 'channel'}, 'text': 'news'}
                    'edited_channel_post': {'message_id': 1, 'date': 1, 'chat': {'id': -1002, 'type': 'channel'}, 'text': 'news'}
                    'poll': {'id': '1', 'question': 'q', 'options': [], 'total_voter_count': 0, 'is_closed': false, 'is_anonymous': true, 'type': 'regular', 'allows_multiple_answers': false}
                    'next_years_update': {}
                    """)
    void none(String field) {
        assertThat(of("{'update_id': 1, " + field + "}")).isEqualTo(new Route.None());
        assertThat(of("{'update_id': 1}")).isEqualTo(new Route.None());
    }

    @Nested
    @DisplayName("to be kept")
    class Parked {

        @Test
        @DisplayName("is read as it was written")
        void roundTrip() {
            Route.Routed message = (Route.Routed)
                    ofMessage(
                            GROUP,
                            ANN
                                    + ", 'message_thread_id': 5, 'caption': 'look', 'voice': {'file_id': 'F', 'file_unique_id': 'f', 'duration': 1}");
            Route.Routed edit = new Route.Routed(
                    message.place(), new Incoming.Edit(17, new Incoming.Body("text", null, null), DATE));
            Route.Routed deletion = new Route.Routed(
                    new Place(1, ChatType.PRIVATE, null), new Incoming.Deletion(java.util.List.of(1L, 2L)));

            assertThat(ParkedUpdate.fromJson(ParkedUpdate.toJson(message))).isEqualTo(message);
            assertThat(ParkedUpdate.fromJson(ParkedUpdate.toJson(edit))).isEqualTo(edit);
            assertThat(ParkedUpdate.fromJson(ParkedUpdate.toJson(deletion))).isEqualTo(deletion);
            Route.Routed reply = (Route.Routed) ofMessage(
                    GROUP,
                    ANN + ", 'text': 'yes', 'quote': {'text': 'come?', 'position': 3}, 'reply_to_message':"
                            + " {'message_id': 9, 'date': 1, 'chat': " + GROUP + ", " + ANN
                            + ", 'text': 'Do you come?'}");
            assertThat(ParkedUpdate.fromJson(ParkedUpdate.toJson(reply))).isEqualTo(reply);
        }

        @Test
        @DisplayName("is read after a newer version wrote more, and damaged it is an error")
        void otherVersions() {
            Route.Routed message = (Route.Routed) ofMessage(PRIVATE, ANN + ", 'text': 'hi'");
            String newer = ParkedUpdate.toJson(message).replaceFirst("\\{", "{\"added_later\": 1, ");

            assertThat(ParkedUpdate.fromJson(newer)).isEqualTo(message);
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> ParkedUpdate.fromJson("{"))
                    .isInstanceOf(IllegalStateException.class);
        }
    }
}
