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
import io.vibee.protocol.chat.DraftEnd;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.stored.EventHead;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@DisplayName("What waits for its owner's leave")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("database")
class DraftsApiTest {

    private static final String DRAFTS = "/api/v1/drafts";

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

    /** A chat in which two answers wait, and one was discarded. */
    private String chat(Someone who, String session) {
        String chat = "cht_" + number++;
        api.entities.chat(who.id(), chat, session);
        DataKey key = Api.await(api.keys.obtain(who.id(), "chat:" + chat));
        EventHead head = new EventHead(who.id(), session, false, Instant.now().truncatedTo(ChronoUnit.MILLIS));
        List<ChatEvent> events = new ArrayList<>();
        events.add(new ChatEvent.ChatOpened(
                head,
                42,
                ChatType.PRIVATE,
                null,
                key.keyId(),
                new Carrier(session, SessionKind.BOT, null),
                ChatSettings.of(ChatMode.DRAFT)));
        for (int i = 1; i <= 3; i++) {
            events.add(new ChatEvent.ReplyProposed(
                    head,
                    "out" + i,
                    "msg" + i,
                    List.of(key.seal("answer "), key.seal("" + i)),
                    null,
                    null,
                    head.at().plus(Duration.ofHours(1)),
                    Map.of()));
        }
        events.add(new ChatEvent.DraftClosed(head, "out2", DraftEnd.DISCARDED, null));
        api.inChat(chat, events);
        api.entities.drafts.add(chat + ".out1");
        api.entities.drafts.add(chat + ".out3");
        return chat;
    }

