package io.vibee.sandbox;

import static io.vibee.journal.Eventually.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.vibee.protocol.session.TextEntity;
import io.vibee.protocol.session.TextEntity.Kind;
import io.vibee.telegram.FormattedText;
import io.vibee.telegram.MarkdownReader;
import io.vibee.telegram.SendRequest;
import io.vibee.telegram.TelegramClient;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The simulated Bot API takes")
@Tag("actors")
class FormattedMessagesTest {
    private static SandboxSystem sandbox;

    private BotApiServer server;
    private TelegramClient client;
    private SandboxBot bot;
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
        server = sandbox.botApi();
        client = new TelegramClient(server.url());
        bot = server.world().createBot("echo_bot");
        anna = server.world().createUser("Anna");
        chat = server.world().privateChat(anna);
        server.world().userWrites(bot, anna, chat, "hello");
    }

    @AfterEach
    void stopServer() {
        client.close();
        value(server.stop());
    }

    private void send(String text, List<TextEntity> entities) {
        value(client.sendMessage(bot.token(), new SendRequest(chat.id(), text, entities, true, null, null, null)));
    }

    private TranscriptEntry last() {
        return server.world().transcript(bot, chat).getLast();
    }

    @Test
    @DisplayName("entities, and shows them in the transcript")
    void entities() {
        FormattedText formatted = MarkdownReader.read("> **b** *i* ~~s~~ `c` [l](https://e.org)\n\n```java\nx\n```");
        send(formatted.text(), formatted.entities());
        assertThat(last().text()).isEqualTo(formatted.text());
        assertThat(last().entities()).isEqualTo(formatted.entities());
    }

    @Test
    @DisplayName("away the white space around a text, but not within its first entity")
    void stripped() {
        send(" \n one two  ", List.of(new TextEntity(Kind.BOLD, 7, 5, null, null)));
        assertThat(last().text()).isEqualTo("one two");
        assertThat(last().entities()).containsExactly(new TextEntity(Kind.BOLD, 4, 3, null, null));
        send("  x", List.of(new TextEntity(Kind.PRE, 0, 3, null, null)));
        assertThat(last().text()).isEqualTo("  x");
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({"-1, 1", "0, -1", "0, 5", "4, 1", "2, 1", "0, 2"})
    @DisplayName("no entities that lie outside of the text or cut a character")
    void refused(int offset, int length) {
        List<TextEntity> entities = List.of(new TextEntity(Kind.BOLD, offset, length, null, null));
        assertThat(catchThrowable(() -> send("a😀b", entities))).hasStackTraceContaining("400 Bad Request");
        assertThat(server.world().transcript(bot, chat)).hasSize(1);
    }

    @Test
    @DisplayName("drafts in a private chat, until the bot's next message")
    void drafts() {
        value(client.sendDraft(bot.token(), chat.id(), null, 1, "I th"));
        value(client.sendDraft(bot.token(), chat.id(), null, 1, "I think"));
        assertThat(server.world().draft(bot, chat)).isEqualTo("I think");
        send("I think so", List.of());
        assertThat(server.world().draft(bot, chat)).isEmpty();

        SandboxChat group = server.world().createGroup("Club");
        server.world().botJoins(bot, group, anna);
        assertThat(catchThrowable(() -> value(client.sendDraft(bot.token(), group.id(), null, 1, "x"))))
                .hasStackTraceContaining("TEXTDRAFT_PEER_INVALID");
        assertThat(catchThrowable(() -> value(client.sendDraft(bot.token(), chat.id(), null, 0, "x"))))
                .hasStackTraceContaining("non-zero");
    }
}
