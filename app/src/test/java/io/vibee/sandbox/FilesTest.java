package io.vibee.sandbox;

import static io.vibee.journal.Eventually.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("The simulated Telegram's files")
@Tag("actors")
class FilesTest {
    /** All bytes that there are, after the letters with which Ogg begins. */
    private static final ByteString VOICE = voice();

    private static SandboxSystem sandbox;
    private static HttpClient http;

    private BotApiServer server;
    private SandboxWorld world;
    private SandboxBot bot;
    private BotCalls calls;
    private SandboxUser anna;
    private SandboxChat chat;

    private static ByteString voice() {
        byte[] bytes = new byte[260];
        System.arraycopy("OggS".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, 4);
        for (int i = 4; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return ByteString.fromArray(bytes);
    }

    @BeforeAll
    static void startSystem() {
        sandbox = new SandboxSystem();
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stopSystem() {
        http.shutdownNow();
        sandbox.close();
    }

    @BeforeEach
    void startServer() {
        server = sandbox.botApi();
        world = server.world();
        bot = world.createBot("file_bot");
        calls = new BotCalls(server, bot);
        anna = world.createUser("Anna");
        chat = world.privateChat(anna);
    }

    @AfterEach
    void stopServer() {
        calls.close();
        value(server.stop());
    }

    private HttpResponse<byte[]> download(String token, String path) {
        var request = HttpRequest.newBuilder(URI.create(server.url() + "/file/bot" + token + "/" + path))
                .build();
        return value(http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
    }

    private JsonNode sendVoice(ByteString sound, String chatId) {
        String form = "--line\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n" + chatId
                + "\r\n--line\r\nContent-Disposition: form-data; name=\"caption\"\r\n\r\nпослушай"
                + "\r\n--line\r\nContent-Disposition: form-data; name=\"voice\"; filename=\"answer.ogg\"\r\n"
                + "Content-Type: audio/ogg\r\n\r\n";
        byte[] body = ByteString.fromString(form)
                .concat(sound)
                .concat(ByteString.fromString("\r\n--line--\r\n"))
                .toArray();
        var request = HttpRequest.newBuilder(
                        URI.create(server.url() + "/bot" + bot.token().reveal() + "/sendVoice"))
                .header("Content-Type", "multipart/form-data; boundary=line")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return Json.parse(value(http.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                .body());
    }

    @Test
    @DisplayName("are a person's voice message, which the bot downloads by its own token")
    void incomingVoice() {
        world.userWrites(bot, anna, chat, IncomingMessage.voice(VOICE, 7));
        JsonNode voice = calls.update("message").path("voice");
        assertThat(voice.path("duration").asInt()).isEqualTo(7);
        assertThat(voice.path("file_size").asInt()).isEqualTo(VOICE.size());

        JsonNode file =
                calls.result("getFile", "{'file_id':'" + voice.path("file_id").asText() + "'}");
        String path = file.path("file_path").asText();
        assertThat(path).endsWith(".oga");
        assertThat(download(bot.token().reveal(), path).body()).isEqualTo(VOICE.toArray());
        assertThat(download("1:" + "x".repeat(35), path).statusCode()).isEqualTo(404);
        assertThat(download(bot.token().reveal(), "voice/none.oga").statusCode())
                .isEqualTo(404);
        assertThat(calls.refusal("getFile", "{'file_id':'none'}"))
                .isEqualTo("400 Bad Request: wrong file_id or the file is temporarily unavailable");
        server.faults().next(1, BotApiServer.DOWNLOADS, Fault.serverError(502));
        assertThat(download(bot.token().reveal(), path).statusCode()).isEqualTo(502);
    }

    @Test
    @DisplayName("are a photo in several sizes, whose caption may be edited")
    void photo() {
        ByteString jpeg = ByteString.fromArray(Base64.getDecoder().decode("/9j/4A=="));
        long id = world.userWrites(bot, anna, chat, IncomingMessage.text("look").with(new Media.Photo(jpeg)));
        world.userEdits(bot, chat, id, "look here");
        JsonNode edited = calls.updates().getLast().path("edited_message");
        assertThat(edited.path("caption").asText()).isEqualTo("look here");
        assertThat(edited.path("photo")).hasSize(3);
        for (JsonNode size : edited.path("photo")) {
            String path = calls.result(
                            "getFile", "{'file_id':'" + size.path("file_id").asText() + "'}")
                    .path("file_path")
                    .asText();
            assertThat(download(bot.token().reveal(), path).body()).isEqualTo(jpeg.toArray());
        }
    }

    @Test
    @DisplayName("are several photos in an album, each a message of its own")
    void album() {
        for (String caption : List.of("one", "")) {
            world.userWrites(bot, anna, chat, IncomingMessage.photo(caption).inAlbum("77"));
        }
        assertThat(calls.updates())
                .extracting(update -> update.at("/message/media_group_id").asText())
                .containsExactly("77", "77");
    }

    @Test
    @DisplayName("are a bot's voice, if it is sound")
    void sentVoice() {
        world.userWrites(bot, anna, chat, "say something");
        JsonNode sent = sendVoice(VOICE, Long.toString(chat.id()));
        assertThat(sent.path("result").path("voice").path("file_size").asInt()).isEqualTo(VOICE.size());
        assertThat(sent.path("result").path("caption").asText()).isEqualTo("послушай");
        TranscriptEntry entry = world.transcript(bot, chat).getLast();
        assertThat(entry.text()).isEqualTo("послушай");
        TranscriptEntry.Attachment attachment = entry.attachment();
        assertThat(attachment).isNotNull();
        assertThat(attachment.kind()).isEqualTo("voice");
        assertThat(world.file(attachment.fileId())).isEqualTo(VOICE);

        assertThat(sendVoice(ByteString.fromString("<html>"), Long.toString(chat.id()))
                        .path("error_code")
                        .asInt())
                .isEqualTo(400);
        assertThat(calls.refusal("sendVoice", "{'chat_id':" + chat.id() + ",'voice':'x'}"))
                .startsWith("400 ");
    }

    @Test
    @DisplayName("are not needed for other things that a message holds")
    void other() {
        world.userWrites(
                bot,
                anna,
                chat,
                IncomingMessage.text("").with(new Media.Other("location", "{\"latitude\":52.5,\"longitude\":13.4}")));
        JsonNode message = calls.update("message");
        assertThat(message.path("location").path("latitude").asDouble()).isEqualTo(52.5);
        assertThat(message.has("text")).isFalse();
        assertThat(world.transcript(bot, chat).getLast().attachment())
                .isEqualTo(new TranscriptEntry.Attachment("location", null));
    }

    @Test
    @DisplayName("nor for a rich message, which holds more than a plain one and is shown as it was written")
    void rich() {
        world.userWrites(bot, anna, chat, "tell me all");
        String table = "| a | b |\\n|---|---|\\n" + "| 1 | 2 |\\n".repeat(500);
        String body = "{'chat_id':" + chat.id() + ",'rich_message':{'markdown':'" + table + "'}}";
        JsonNode sent = calls.result("sendRichMessage", body);
        assertThat(sent.path("rich_message").path("blocks")).hasSize(1);
        assertThat(sent.has("text")).isFalse();
        assertThat(world.transcript(bot, chat).getLast().text())
                .startsWith("| a | b |\n")
                .hasSizeGreaterThan(4096);
        assertThat(calls.refusal("sendRichMessage", body.replace(table, "x".repeat(32_769))))
                .isEqualTo("400 Bad Request: message is too long");
        assertThat(calls.refusal("sendRichMessage", "{'chat_id':" + chat.id() + ",'rich_message':{}}"))
                .startsWith("400 ");
        server.faults().next(1, "sendRichMessage", Fault.unknownMethod());
        assertThat(calls.refusal("sendRichMessage", body)).isEqualTo("404 Not Found: method not found");
    }
}
