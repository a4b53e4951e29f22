package io.vibee.sandbox;

import static io.vibee.journal.Eventually.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A simulated bot's buttons and commands")
@Tag("actors")
class ButtonsTest {
    private static final String YES_NO =
            "'reply_markup':{'inline_keyboard':[[{'text':'Yes','callback_data':'y'},{'text':'No','callback_data':'n'}]]}";

    private static SandboxSystem sandbox;

    private BotApiServer server;
    private SandboxWorld world;
    private SandboxBot bot;
    private BotCalls calls;
    private SandboxUser anna;
    private SandboxChat chat;

    @BeforeAll
    static void startSystem() {
        sandbox = new SandboxSystem();
    }

    @AfterAll
    static void stopSystem() {
        sandbox.close();
    }

    @BeforeEach
    void startServer() {
        server = sandbox.botApiForAnyRequests();
        world = server.world();
        bot = world.createBot("button_bot");
        calls = new BotCalls(server, bot);
        anna = world.createUser("Anna");
        chat = world.privateChat(anna);
        world.userWrites(bot, anna, chat, "hello");
        calls.updates();
    }

    @AfterEach
    void stopServer() {
        calls.close();
        value(server.stop());
    }

    private String inChat(String rest) {
        return "{'chat_id':" + chat.id() + "," + rest + "}";
    }

    private long send(String rest) {
        return calls.result("sendMessage", inChat("'text':'sure?'," + rest))
                .path("message_id")
                .asLong();
    }

    @Nested
    @DisplayName("below a message")
    class Inline {
        @Test
        @DisplayName("are shown, and a press is told and answered")
        void pressed() {
            long id = send(YES_NO);
            assertThat(world.transcript(bot, chat).getLast().buttons())
                    .containsExactly(
                            List.of(new ChatButton("Yes", "y", null, null), new ChatButton("No", "n", null, null)));

            String query = world.userPresses(bot, anna, chat, id, "y");
            JsonNode pressed = calls.update("callback_query");
            assertThat(pressed.path("id").asText()).isEqualTo(query);
            assertThat(pressed.path("from").path("id").asLong()).isEqualTo(anna.id());
            assertThat(pressed.path("data").asText()).isEqualTo("y");
            assertThat(pressed.path("chat_instance").asText()).isNotEmpty();
            assertThat(pressed.path("message").path("message_id").asLong()).isEqualTo(id);
            assertThat(pressed.path("message").path("reply_markup").path("inline_keyboard"))
                    .hasSize(1);

            var answered = world.awaitCallbackAnswer(bot, query);
            String answer = "{'callback_query_id':'" + query + "','text':'Done','show_alert':true}";
            assertThat(calls.result("answerCallbackQuery", answer).asBoolean()).isTrue();
            assertThat(value(answered)).isEqualTo(new CallbackAnswer("Done", true));
            assertThat(calls.refusal("answerCallbackQuery", answer)).contains("query is too old");
            assertThat(calls.refusal("answerCallbackQuery", "{'callback_query_id':'1'}"))
                    .contains("query ID is invalid");
        }

        @Test
        @DisplayName("can be pressed where the message was deleted meanwhile, but not where they never were")
        void gone() {
            long id = send(YES_NO);
            calls.result("deleteMessage", inChat("'message_id':" + id));
            world.userPresses(bot, anna, chat, id, "n");
            JsonNode message = calls.update("callback_query").path("message");
            assertThat(message.path("date").asLong(-1)).isZero();
            assertThat(message.path("message_id").asLong()).isEqualTo(id);
            assertThat(message.has("text")).isFalse();
            assertThatThrownBy(() -> world.userPresses(bot, anna, chat, id, "other"))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @ParameterizedTest(name = "{1}")
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "[[{'text':'x','callback_data':'LONG'}]] | 400 Bad Request: BUTTON_DATA_INVALID",
                    "[[{'text':'x'}]] | 400 Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
                    "[[{'callback_data':'x'}]] | 400 Bad Request: can't parse inline keyboard button: Can't find field \"text\"",
                    "[{'text':'x','callback_data':'x'}] | 400 Bad Request: field \"inline_keyboard\" must be an Array of Arrays",
                })
        @DisplayName("are refused when they are wrong")
        void refused(String keyboard, String refusal) {
            String body = inChat("'text':'x','reply_markup':{'inline_keyboard':" + keyboard + "}");
            assertThat(calls.refusal("sendMessage", body.replace("LONG", "я".repeat(33))))
                    .isEqualTo(refusal);
            calls.result("sendMessage", inChat("'text':'x'," + YES_NO.replace("'y'", "'" + "я".repeat(32) + "'")));
        }

