package io.vibee.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.http.Api.Answer;
import io.vibee.http.Api.Someone;
import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.account.AccountEvent;
import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Content;
import io.vibee.protocol.chat.Sender;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.EventHead;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@DisplayName("An export")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("database")
class ExportTest {

    private static final String EXPORT = "/api/v1/users/me/export";
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
    private static final int MESSAGES = 1_234;

    private final Api api = Api.start();
    private int someone;

    @AfterAll
    void stop() {
        api.close();
    }

    private Someone someone() {
        return api.register("export-" + ++someone);
    }

    private static ChatEvent message(Someone owner, Sealed name, Sealed text, int number) {
        return new ChatEvent.MessageReceived(
                new EventHead(owner.id(), "ses_1", true, AT),
                "m" + number,
                "i" + number,
                number,
                new Sender(7, name, false, "en"),
                new Content.Text(text),
                null,
                AT.plusSeconds(number),
                new Carrier("ses_1", SessionKind.BOT, null),
                null,
                null);
    }

    /** A chat with so many messages. */
    private void chat(Someone owner, String id, int messages) {
        DataKey key = Api.await(api.keys.obtain(owner.id(), "chat:" + id));
        api.entities.chat(owner.id(), id, "ses_1");
        List<ChatEvent> events = new ArrayList<>();
        events.add(new ChatEvent.ChatOpened(
                new EventHead(owner.id(), "ses_1", false, AT),
                42,
                ChatType.PRIVATE,
                key.seal("Ann"),
                key.keyId(),
                new Carrier("ses_1", SessionKind.BOT, null),
                ChatSettings.of(ChatMode.OBSERVE)));
        for (int n = 1; n <= messages; n++) {
            events.add(message(owner, key.seal("Ann"), key.seal("word " + n), n));
        }
        api.inChat(id, events);
        StoredEvents.store(api.database, "Chat|" + id, 1, message(owner, key.seal("Ann"), key.seal("word 1"), 1));
    }

    @Test
    @DisplayName("holds everything about its user, and nothing of another or secret")
    void everything() {
        Someone ann = someone();
        Someone bob = someone();
        Answer session = api.post(
                ann,
                "/api/v1/sessions/connect",
                "{\"bot_token\":\"4242:AAaaAAaaAAaaAAaaAAaaAAaaAAaaAAaaAAa\",\"default_mode\":\"observe\"}");
        assertThat(session.status()).as(session.body()).isEqualTo(201);
        api.send(ann, "PATCH", "/api/v1/users/me", "{\"persona\":\"a gardener\"}");
        chat(ann, "x1", MESSAGES);
        chat(ann, "x2", 1);
        chat(ann, "x3", 1);
        chat(bob, "x4", 1);
        Api.await(api.erasures.chat(ann.id(), "x3"));
        EventHead head = new EventHead(ann.id(), "", false, AT);
        LocalDate day = LocalDate.of(2026, 1, 2);
        api.inAccount(
                ann.id(),
                List.of(
                        new AccountEvent.AccountOpened(head, "free"),
                        new AccountEvent.BlockReserved(head, 1, day, 10, AT),
                        new AccountEvent.CallsSettled(head, 1, 3, 100, 20, 72_000),
                        new AccountEvent.CallsSettled(head, 1, 1, 10, 2, 8_000),
                        new AccountEvent.BlockClosed(head, 1, 2)));

        Answer answer = api.get(ann, EXPORT);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Disposition")).contains("attachment");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        JsonNode json = answer.json();
        assertThat(json.path("user").path("username").asText()).isEqualTo(ann.username());
        assertThat(json.path("user").path("persona").asText()).isEqualTo("a gardener");
        assertThat(json.path("sessions").findValuesAsText("status")).containsExactly("polling");
        assertThat(json.path("chats").findValues("chat"))
                .extracting(chat -> chat.path("id").asText())
                .containsExactly("x1", "x2", "x3");
        assertThat(json.path("chats")
                        .path(0)
                        .path("chat")
                        .path("config")
                        .path("mode")
                        .asText())
                .isEqualTo("observe");
        List<String> words = new ArrayList<>();
        json.path("chats")
                .path(0)
                .path("messages")
                .forEach(item -> words.add(item.path("text").asText()));
        assertThat(words)
                .containsExactlyElementsOf(IntStream.range(0, MESSAGES)
                        .mapToObj(i -> "word " + (MESSAGES - i))
                        .toList());
        JsonNode erased = json.path("chats").path(2).path("messages").path(0);
        assertThat(erased.path("text").isNull()).isTrue();
        assertThat(erased.path("erased").asBoolean()).isTrue();
        assertThat(json.path("usage").toString())
                .isEqualTo("[{\"day\":\"2026-01-02\",\"calls\":6,\"prompt_tokens\":110,\"completion_tokens\":22,"
                        + "\"cost_usd\":0.08}]");
        assertThat(json.path("journal").findValuesAsText("persistence_id"))
                .containsExactlyInAnyOrder("Chat|x1", "Chat|x2", "Chat|x3");
        assertThat(json.path("journal"))
                .extracting(event -> event.path("type").asText())
                .containsOnly("message_received");
        assertThat(answer.body()).doesNotContain("4242:", "AAaaAA", "ciphertext", "\"x4\"", bob.id());
    }

    @Test
    @DisplayName("is for who is signed in")
    void unauthenticated() {
        assertThat(api.get(null, EXPORT).status()).isEqualTo(401);
    }

    @Test
    @DisplayName("that fails in the middle has no end, neither in HTTP nor in JSON")
    void cut() throws IOException {
        Someone ann = someone();
        chat(ann, "y1", 3);
        chat(ann, "y2", 3);
        Sealed unknown = new Sealed("no-such-key", "AAAA");
        StoredEvents.store(api.database, "Chat|y2", 2, message(ann, unknown, unknown, 1));

        String raw = raw(ann);

        assertThat(raw).startsWith("HTTP/1.1 200 ").contains("\"y1\"", "\"word 1\"", "\"y2\"");
        assertThat(raw).doesNotContain("message_received").doesNotEndWith("0\r\n\r\n");
        assertThatThrownBy(() -> api.get(ann, EXPORT)).hasRootCauseInstanceOf(IOException.class);
        StoredEvents.remove(api.database, "Chat|y2", 2);
        assertThat(api.get(ann, EXPORT).status())
                .as("it counts no more as running")
                .isEqualTo(200);
    }

    @Test
    @DisplayName("that is not taken waits, and another one of the user meanwhile is refused")
    void backpressure() throws IOException {
        Someone ann = someone();
        chat(ann, "z1", 20_000);
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
            slow.setReceiveBufferSize(4_096);
            slow.getOutputStream().write(request(ann));
            assertThat(slow.getInputStream().read()).isEqualTo('H');

            Answer second = api.get(ann, EXPORT);

            assertThat(second.status()).isEqualTo(429);
            assertThat(Integer.parseInt(Objects.requireNonNull(second.header("Retry-After"))))
                    .isPositive();
        }
    }

    private byte[] request(Someone who) {
        return ("GET " + EXPORT + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer "
                        + who.accessToken() + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private String raw(Someone who) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
            socket.getOutputStream().write(request(who));
            InputStream in = socket.getInputStream();
            StringBuilder text = new StringBuilder();
            try {
                for (int next = in.read(); next >= 0; next = in.read()) {
                    text.append((char) next);
                }
            } catch (IOException reset) {
                assertThat(reset).hasMessageContaining("reset");
            }
            return text.toString();
        }
    }
}
