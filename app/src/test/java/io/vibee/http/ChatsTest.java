package io.vibee.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.http.Api.Answer;
import io.vibee.http.Api.Someone;
import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Content;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.Sender;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.stored.EventHead;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@DisplayName("A chat")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("database")
class ChatsTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

    private final Api api = Api.start();
    private int users = 0;

    @AfterEach
    void calm() {
        api.entities.refusal = null;
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private Someone someone() {
        return api.register("user-" + users++);
    }

    private static EventHead head(Someone owner) {
        return new EventHead(owner.id(), "ses_1", false, AT);
    }

    private DataKey key(Someone owner, String chat) {
        return Api.await(api.keys.obtain(owner.id(), "chat:" + chat));
    }

    private static ChatEvent message(Someone owner, DataKey key, int number) {
        return new ChatEvent.MessageReceived(
                head(owner),
                "m" + number,
                "i" + number,
                number,
                new Sender(7, key.seal("Ann Lee"), false, "en"),
                new Content.Text(key.seal("word " + number)),
                null,
                AT.plusSeconds(number),
                new Carrier("ses_1", SessionKind.BOT, null),
                null,
                null);
    }

    private static ChatEvent opened(Someone owner, DataKey key) {
        return new ChatEvent.ChatOpened(
                head(owner),
                42,
                ChatType.PRIVATE,
                key.seal("Ann Lee"),
                key.keyId(),
                new Carrier("ses_1", SessionKind.BOT, null),
                ChatSettings.of(ChatMode.OBSERVE));
    }

    private Answer send(Someone who, String chat, String text, @Nullable String key) {
        String body = "{\"text\":\"" + text + "\"}";
        String path = "/api/v1/chats/" + chat + "/send";
        return key == null ? api.post(who, path, body) : api.send(who, "POST", path, body, "Idempotency-Key", key);
    }

    @Test
    @DisplayName("is shown with its configuration, which can be replaced")
    void config() {
        Someone ann = someone();
        api.entities.chat(ann.id(), "c1", "ses_1");

        JsonNode shown = api.get(ann, "/api/v1/chats/c1").json();
        JsonNode changed = api.send(ann, "PUT", "/api/v1/chats/c1/config", """
                {"mode":"sniper","trigger_words":[" hello ","hello"],"response_probability":0.5,"on_failure":"silence",
                 "forbid":["promises","links","links"],"stateless":true,"pause_before_answer_seconds":5,
                 "answer_in_group":"talk","cooldown_seconds":60,"human_delay":true,"answer_bots":true,"mark_read":true,"names":[" Bob ","Bob"],"contact":"blocked"}""").json();

        assertThat(shown.path("mode").asText()).isEqualTo("observe");
        assertThat(shown.path("session_id").asText()).isEqualTo("ses_1");
        assertThat(shown.path("telegram_chat_id").asLong()).isEqualTo(42);
        assertThat(shown.path("config").path("on_failure").asText()).isEqualTo("predefined");
        assertThat(changed.path("config").toString())
                .isEqualTo(
                        "{\"mode\":\"sniper\",\"trigger_words\":[\"hello\"],\"response_probability\":0.5,\"on_failure\":\"silence\",\"when_in_doubt\":\"resend\",\"forbid\":[\"promises\",\"links\"],\"stateless\":true,\"takeover_minutes\":30,\"draft_minutes\":720,\"pause_before_answer_seconds\":5,\"answer_in_group\":\"talk\",\"cooldown_seconds\":60,\"human_delay\":true,\"answer_bots\":true,\"mark_read\":true,\"names\":[\"Bob\"],\"contact\":\"blocked\"}");
        assertThat(shown.path("config").path("forbid").isEmpty()).isTrue();
        assertThat(shown.path("config").path("stateless").booleanValue()).isFalse();
    }

    @Test
    @DisplayName("of somebody else is not there")
    void ownership() {
        Someone ann = someone();
        Someone bob = someone();
        api.entities.chat(ann.id(), "c2", "ses_1");

        assertThat(api.get(bob, "/api/v1/chats/c2").status()).isEqualTo(404);
        assertThat(api.get(bob, "/api/v1/chats/c2/messages").status()).isEqualTo(404);
        assertThat(api.send(bob, "PUT", "/api/v1/chats/c2/config", "{\"mode\":\"observe\"}")
                        .status())
                .isEqualTo(404);
        assertThat(send(bob, "c2", "hello", null).status()).isEqualTo(404);
        assertThat(api.send(bob, "PUT", "/api/v1/chats/c2/config", "{}").status())
                .as("whatever the body says")
                .isEqualTo(404);
    }

    @Nested
    @DisplayName("tells what would become of a text")
    class Previewing {

        private final Someone ann = someone();

        private Answer preview(String chat, String text) {
            return api.post(ann, "/api/v1/chats/" + chat + "/preview", "{\"text\":\"" + text + "\"}");
        }

        @Test
        @DisplayName("with the decision, its reasons, the size of the prompt and the answer")
        void preview() {
            api.entities.chat(ann.id(), "c30", "s1");
            Answer answer = preview("c30", "Open today?");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body())
                    .isEqualTo("{\"decision\":\"answer\",\"reasons\":[\"digital_twin\"],"
                            + "\"prompt\":{\"tokens\":612,\"messages\":9},\"answer\":\"answer to Open today?\","
                            + "\"provider\":\"openai\",\"model\":\"gpt-4.1-mini\"}");
        }

        @Test
        @DisplayName("unless it is none that people can write, the chat another's, or too much is being answered")
        void refused() {
            api.entities.chat(ann.id(), "c31", "s1");
            api.entities.chat(someone().id(), "c32", "s2");

            assertThat(preview("c31", " ").status()).isEqualTo(400);
            assertThat(preview("c31", "x".repeat(4097)).status()).isEqualTo(413);
            assertThat(preview("c32", "hello").status()).isEqualTo(404);
            Answer busy = preview("c31", "busy");
            assertThat(busy.status()).isEqualTo(503);
            assertThat(busy.header("Retry-After")).isNotNull();
        }
    }

    @Nested
    @DisplayName("takes a text to send")
    class Sends {

        @Test
        @DisplayName("and says that it is queued")
        void queued() {
            Someone ann = someone();
            api.entities.chat(ann.id(), "c3", "ses_1");

            Answer answer = send(ann, "c3", "hello", null);

            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.body()).isEqualTo("{\"id\":\"d1\",\"status\":\"queued\"}");
        }

        @Test
        @DisplayName("once for each Idempotency-Key, which must not be used for another one")
        void idempotent() {
            Someone ann = someone();
            api.entities.chat(ann.id(), "c4", "ses_1");

            assertThat(send(ann, "c4", "hello", "key-1").status()).isEqualTo(202);
            assertThat(send(ann, "c4", "hello", "key-1").status()).isEqualTo(202);
            Answer other = send(ann, "c4", "other", "key-1");
            assertThat(other.status()).isEqualTo(409);
            assertThat(other.problem()).isEqualTo("idempotency-key-reused");
            Answer wrong = send(ann, "c4", "other", "x".repeat(129));
            assertThat(wrong.status()).isEqualTo(400);
            assertThat(wrong.pointer()).isEqualTo("Idempotency-Key");
        }

        @Test
        @DisplayName("unless it is too long or too many wait")
        void refused() {
            Someone ann = someone();
            api.entities.chat(ann.id(), "c5", "ses_1");

            assertThat(send(ann, "c5", "x".repeat(40_000), null).status()).isEqualTo(202);
            assertThat(send(ann, "c5", "x".repeat(40_001), null).status()).isEqualTo(413);
            api.entities.refusal = Refusal.CHAT_OVERLOADED;
            Answer overloaded = send(ann, "c5", "hello", null);
            assertThat(overloaded.status()).isEqualTo(429);
            assertThat(overloaded.header("Retry-After")).isNotNull();
        }
    }

    @Nested
    @DisplayName("shows its messages")
    class Messages {

        @Test
        @DisplayName("newest first, in the clear, in pages")
        void pages() {
            Someone ann = someone();
            api.entities.chat(ann.id(), "c6", "ses_1");
            DataKey key = key(ann, "c6");
            api.inChat(
                    "c6",
                    List.of(
                            opened(ann, key),
                            message(ann, key, 1),
                            new ChatEvent.ReplyDrafted(
                                    head(ann),
                                    "d2",
                                    "m1",
                                    List.of(key.seal("an "), key.seal("answer")),
                                    null,
                                    new DraftOrigin.Model("p", "m", 1, 1),
                                    null,
                                    Map.of()),
                            message(ann, key, 3)));

            JsonNode newest = api.get(ann, "/api/v1/chats/c6/messages?limit=2").json();
            JsonNode oldest = api.get(
                            ann,
                            "/api/v1/chats/c6/messages?limit=2&cursor="
                                    + newest.path("next_cursor").asText())
                    .json();

            assertThat(newest.path("items").findValuesAsText("text")).containsExactly("word 3", "an answer");
            assertThat(newest.path("items").findValuesAsText("status")).containsExactly("pending", "queued");
            assertThat(newest.path("items").path(0).path("sender_name").asText())
                    .isEqualTo("Ann Lee");
            assertThat(newest.path("items").path(0).path("sender_id").asLong()).isEqualTo(7);
            assertThat(newest.path("items").path(1).path("direction").asText()).isEqualTo("out");
            assertThat(oldest.path("items").findValuesAsText("text")).containsExactly("word 1");
            assertThat(oldest.path("next_cursor").isNull()).isTrue();
        }

        @Test
        @DisplayName("with the reason of those that are not answered")
        void reasons() {
            Someone ann = someone();
            api.entities.chat(ann.id(), "c26", "ses_1");
            DataKey key = key(ann, "c26");
            api.inChat(
                    "c26",
                    List.of(
                            opened(ann, key),
                            message(ann, key, 1),
                            message(ann, key, 2),
                            new ChatEvent.NotAnswered(
                                    head(ann), "m1", NotAnsweredReason.MODERATED, "answer_promises")));

            JsonNode items = api.get(ann, "/api/v1/chats/c26/messages").json().path("items");

            assertThat(items.path(1).path("status").asText()).isEqualTo("not_answered");
            assertThat(items.path(1).path("reason").asText()).isEqualTo("moderated");
            assertThat(items.path(1).path("detail").asText()).isEqualTo("answer_promises");
            assertThat(items.path(0).has("reason")).isFalse();
        }

        @Test
        @DisplayName("without the texts once they are erased")
        void erased() {
            Someone ann = someone();
            api.entities.chat(ann.id(), "c7", "ses_1");
            DataKey key = key(ann, "c7");
            api.inChat("c7", List.of(opened(ann, key), message(ann, key, 1)));
            Api.await(api.erasures.chat(ann.id(), "c7"));

            JsonNode item = api.get(ann, "/api/v1/chats/c7/messages")
                    .json()
                    .path("items")
                    .path(0);

            assertThat(item.path("id").asText()).isEqualTo("m1");
            assertThat(item.path("text").isNull()).isTrue();
            assertThat(item.path("sender_name").isNull()).isTrue();
            assertThat(item.path("erased").asBoolean()).isTrue();
        }
    }

    @Nested
    @DisplayName("can be erased")
    class Erased {

        @Test
        @DisplayName("by its owner only")
        void owner() {
            Someone ann = someone();
            api.entities.chat(ann.id(), "c20", "ses_1");

            Answer answer = api.send(ann, "DELETE", "/api/v1/chats/c20", null);

            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.json().path("status").asText()).isEqualTo("erased");
            assertThat(api.send(someone(), "DELETE", "/api/v1/chats/c20", null).problem())
                    .isEqualTo("not-found");
            assertThat(api.send(ann, "DELETE", "/api/v1/chats/c21", null).problem())
                    .isEqualTo("not-found");
            assertThat(api.send(null, "DELETE", "/api/v1/chats/c20", null).status())
                    .isEqualTo(401);
        }

        @Test
        @DisplayName("and is then shown as erased, and listed no more")
        void shown() {
            Someone ann = someone();
            DataKey key = key(ann, "c22");
            api.inChat("c22", List.of(opened(ann, key), message(ann, key, 1)));
            ChatView chat = api.entities.chat(ann.id(), "c22", "ses_22");
            assertThat(api.get(ann, "/api/v1/chats").json().path("items")).hasSize(1);
            Api.await(api.erasures.chat(ann.id(), "c22"));
            assertThat(api.get(ann, "/api/v1/chats/c22").json().has("erased")).isFalse();
            api.entities.chats.put(
                    "c22",
                    new ChatView(
                            chat.id(),
                            "ses_22",
                            42,
                            null,
                            chat.type(),
                            0,
                            null,
                            chat.config(),
                            true,
                            0,
                            List.of(),
                            0,
                            null));

            JsonNode shown = api.get(ann, "/api/v1/chats/c22").json();

            assertThat(shown.path("erased").asBoolean()).isTrue();
            assertThat(shown.path("title").isNull()).isTrue();
            assertThat(api.get(ann, "/api/v1/chats").json().path("items")).isEmpty();
        }
    }

    @Nested
    @DisplayName("leaves a trail")
    class Audit {

        private JsonNode items(Someone who, String query) {
            Answer answer = api.get(who, "/api/v1/audit" + query);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            return answer.json().path("items");
        }

        @Test
        @DisplayName("with an answer's plain text beside its formats")
        void formats() {
            Someone ann = someone();
            DataKey key = key(ann, "c15");
            StoredEvents.store(
                    api.database,
                    "Chat|c15",
                    1,
                    new ChatEvent.ReplyDrafted(
                            head(ann),
                            "d1",
                            "m1",
                            List.of(key.seal("hello")),
                            null,
                            new DraftOrigin.Model("p", "m", 1, 1),
                            null,
                            Map.of(0, key.seal("[{\"type\":\"bold\",\"offset\":0,\"length\":5}]"))));

            JsonNode drafted = items(ann, "").path(0).path("payload");
            assertThat(drafted.path("parts").path(0).asText()).isEqualTo("hello");
            assertThat(drafted.path("formats").toString())
                    .isEqualTo("{\"0\":[{\"type\":\"bold\",\"offset\":0,\"length\":5}]}");
        }

        @Test
        @DisplayName("that only its owner reads, in the clear")
        void owner() {
            Someone ann = someone();
            DataKey key = key(ann, "c8");
            StoredEvents.store(api.database, "Chat|c8", 1, opened(ann, key));
            StoredEvents.store(api.database, "Chat|c8", 2, message(ann, key, 1));
            api.inChat("c8", List.of(opened(ann, key), message(ann, key, 1)));
            api.entities.chat(ann.id(), "c8", "ses_1");

            assertThat(items(ann, ""))
                    .extracting(item -> item.path("type").asText())
                    .containsExactly("message_received", "chat_opened");
            JsonNode received = items(ann, "?type=message_received&chat_id=c8&session_id=ses_1")
                    .path(0);
            assertThat(received.path("persistence_id").asText()).isEqualTo("Chat|c8");
            assertThat(received.path("seq_nr").asLong()).isEqualTo(2);
            assertThat(received.path("payload").path("content").path("text").asText())
                    .isEqualTo("word 1");
            assertThat(received.path("payload").path("sender").path("name").asText())
                    .isEqualTo("Ann Lee");
            assertThat(received.has("erased")).isFalse();
            assertThat(items(ann, "?session_id=ses_other")).isEmpty();
            assertThat(items(someone(), "")).isEmpty();
            assertThat(items(someone(), "?chat_id=c8")).isEmpty();
            assertThat(api.get(ann, "/api/v1/chats?session_id=ses_1")
                            .json()
                            .path("items")
                            .findValuesAsText("id"))
                    .containsExactly("c8");
        }

        @Test
        @DisplayName("that says what was erased")
        void erased() {
            Someone ann = someone();
            StoredEvents.store(api.database, "Chat|c9", 1, message(ann, key(ann, "c9"), 1));
            Api.await(api.erasures.chat(ann.id(), "c9"));

            JsonNode item = items(ann, "").path(0);

            assertThat(item.path("erased").asBoolean()).isTrue();
            assertThat(item.path("payload").path("content").path("text").isNull())
                    .isTrue();
        }

        @Test
        @DisplayName("without any secret")
        void secrets() {
            Someone ann = someone();
            DataKey key = Api.await(api.keys.obtain(ann.id(), "session:ses_9"));
            StoredEvents.store(
                    api.database,
                    "Session|ses_9",
                    1,
                    new SessionEvent.SessionConnected(
                            head(ann),
                            SessionKind.BOT,
                            new Bot(9, "bot_9"),
                            key.seal("9:the-token"),
                            ChatMode.OBSERVE,
                            Delivery.POLLING));
            StoredEvents.store(
                    api.database,
                    "Session|ses_9",
                    2,
                    new SessionEvent.UpdateParked(head(ann), 1, "c", key.seal("{\"update\":\"the-update\"}")));

            Answer answer = api.get(ann, "/api/v1/audit");

            assertThat(answer.json().path("items")).hasSize(2);
            assertThat(answer.body())
                    .doesNotContain("the-token")
                    .doesNotContain("the-update")
                    .doesNotContain("ciphertext");
        }
    }

    @Test
    @DisplayName("is answered in the settings of its owner, which he changes one by one")
    void settings() {
        Someone ann = someone();

        JsonNode changed = api.send(ann, "PATCH", "/api/v1/users/me", """
                {"persona":"Short and kind.","timezone":"Europe/Berlin","quiet_hours":{"from":"22:00","to":"06:30"}}""").json();
        JsonNode again = api.send(ann, "PATCH", "/api/v1/users/me", "{\"persona\":null,\"language\":\"pt-BR\"}")
                .json();

        assertThat(changed.path("persona").asText()).isEqualTo("Short and kind.");
        assertThat(changed.path("quiet_hours").toString()).isEqualTo("{\"from\":\"22:00\",\"to\":\"06:30\"}");
        JsonNode hours = api.send(ann, "PATCH", "/api/v1/users/me", """
                {"working_hours":{"days":["friday","monday"],"from":"09:00","to":"18:00"},"outside_hours":"notice",
                 "outside_notice":"I am back on Monday."}""").json();
        assertThat(hours.path("working_hours").toString())
                .isEqualTo("{\"days\":[\"monday\",\"friday\"],\"from\":\"09:00\",\"to\":\"18:00\"}");
        assertThat(hours.path("outside_hours").asText()).isEqualTo("notice");
        assertThat(hours.path("outside_notice").asText()).isEqualTo("I am back on Monday.");
        assertThat(api.send(ann, "PATCH", "/api/v1/users/me", "{\"outside_notice\":null}")
                        .status())
                .isEqualTo(400);
        JsonNode always = api.send(ann, "PATCH", "/api/v1/users/me", """
                {"working_hours":null,"outside_hours":null,"outside_notice":null}""").json();
        assertThat(always).isEqualTo(again);
        assertThat(again.path("persona").isNull()).isTrue();
        assertThat(again.path("language").asText()).isEqualTo("pt-BR");
        assertThat(again.path("timezone").asText()).isEqualTo("Europe/Berlin");
        assertThat(api.get(ann, "/api/v1/users/me").json()).isEqualTo(again);
    }
}