    private static void refused(Answer answer, int status, String problem) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(problem);
    }

    @Test
    @DisplayName("is listed for its owner, by pages and by session")
    void list() {
        Someone ann = someone();
        String session = session(ann);
        String chat = chat(ann, session);

        JsonNode page = api.get(ann, DRAFTS + "?limit=1&session_id=" + session).json();
        JsonNode newest = page.path("items").path(0);
        assertThat(newest.path("id").asText()).isEqualTo(chat + ".out3");
        assertThat(newest.path("chat_id").asText()).isEqualTo(chat);
        assertThat(newest.path("session_id").asText()).isEqualTo(session);
        assertThat(newest.path("in_reply_to").asText()).isEqualTo("msg3");
        assertThat(newest.path("text").asText()).isEqualTo("answer 3");
        assertThat(Instant.parse(newest.path("expires_at").asText())).isAfter(Instant.now());
        JsonNode rest = api.get(
                        ann, DRAFTS + "?cursor=" + page.path("next_cursor").asText())
                .json();
        assertThat(rest.path("items")).hasSize(1);
        assertThat(rest.path("items").path(0).path("id").asText()).isEqualTo(chat + ".out1");
        assertThat(rest.path("next_cursor").isNull()).isTrue();
        assertThat(api.get(someone(), DRAFTS).json().path("items")).isEmpty();
    }

    @Test
    @DisplayName("is approved, in other words if its owner likes, or discarded; who comes second learns it")
    void decide() {
        Someone ann = someone();
        String chat = chat(ann, session(ann));
        Answer approved = api.post(ann, DRAFTS + "/" + chat + ".out1/approve", "{\"text\":\"hello\"}");

        assertThat(approved.status()).isEqualTo(200);
        assertThat(approved.json().path("status").asText()).isEqualTo("queued");
        assertThat(approved.json().path("message_id").asText()).isEqualTo("out1");
        assertThat(api.entities.approved).contains(chat + ".out1 hello");
        refused(api.post(ann, DRAFTS + "/" + chat + ".out1/discard", null), 409, "draft-settled");
        Answer discarded = api.post(ann, DRAFTS + "/" + chat + ".out3/discard", null);
        assertThat(discarded.status()).isEqualTo(200);
        assertThat(discarded.json().path("status").asText()).isEqualTo("discarded");
        refused(api.post(ann, DRAFTS + "/" + chat + ".out3/approve", null), 409, "draft-settled");
    }

    @Test
    @DisplayName("is approved as it is with no body, or an empty object")
    void asItIs() {
        Someone ann = someone();
        String chat = chat(ann, session(ann));

        assertThat(api.post(ann, DRAFTS + "/" + chat + ".out1/approve", null).status())
                .isEqualTo(200);
        assertThat(api.post(ann, DRAFTS + "/" + chat + ".out3/approve", "{}").status())
                .isEqualTo(200);
        assertThat(api.entities.approved).contains(chat + ".out1 null", chat + ".out3 null");
    }

    @Test
    @DisplayName("is another's to nobody, and not there under a wrong id")
    void ownership() {
        Someone ann = someone();
        String chat = chat(ann, session(ann));

        refused(api.post(someone(), DRAFTS + "/" + chat + ".out1/approve", null), 404, "not-found");
        refused(api.post(someone(), DRAFTS + "/" + chat + ".out1/discard", null), 404, "not-found");
        refused(api.post(ann, DRAFTS + "/nothing/approve", null), 404, "not-found");
        refused(api.post(ann, DRAFTS + "/cht_none.out1/discard", null), 404, "not-found");
    }

    @Test
    @DisplayName("is not approved with words that nobody sees, too many of them, or while its session is silent")
    void refused() {
        Someone ann = someone();
        String session = session(ann);
        String draft = DRAFTS + "/" + chat(ann, session) + ".out1/approve";

        refused(api.post(ann, draft, "{\"text\":\" \"}"), 400, "invalid-request");
        refused(api.post(ann, draft, "{\"words\":\"x\"}"), 400, "invalid-request");
        refused(api.post(ann, draft, "{\"text\":\"" + "x".repeat(40_001) + "\"}"), 413, "too-large");
        api.entities.status(session, SessionStatus.PAUSED);
        refused(api.post(ann, draft, null), 409, "session-not-sending");
    }

    @Test
    @DisplayName("is not what a chat in its owner's hand makes: it is taken and given back")
    void takeover() {
        Someone ann = someone();
        String takeover = "/api/v1/chats/" + chat(ann, session(ann)) + "/takeover";

        JsonNode taken = api.post(ann, takeover, "{\"minutes\":45}").json();
        assertThat(taken.path("taken_over_until").asText()).isEqualTo("2026-01-02T03:49:05Z");
        assertThat(api.post(ann, takeover, null).json().path("taken_over_until").asText())
                .isEqualTo("2026-01-02T03:34:05Z");
        JsonNode back = api.send(ann, "DELETE", takeover, null).json();
        assertThat(back.has("taken_over_until")).isFalse();

        refused(api.post(ann, takeover, "{\"minutes\":0}"), 400, "invalid-request");
        refused(api.post(ann, takeover, "{\"minutes\":20000}"), 400, "invalid-request");
        refused(api.post(someone(), takeover, null), 404, "not-found");
        refused(api.send(someone(), "DELETE", takeover, null), 404, "not-found");
    }

    @Test
    @DisplayName("comes from a profile that a link connects, if there is an operator's bot")
    void link() {
        Someone ann = someone();
        JsonNode made = api.post(ann, "/api/v1/sessions/link", "{\"kind\":\"business\"}")
                .json();
        assertThat(made.path("url").asText())
                .isEqualTo(
                        "https://t.me/operators_bot?start=" + made.path("code").asText());
        assertThat(made.path("code").asText()).hasSize(32);
        assertThat(Instant.parse(made.path("expires_at").asText())).isAfter(Instant.now());

        refused(api.post(ann, "/api/v1/sessions/link", "{}"), 400, "invalid-request");
        refused(api.post(ann, "/api/v1/sessions/link", "{\"kind\":\"bot\"}"), 400, "invalid-request");
        api.operatorBot = Optional.empty();
        refused(api.post(ann, "/api/v1/sessions/link", "{\"kind\":\"business\"}"), 409, "no-operator-bot");
        api.operatorBot = Optional.of(Api.OPERATOR);
    }
}