        @Test
        @DisplayName("are changed or taken away by an edit")
        void edited() {
            long id = send(YES_NO);
            String message = "'message_id':" + id;
            String unchanged = inChat(message + "," + YES_NO);
            assertThat(calls.refusal("editMessageReplyMarkup", unchanged)).contains("message is not modified");
            assertThat(calls.refusal("editMessageText", inChat(message + ",'text':'sure?'," + YES_NO)))
                    .contains("message is not modified");
            assertThat(calls.refusal("editMessageReplyMarkup", inChat("'message_id':777")))
                    .isEqualTo("400 Bad Request: message to edit not found");

            calls.result("editMessageReplyMarkup", inChat(message + "," + YES_NO.replace("'y'", "'yes'")));
            TranscriptEntry changed = world.transcript(bot, chat).getLast();
            assertThat(changed.buttons().getFirst().getFirst().data()).isEqualTo("yes");
            assertThat(changed.text()).isEqualTo("sure?");
            assertThat(calls.result("editMessageText", inChat(message + ",'text':'Yes it is'"))
                            .has("reply_markup"))
                    .isFalse();
            assertThat(world.transcript(bot, chat).getLast().buttons()).isEmpty();
            assertThat(calls.refusal("editMessageText", inChat("'message_id':1,'text':'yours'")))
                    .isEqualTo("400 Bad Request: message can't be edited");
        }
    }

    @Test
    @DisplayName("in the place of the person's keyboard stay until they are taken away")
    void keyboard() {
        send("'reply_markup':{'keyboard':[[{'text':'Make a bot','request_managed_bot':{'request_id':7}},'Later']]}");
        send("'disable_notification':true");
        assertThat(world.keyboard(bot, chat))
                .containsExactly(List.of(
                        new ChatButton("Make a bot", null, null, new ChatButton.ManagedBotRequest(7, null, null)),
                        new ChatButton("Later", null, null, null)));
        send("'reply_markup':{'remove_keyboard':true}");
        assertThat(world.keyboard(bot, chat)).isEmpty();
    }

    @Test
    @DisplayName("are deleted with their message, in the first two days")
    void deletes() {
        long id = send(YES_NO);
        assertThat(calls.result("deleteMessage", inChat("'message_id':" + id)).asBoolean())
                .isTrue();
        assertThat(world.transcript(bot, chat).getLast().deleted()).isTrue();
        assertThat(calls.refusal("deleteMessage", inChat("'message_id':" + id)))
                .isEqualTo("400 Bad Request: message to delete not found");
        long old = world.userWrites(
                bot,
                anna,
                chat,
                IncomingMessage.text("old").writtenAt(Instant.now().minus(Duration.ofHours(49))));
        assertThat(calls.refusal("deleteMessage", inChat("'message_id':" + old)))
                .isEqualTo("400 Bad Request: message can't be deleted");
    }

    @Nested
    @DisplayName("and its commands")
    class Commands {
        @Test
        @DisplayName("are shown by scope and language")
        void shown() {
            SandboxUser boris = world.createUser("Борис", "ru", false);
            calls.result("setMyCommands", "{'commands':[{'command':'help','description':'Help'}]}");
            calls.result(
                    "setMyCommands",
                    "{'commands':[{'command':'help','description':'Помощь'},{'command':'stop','description':'Стоп'}],"
                            + "'language_code':'ru'}");
            assertThat(world.commands(bot, anna)).containsExactly(Map.entry("help", "Help"));
            assertThat(world.commands(bot, boris))
                    .containsExactly(Map.entry("help", "Помощь"), Map.entry("stop", "Стоп"));

            String owner = "'scope':{'type':'chat','chat_id':" + anna.id() + "}";
            calls.result("setMyCommands", "{'commands':[{'command':'why','description':'Why'}]," + owner + "}");
            assertThat(world.commands(bot, anna)).containsOnlyKeys("why");
            assertThat(calls.result("getMyCommands", "{" + owner + "}")).hasSize(1);
            calls.result("deleteMyCommands", "{" + owner + "}");
            assertThat(world.commands(bot, anna)).containsOnlyKeys("help");
            assertThat(calls.result("getMyCommands", "{'language_code':'en'}")).isEmpty();
        }

        @ParameterizedTest(name = "{0}")
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "{'commands':[{'command':'Help','description':'x'}]} | 400 Bad Request: BOT_COMMAND_INVALID",
                    "{'commands':[{'command':'help','description':' '}]} | 400 Bad Request: BOT_COMMAND_DESCRIPTION_INVALID",
                    "{'commands':[{'command':'help','description':'x'}],'language_code':'english'} | 400 Bad Request: LANG_CODE_INVALID",
                })
        @DisplayName("are refused when they are wrong")
        void refused(String body, String refusal) {
            assertThat(calls.refusal("setMyCommands", body)).isEqualTo(refusal);
        }

        @Test
        @DisplayName("begin with a link that carries a code")
        void deepLink() {
            world.userStarts(bot, anna, "Code_1-x");
            JsonNode message = calls.update("message");
            assertThat(message.path("text").asText()).isEqualTo("/start Code_1-x");
            assertThat(message.path("entities").path(0).path("length").asInt()).isEqualTo(6);
            assertThatThrownBy(() -> world.userStarts(bot, anna, "not a code"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
