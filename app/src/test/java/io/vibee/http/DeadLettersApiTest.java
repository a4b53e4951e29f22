package io.vibee.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.http.Api.Answer;
import io.vibee.http.Api.Someone;
import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.stored.EventHead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@DisplayName("What failed for good")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("database")
class DeadLettersApiTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
    private static final String LETTERS = "/api/v1/dead-letters";

    private final Api api = Api.start();
    private int number = 100;

    @AfterAll
    void stop() {
        api.close();
    }

    private Someone someone() {
        return api.register("user-" + number++);
    }

    private String session(Someone who) {
        return api.post(who, "/api/v1/sessions/connect", """
                        {"bot_token":"%d:%s"}""".formatted(number++, "a".repeat(35)))
                .json()
                .path("id")
                .asText();
    }

    /** A chat with so many dead letters, a second apart; the first of them is a text that could not be sent. */
    private String chat(Someone who, String session, int letters) {
        String chat = "cht_" + number++;
        api.entities.chat(who.id(), chat, session);
        DataKey key = Api.await(api.keys.obtain(who.id(), "chat:" + chat));
        List<ChatEvent> events = new ArrayList<>();
        events.add(new ChatEvent.ChatOpened(
                head(who, session, 0),
                42,
                ChatType.PRIVATE,
                null,
                key.keyId(),
                new Carrier(session, SessionKind.BOT, null),
                ChatSettings.of(ChatMode.DIGITAL_TWIN)));
        for (int i = 1; i <= letters; i++) {
            String id = "dead" + i;
            events.add(new ChatEvent.DeadLettered(
                    head(who, session, i), "msg" + i, i == 1 ? "out9" : null, "cause " + i, i, id));
            api.entities
                    .deadLetters
                    .computeIfAbsent(chat, any -> ConcurrentHashMap.newKeySet())
                    .add(id);
        }
        api.inChat(chat, events);
        return chat;
    }

    private static EventHead head(Someone who, String session, int second) {
        return new EventHead(who.id(), session, false, AT.plusSeconds(second));
    }

    private JsonNode list(Someone who, String query) {
        Answer answer = api.get(who, LETTERS + query);
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }

    private Answer retry(Someone who, String id) {
        return api.post(who, LETTERS + "/" + id + "/retry", null);
    }

    private Answer drop(Someone who, String id) {
        return api.send(who, "DELETE", LETTERS + "/" + id, null);
    }

    private static void refused(Answer answer, int status, String problem) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(problem);
    }

    @Test
    @DisplayName("is listed for its owner, the newest first, by pages and by session")
    void list() {
        Someone ann = someone();
        String session = session(ann);
        String chat = chat(ann, session, 3);
        String other = session(ann);
        chat(ann, other, 1);

        JsonNode page = list(ann, "?limit=2&session_id=" + session);
        assertThat(page.path("items")).hasSize(2);
        JsonNode newest = page.path("items").path(0);
        assertThat(newest.path("session_id").asText()).isEqualTo(session);
        assertThat(newest.path("chat_id").asText()).isEqualTo(chat);
        assertThat(newest.path("message_id").asText()).isEqualTo("msg3");
        assertThat(newest.path("kind").asText()).isEqualTo("answer");
        assertThat(newest.path("cause").asText()).isEqualTo("cause 3");
        assertThat(newest.path("tries").asInt()).isEqualTo(3);
        assertThat(newest.path("failed_at").asText()).isEqualTo("2026-01-02T03:04:08Z");
        assertThat(newest.path("age_seconds").asLong()).isPositive();
        JsonNode rest = list(
                ann,
                "?session_id=" + session + "&cursor=" + page.path("next_cursor").asText());
        assertThat(rest.path("items")).hasSize(1);
        assertThat(rest.path("items").path(0).path("kind").asText()).isEqualTo("delivery");
        assertThat(rest.path("next_cursor").isNull()).isTrue();
        assertThat(list(ann, "").path("items")).hasSize(4);
        assertThat(list(someone(), "").path("items")).isEmpty();
        refused(api.get(ann, LETTERS + "?cursor=nonsense"), 400, "invalid-request");
        refused(api.get(null, LETTERS), 401, "unauthenticated");
    }

    @Test
    @DisplayName("is retried, once")
    void retry() {
        Someone ann = someone();
        chat(ann, session(ann), 1);
        String id = list(ann, "").path("items").path(0).path("id").asText();
        Answer retried = retry(ann, id);

        assertThat(retried.status()).isEqualTo(202);
        assertThat(retried.json().path("id").asText()).isEqualTo(id);
        assertThat(retried.json().path("status").asText()).isEqualTo("queued");
        refused(retry(ann, id), 409, "dead-letter-settled");
        refused(drop(ann, id), 409, "dead-letter-settled");
    }

    @Test
    @DisplayName("is dropped, once")
    void drop() {
        Someone ann = someone();
        String chat = chat(ann, session(ann), 1);

        assertThat(drop(ann, chat + ".dead1").status()).isEqualTo(204);
        refused(drop(ann, chat + ".dead1"), 409, "dead-letter-settled");
    }

    @Test
    @DisplayName("of somebody else, or under an id that is none, is not there")
    void notThere() {
        Someone ann = someone();
        String session = session(ann);
        String chat = chat(ann, session, 1);
        Someone eve = someone();

        for (String id : List.of(chat + ".dead1", chat + ".out1", "nonsense", ".dead1", "cht_none.dead1")) {
            refused(retry(eve, id), 404, "not-found");
            refused(drop(eve, id), 404, "not-found");
        }
        refused(retry(ann, chat + ".out1"), 404, "not-found");
        refused(api.post(eve, LETTERS + "/retry?session_id=" + session, null), 404, "not-found");
    }

    @Test
    @DisplayName("stays as it is while its session is paused, revoked or removed")
    void notSending() {
        Someone ann = someone();
        String session = session(ann);
        String chat = chat(ann, session, 1);
        for (SessionStatus status : List.of(SessionStatus.PAUSED, SessionStatus.REVOKED)) {
            api.entities.status(session, status);
            refused(retry(ann, chat + ".dead1"), 409, "session-not-sending");
            refused(api.post(ann, LETTERS + "/retry?session_id=" + session, null), 409, "session-not-sending");
        }
        api.entities.status(session, SessionStatus.BACKING_OFF);
        assertThat(retry(ann, chat + ".dead1").status()).isEqualTo(202);

        String another = chat(ann, session, 1);
        api.send(ann, "DELETE", "/api/v1/sessions/" + session, null);
        refused(retry(ann, another + ".dead1"), 409, "session-not-sending");
        assertThat(drop(ann, another + ".dead1").status()).isEqualTo(204);
    }

    @Test
    @DisplayName("is retried with all of its session")
    void retryAll() {
        Someone ann = someone();
        String session = session(ann);
        chat(ann, session, 3);
        chat(ann, session, 2);
        chat(ann, session(ann), 4);
        Answer retried = api.post(ann, LETTERS + "/retry?session_id=" + session, null);

        assertThat(retried.status()).isEqualTo(202);
        assertThat(retried.json().toString()).isEqualTo("{\"queued\":5}");
        refused(api.post(ann, LETTERS + "/retry", null), 400, "invalid-request");
        refused(api.post(ann, LETTERS + "/retry?limit=3&session_id=" + session, null), 400, "invalid-request");
    }
}
