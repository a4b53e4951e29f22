package io.vibee.sandbox;

import static io.vibee.journal.Eventually.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A bot at a simulated person's profile")
@Tag("actors")
class ProfilesTest {
    private static SandboxSystem sandbox;

    private BotApiServer server;
    private SandboxWorld world;
    private Profiles profiles;
    private SandboxBot bot;
    private BotCalls calls;
    private SandboxUser anna;
    private SandboxUser boris;

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
        profiles = world.profiles();
        bot = world.createBot("secretary_bot");
        calls = new BotCalls(server, bot);
        anna = world.createUser("Anna");
        boris = world.createUser("Boris", "ru", false);
    }

    @AfterEach
    void stopServer() {
        calls.close();
        value(server.stop());
    }

    /** Anna connects the bot; it has read the update. */
    private String connected(BusinessRights rights) {
        String id = profiles.connects(anna, bot, rights);
        calls.updates();
        return id;
    }

    private String send(String connection, String text) {
        return "{'business_connection_id':'" + connection + "','chat_id':" + boris.id() + ",'text':'" + text + "'}";
    }

    @Nested
    @DisplayName("is told of")
    class Updates {
        @Test
        @DisplayName("the connection, other rights with another id, and the end")
        void connections() {
            String first = profiles.connects(anna, bot, BusinessRights.ALL);
            JsonNode made = calls.update("business_connection");
            assertThat(made.path("id").asText()).isEqualTo(first);
            assertThat(made.path("user").path("id").asLong()).isEqualTo(anna.id());
            assertThat(made.path("user_chat_id").asLong()).isEqualTo(anna.id());
            assertThat(made.path("is_enabled").asBoolean()).isTrue();
            assertThat(made.path("rights").path("can_reply").asBoolean()).isTrue();
            assertThat(made.path("rights").path("can_read_messages").asBoolean())
                    .isTrue();

            String second = profiles.changesRights(anna, new BusinessRights(false, true));
            JsonNode changed = calls.update("business_connection");
            assertThat(second).isNotEqualTo(first);
            assertThat(changed.path("id").asText()).isEqualTo(second);
            assertThat(changed.path("rights").has("can_reply")).isFalse();
            assertThat(changed.path("rights").path("can_read_messages").asBoolean())
                    .isTrue();

            profiles.disconnects(anna);
            JsonNode ended = calls.update("business_connection");
            assertThat(ended.path("id").asText()).isEqualTo(second);
            assertThat(ended.path("is_enabled").asBoolean()).isFalse();
        }

        @Test
        @DisplayName("the end, when the person connects another bot")
        void anotherBot() {
            connected(BusinessRights.ALL);
            SandboxBot other = world.createBot("other_bot");
            profiles.connects(anna, other, BusinessRights.ALL);

            assertThat(calls.update("business_connection").path("is_enabled").asBoolean())
                    .isFalse();
            profiles.contactWrites(anna, boris, "hi");
            assertThat(calls.updates()).isEmpty();
            try (var others = new BotCalls(server, other)) {
                assertThat(others.updates()).hasSize(2);
            }
        }

        @Test
        @DisplayName("what the contact writes, what the person writes by hand, and what Telegram writes for them")
        void messages() {
            String connection = connected(BusinessRights.ALL);
            long first = profiles.contactWrites(anna, boris, "are you there?");
            JsonNode asked = calls.update("business_message");
            assertThat(asked.path("business_connection_id").asText()).isEqualTo(connection);
            assertThat(asked.path("from").path("id").asLong()).isEqualTo(boris.id());
            assertThat(asked.path("chat").path("id").asLong()).isEqualTo(boris.id());
            assertThat(asked.path("chat").path("type").asText()).isEqualTo("private");

            profiles.ownerWrites(anna, boris, IncomingMessage.automatic("I am away"));
            JsonNode away = calls.update("business_message");
            assertThat(away.path("is_from_offline").asBoolean()).isTrue();
            assertThat(away.path("from").path("id").asLong()).isEqualTo(anna.id());

            profiles.ownerWrites(anna, boris, IncomingMessage.text("here I am").inReplyTo(first));
            JsonNode byHand = calls.update("business_message");
            assertThat(byHand.path("from").path("id").asLong()).isEqualTo(anna.id());
            assertThat(byHand.path("chat").path("id").asLong()).isEqualTo(boris.id());
            assertThat(byHand.has("sender_business_bot")).isFalse();
            assertThat(byHand.has("is_from_offline")).isFalse();
            assertThat(byHand.path("reply_to_message").path("text").asText()).isEqualTo("are you there?");
        }

        @Test
        @DisplayName("edited and deleted messages")
        void changes() {
            String connection = connected(BusinessRights.ALL);
            long id = profiles.contactWrites(anna, boris, "helo");
            calls.updates();
            profiles.edits(anna, boris, id, "hello");
            JsonNode edited = calls.update("edited_business_message");
            assertThat(edited.path("text").asText()).isEqualTo("hello");
            assertThat(edited.path("edit_date").isIntegralNumber()).isTrue();

            profiles.deletes(anna, boris, List.of(id));
            JsonNode deleted = calls.update("deleted_business_messages");
            assertThat(deleted.path("business_connection_id").asText()).isEqualTo(connection);
            assertThat(deleted.path("chat").path("id").asLong()).isEqualTo(boris.id());
            assertThat(deleted.path("message_ids").get(0).asLong()).isEqualTo(id);
        }

        @Test
        @DisplayName("nothing from before the connection or after it, or of a chat where the person pauses it")
        void unseen() {
            profiles.contactWrites(anna, boris, "before");
            assertThat(calls.updates()).isEmpty();
            connected(BusinessRights.ALL);
            profiles.pauses(anna, boris);
            profiles.contactWrites(anna, boris, "paused");
            assertThat(calls.updates()).isEmpty();
            profiles.unpauses(anna, boris);
            profiles.contactWrites(anna, boris, "seen");
            assertThat(calls.update("business_message").path("text").asText()).isEqualTo("seen");
            profiles.disconnects(anna);
            profiles.contactWrites(anna, boris, "after");
            assertThat(calls.update("business_connection").path("is_enabled").asBoolean())
                    .isFalse();
            assertThat(profiles.transcript(anna, boris))
                    .extracting(TranscriptEntry::text)
                    .containsExactly("before", "paused", "seen", "after");
        }

        @Test
        @DisplayName("each person's messages, numbered through all their chats")
        void people() {
            connected(BusinessRights.ALL);
            SandboxUser chen = world.createUser("Chen");
            profiles.connects(chen, bot, BusinessRights.ALL);
            long one = profiles.contactWrites(anna, boris, "to Anna");
            long two = profiles.contactWrites(anna, chen, "Chen to Anna");
            profiles.contactWrites(chen, boris, "to Chen");

            assertThat(two).isEqualTo(one + 1);
            // Chen sees what he has written to Anna himself.
            assertThat(calls.updates()).hasSize(5);
            assertThat(profiles.transcript(anna, boris)).hasSize(1);
            assertThat(profiles.transcript(chen, boris)).hasSize(1);
        }
    }

    @Nested
    @DisplayName("writes in the person's name")
    class Writing {
        @Test
        @DisplayName("and is told so itself")
        void echo() {
            String connection = connected(BusinessRights.ALL);
            long asked = profiles.contactWrites(anna, boris, "hi");
            calls.updates();
            var answered = profiles.awaitBotMessages(anna, boris, 1);
            calls.result("sendChatAction", send(connection, "").replace("'text':''", "'action':'typing'"));
            assertThat(profiles.isTyping(anna, boris)).isTrue();

            JsonNode sent = calls.result("sendMessage", send(connection, "hello"));

            assertThat(sent.path("from").path("id").asLong()).isEqualTo(anna.id());
            assertThat(sent.path("sender_business_bot").path("id").asLong()).isEqualTo(bot.id());
            assertThat(sent.path("business_connection_id").asText()).isEqualTo(connection);
            assertThat(sent.path("message_id").asLong()).isEqualTo(asked + 1);
            assertThat(calls.update("business_message")).isEqualTo(sent);
            assertThat(value(answered)).extracting(TranscriptEntry::text).containsExactly("hello");
            assertThat(profiles.isTyping(anna, boris)).isFalse();
        }

        @Test
        @DisplayName("to somebody who has a bot too, and that one is not told that a bot wrote it")
        void otherEnd() {
            String connection = connected(BusinessRights.ALL);
            String theirs = profiles.connects(boris, bot, BusinessRights.ALL);
            calls.updates();
            profiles.contactWrites(anna, boris, "hi");
            List<JsonNode> asked = calls.updates();
            assertThat(asked)
                    .extracting(update -> update.at("/business_message/business_connection_id")
                            .asText())
                    .containsExactly(connection, theirs);
            assertThat(asked.getLast().at("/business_message/from/id").asLong()).isEqualTo(boris.id());
            assertThat(asked.getLast().at("/business_message/chat/id").asLong()).isEqualTo(anna.id());

            calls.result("sendMessage", send(connection, "hello"));
            List<JsonNode> answered = calls.updates();
            assertThat(answered.getFirst().path("business_message").has("sender_business_bot"))
                    .isTrue();
            JsonNode copy = answered.getLast().path("business_message");
            assertThat(copy.path("business_connection_id").asText()).isEqualTo(theirs);
            assertThat(copy.path("from").path("id").asLong()).isEqualTo(anna.id());
            assertThat(copy.path("text").asText()).isEqualTo("hello");
            assertThat(copy.has("sender_business_bot")).isFalse();
            assertThat(profiles.transcript(boris, anna))
                    .extracting(TranscriptEntry::text)
                    .containsExactly("hi", "hello");
        }

        @Test
        @DisplayName("by the newest id only, and while it is connected")
        void newestId() {
            String old = connected(BusinessRights.ALL);
            profiles.contactWrites(anna, boris, "hi");
            String newest = profiles.changesRights(anna, BusinessRights.ALL);
            assertThat(calls.refusal("sendMessage", send(old, "x")))
                    .isEqualTo("400 Bad Request: business connection not found");
            calls.result("sendMessage", send(newest, "x"));
            profiles.disconnects(anna);
            assertThat(calls.refusal("sendMessage", send(newest, "x")))
                    .isEqualTo("400 Bad Request: business connection not found");
            assertThat(calls.refusal("getBusinessConnection", "{'business_connection_id':'" + old + "'}"))
                    .isEqualTo("400 Bad Request: business connection not found");
            JsonNode now = calls.result("getBusinessConnection", "{'business_connection_id':'" + newest + "'}");
            assertThat(now.path("is_enabled").asBoolean(true)).isFalse();
        }

        @ParameterizedTest(name = "{0}")
        @ValueSource(strings = {"sendMessage", "sendChatAction"})
        @DisplayName("with the right to, where the contact wrote within a day and the person has not paused it")
        void refused(String method) {
            String connection = connected(new BusinessRights(false, true));
            profiles.contactWrites(
                    anna,
                    boris,
                    IncomingMessage.text("hi").writtenAt(Instant.now().minus(Duration.ofHours(25))));
            String body = send(connection, "x").replace("'text'", "'action':'typing','text'");
            assertThat(calls.refusal(method, body)).isEqualTo("400 Bad Request: BUSINESS_PEER_INVALID");

            body = body.replace(connection, profiles.changesRights(anna, BusinessRights.ALL));
            profiles.ownerWrites(anna, boris, "that opens nothing");
            assertThat(calls.refusal(method, body)).isEqualTo("400 Bad Request: BUSINESS_PEER_USAGE_MISSING");

            profiles.contactWrites(anna, boris, "hi again");
            calls.result(method, body);
            profiles.pauses(anna, boris);
            assertThat(calls.refusal(method, body)).isEqualTo("400 Bad Request: BUSINESS_PEER_INVALID");
        }

        @Test
        @DisplayName("not without the connection's id, and not by another bot's")
        void elsewhere() {
            String connection = connected(BusinessRights.ALL);
            profiles.contactWrites(anna, boris, "hi");
            assertThat(calls.refusal("sendMessage", "{'chat_id':" + boris.id() + ",'text':'x'}"))
                    .isEqualTo("403 Forbidden: bot can't initiate conversation with a user");
            try (var others = new BotCalls(server, world.createBot("other_bot"))) {
                assertThat(others.refusal("sendMessage", send(connection, "x"))).startsWith("400 ");
            }
            assertThat(calls.refusal(
                            "sendMessageDraft", send(connection, "x").replace("'text'", "'draft_id':1,'text'")))
                    .startsWith("403 ");
        }

        @Test
        @DisplayName("and edits that")
        void edits() {
            String connection = connected(BusinessRights.ALL);
            profiles.contactWrites(anna, boris, "hi");
            long id = calls.result("sendMessage", send(connection, "helo"))
                    .path("message_id")
                    .asLong();
            calls.updates();
            String newest = profiles.changesRights(anna, BusinessRights.ALL);
            calls.updates();
            calls.result("editMessageText", send(newest, "hello").replace("'text'", "'message_id':" + id + ",'text'"));
            JsonNode edited = calls.update("edited_business_message");
            assertThat(edited.path("sender_business_bot").path("id").asLong()).isEqualTo(bot.id());
            assertThat(edited.path("business_connection_id").asText()).isEqualTo(newest);
            assertThat(profiles.transcript(anna, boris).getLast().text()).isEqualTo("hello");
        }
    }

    @Test
    @DisplayName("marks messages as read if it may")
    void reads() {
        String connection = connected(new BusinessRights(true, false));
        long id = profiles.contactWrites(anna, boris, "hi");
        String body =
                "{'business_connection_id':'" + connection + "','chat_id':" + boris.id() + ",'message_id':" + id + "}";
        assertThat(calls.refusal("readBusinessMessage", body)).startsWith("403 ");
        body = body.replace(connection, profiles.changesRights(anna, BusinessRights.ALL));
        assertThat(profiles.isRead(anna, boris, id)).isFalse();
        assertThat(calls.result("readBusinessMessage", body).asBoolean()).isTrue();
        assertThat(profiles.isRead(anna, boris, id)).isTrue();
        assertThat(calls.refusal("readBusinessMessage", body.replace("'message_id':" + id, "'message_id':77777")))
                .isEqualTo("400 Bad Request: MESSAGE_ID_INVALID");
    }

    @Test
    @DisplayName("has its buttons pressed by the contact")
    void buttons() {
        String connection = connected(BusinessRights.ALL);
        profiles.contactWrites(anna, boris, "when?");
        long id = calls.result(
                        "sendMessage",
                        send(connection, "choose")
                                .replace(
                                        "'text'",
                                        "'reply_markup':{'inline_keyboard':[[{'text':'Now','callback_data':'n'}]]},'text'"))
                .path("message_id")
                .asLong();
        calls.updates();
        String query = profiles.contactPresses(anna, boris, id, "n");
        JsonNode pressed = calls.update("callback_query");
        assertThat(pressed.path("from").path("id").asLong()).isEqualTo(boris.id());
        assertThat(pressed.path("message").path("business_connection_id").asText())
                .isEqualTo(connection);
        calls.result("answerCallbackQuery", "{'callback_query_id':'" + query + "'}");
    }

    @Test
    @DisplayName("can't be taken away or changed where there is none")
    void none() {
        assertThatThrownBy(() -> profiles.disconnects(anna)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> profiles.changesRights(anna, BusinessRights.ALL))
                .isInstanceOf(IllegalStateException.class);
    }
}
