package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.Incoming.Audience;
import io.vibee.protocol.chat.Incoming.Quoted;
import io.vibee.protocol.session.Bot;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.telegram.telegrambots.meta.api.objects.Update;

@DisplayName("Of a message in a group it is known")
class AddresseeTest {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final Bot BOT = new Bot(110201543, "Bobs_Bot");
    private static final String GROUP = "{'id': -1005, 'type': 'supergroup', 'title': 'Friends'}";
    private static final String NEWS = "{'id': -1009, 'type': 'channel', 'title': 'News'}";
    private static final String ANN = "'from': {'id': 7, 'is_bot': false, 'first_name': 'Ann'}";
    private static final String ME = "'from': {'id': 110201543, 'is_bot': true, 'first_name': 'Bob'}";
    private static final String FORWARDED = "'from': {'id': 777000, 'is_bot': false, 'first_name': 'Telegram'},"
            + " 'is_automatic_forward': true, 'sender_chat': " + NEWS;
    private static final String ANONYMOUS =
            "'from': {'id': 1087968824, 'is_bot': true, 'first_name': 'Group'}, 'sender_chat': " + GROUP;
    private static final String CHANNEL =
            "'from': {'id': 136817688, 'is_bot': true, 'first_name': 'Channel'}, 'sender_chat': " + NEWS;

    private static Incoming.Message message(String fields) {
        try {
            Update update = JSON.readValue(
                    ("{'update_id': 1, 'message': {'message_id': 17, 'date': 1767323045, 'chat': " + GROUP + ", "
                                    + fields + "}}")
                            .replace('\'', '"'),
                    Update.class);
            return (Incoming.Message) ((Route.Routed) Route.of(update, BOT)).incoming();
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static Audience audience(String sender, String fields) {
        return message(sender + ", " + fields).audience();
    }

    private static String repliedTo(String sender, String fields) {
        return "'reply_to_message': {'message_id': 9, 'date': 1, 'chat': " + GROUP + ", " + sender + ", " + fields
                + "}";
    }

    @Nested
    @DisplayName("whom it is for:")
    class Audiences {

        @Test
        @DisplayName("a reply to another person, or one named first, is for that person")
        void anothers() {
            String eve = "'from': {'id': 8, 'is_bot': false, 'first_name': 'Eve'}";
            assertThat(audience(ANN, "'text': 'yes', " + repliedTo(eve, "'text': 'coming?'")))
                    .isEqualTo(Audience.PERSON);
            assertThat(audience(ANN, "'text': 'and this', " + repliedTo(ANN, "'text': 'look'")))
                    .isEqualTo(Audience.ANYONE);
            assertThat(audience(ANN, "'text': 'great', " + repliedTo(FORWARDED, "'text': 'news'")))
                    .isEqualTo(Audience.ANYONE);
            assertThat(audience(ANN, "'text': '@eve come'")).isEqualTo(Audience.PERSON);
            assertThat(audience(ANN, "'text': 'come with @eve'")).isEqualTo(Audience.ANYONE);
            assertThat(audience(
                            ANN,
                            "'text': 'Eve come', 'entities': [{'type': 'text_mention', 'offset': 0, 'length': 3,"
                                    + " 'user': {'id': 8, 'is_bot': false, 'first_name': 'Eve'}}]"))
                    .isEqualTo(Audience.PERSON);
            assertThat(audience(ANN, "'text': '@eve ask @bobs_bot'")).isEqualTo(Audience.BOT);
        }

        @ParameterizedTest
        @DisplayName("a command for another bot is for that one")
        @CsvSource({
            "/start@other_bot,OTHERS",
            "/START@Other_Bot now,OTHERS",
            "' /start@other_bot',OTHERS",
            "/start@bobs_bots,OTHERS",
            "/start@BOBS_bot,BOT",
            "/start@bobs_bot now,BOT",
            "/start,ANYONE",
            "write to me@other_bot,ANYONE",
            "a/b@other_bot,ANYONE",
            "see /start@other_bot,ANYONE",
            "/start@other_bot or @bobs_bot,BOT",
            "@bobs_bot what?,BOT",
            "is (@Bobs_Bot) there,BOT",
            "write to me@bobs_bot.org,ANYONE",
            "@bobs_bot2 what?,PERSON",
            "hello,ANYONE"
        })
        void words(String words, Audience audience) {
            assertThat(audience(ANN, "'text': '" + words + "'")).isEqualTo(audience);
            assertThat(audience(
                            ANN,
                            "'caption': '" + words + "', 'photo': [{'file_id': 'F', 'file_unique_id': 'f',"
                                    + " 'width': 1, 'height': 1}]"))
                    .isEqualTo(audience);
        }

        @Test
        @DisplayName("a post is for whoever reads it, unless it addresses the bot")
        void posts() {
            for (String sender : new String[] {FORWARDED, ANONYMOUS, CHANNEL}) {
                assertThat(audience(sender, "'text': 'News!'")).isEqualTo(Audience.OTHERS);
                assertThat(audience(sender, "'text': 'Ask @bobs_bot'")).isEqualTo(Audience.BOT);
                assertThat(audience(sender, "'text': '/help@bobs_bot'")).isEqualTo(Audience.BOT);
                assertThat(audience(sender, "'text': 'Thanks', " + repliedTo(ME, "'text': 'hi'")))
                        .isEqualTo(Audience.BOT);
                assertThat(
                                audience(
                                        sender,
                                        "'text': 'Bob?', 'entities': [{'type': 'text_mention', 'offset': 0,"
                                                + " 'length': 3, 'user': {'id': 110201543, 'is_bot': true, 'first_name': 'Bob'}}]"))
                        .isEqualTo(Audience.BOT);
            }
        }

        @Test
        @DisplayName("a reply is for the bot only when it is to what the bot said, not to a topic that it opened")
        void replies() {
            assertThat(audience(ANN, "'text': 'Yes', " + repliedTo(ME, "'text': 'hi'")))
                    .isEqualTo(Audience.BOT);
            assertThat(audience(ANN, "'text': 'Yes', " + repliedTo(ANN, "'text': 'hi'")))
                    .isEqualTo(Audience.ANYONE);
            assertThat(audience(
                            ANN,
                            "'text': 'Yes', "
                                    + repliedTo(ME, "'forum_topic_created': {'name': 'Plans', 'icon_color': 1}")))
                    .isEqualTo(Audience.ANYONE);
        }
    }

    @Nested
    @DisplayName("what it refers to:")
    class Quotes {

        private static @Nullable Quoted quoted(String fields) {
            return message(ANN + ", 'text': 'Yes', " + fields).quoted();
        }

        @Test
        @DisplayName("the part that was quoted, or the text or caption that was replied to")
        void replies() {
            String question = repliedTo(ANN, "'text': 'Do you come tomorrow?'");
            assertThat(quoted(question)).isEqualTo(new Quoted(9L, "Do you come tomorrow?", "Ann", false, false));
            assertThat(quoted(question + ", 'quote': {'text': 'tomorrow', 'position': 12, 'is_manual': true}"))
                    .isEqualTo(new Quoted(9L, "tomorrow", "Ann", false, true));
            assertThat(quoted(repliedTo(ME, "'caption': 'A cat'")))
                    .isEqualTo(new Quoted(9L, "A cat", "Bob", true, false));
            assertThat(quoted(repliedTo(ANN, "'location': {'latitude': 1.0, 'longitude': 2.0}")))
                    .isNull();
            assertThat(quoted("'message_thread_id': 5")).isNull();
        }

        @Test
        @DisplayName("a part of another chat's message")
        void external() {
            String origin = "'external_reply': {'origin': {'type': 'channel', 'date': 1, 'message_id': 3, 'chat': "
                    + NEWS + "}}";
            assertThat(quoted(origin + ", 'quote': {'text': 'Rain', 'position': 0}"))
                    .isEqualTo(new Quoted(null, "Rain", "News", false, true));
            assertThat(quoted(origin)).isNull();
        }

        @Test
        @DisplayName("not more of it than is kept, in whole characters that can be stored")
        void bounded() {
            assertThat(text("a".repeat(Quoted.LONGEST - 1) + "\\uD83D\\uDE00bc"))
                    .isEqualTo("a".repeat(Quoted.LONGEST - 1));
            assertThat(text("a\\u0000b\\uD83D")).isEqualTo("a\uFFFDb\uFFFD");
        }

        private static String text(String repliedTo) {
            return Objects.requireNonNull(quoted(repliedTo(ANN, "'text': '" + repliedTo + "'")))
                    .text();
        }
    }

    @Test
    @DisplayName("only what can be stored of it")
    void storable() {
        Incoming.Message message = message(
                "'from': {'id': 7, 'is_bot': false, 'first_name': 'A\\u0000nn'}," + " 'text': 'x\\u0000y\\uDE00'");

        assertThat(message.body().words()).isEqualTo("x\uFFFDy\uFFFD");
        assertThat(message.sender().name()).isEqualTo("A\uFFFDnn");
    }
}
