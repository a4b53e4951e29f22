package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountView;
import io.vibee.protocol.account.Availability;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.sandbox.ModelServer;
import io.vibee.sandbox.RecordedRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What people write is data: the model of these tests answers with all that it was given, so that whatever we put together shows. Each
 * attack is a message in a group, that group's title and its sender's name; in a private chat with the same bot a secret was told.
 */
@DisplayName("A message that wants to be an instruction")
@Tag("node")
class InjectionTest {

    private static final String SECRET = "the vault opens with KRAKEN-7391";
    private static final String PERSONA = "A baker who never mentions QUOKKA.";
    private static final Outside OUTSIDE = new Outside();
    private static final DatabaseUrl DATABASE = TestDatabase.fresh();
    private static TestNode node;
    private static Dialogue confidant;
    private static String system;

    @BeforeAll
    static void start() {
        OUTSIDE.model().echo(true);
        node = TestNode.on(DATABASE, OUTSIDE)
                .with("VIBEE_AI_REQUESTS_PER_DAY", "0")
                .with("VIBEE_CHAT_REPLIES_PER_MINUTE", "0")
                .with("VIBEE_TELEGRAM_SENDS_PER_SECOND", "0")
                .start();
        confidant = Dialogue.begin(node, OUTSIDE, new Journal(DATABASE), ChatMode.DIGITAL_TWIN);
        node.<AccountCommand, AccountView>ask(
                node.member().entities().account(confidant.owner()),
                replyTo -> new AccountCommand.ChangeSettings(
                        new AccountView(PERSONA, null, "UTC", null, Availability.ALWAYS, null), replyTo));
        confidant.write("Keep this to yourself: " + SECRET);
        confidant.awaitAnswers(1);
        group("Bakers", "Hello");
        system = systemOf(lastPrompt());
    }

    @AfterAll
    static void stop() {
        node.close();
        OUTSIDE.close();
    }

    static List<String> attacks() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(InjectionTest.class.getResourceAsStream("/io/vibee/boot/injections.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replace("\\n", "\n"))
                    .toList();
        }
    }

    /** What the bot answers in a group of its own. */
    private static String group(String title, String message) {
        Dialogue dialogue = confidant.withAnother().in(OUTSIDE.world().createGroup(title));
        OUTSIDE.world()
                .userWrites(
                        dialogue.bot(), OUTSIDE.world().createUser(title), dialogue.chat(), dialogue.toTheBot(message));
        return dialogue.awaitAnswers(1).getFirst();
    }

    private static RecordedRequest lastPrompt() {
        return OUTSIDE.model().requests().requests(ModelServer.COMPLETIONS).getLast();
    }

    private static List<JsonNode> messages(RecordedRequest request, String role) {
        return StreamSupport.stream(request.params().path("messages").spliterator(), false)
                .filter(message -> message.path("role").asText().equals(role))
                .toList();
    }

    private static String systemOf(RecordedRequest request) {
        List<JsonNode> all = messages(request, "system");
        assertThat(all).hasSize(1);
        return all.getFirst().path("content").asText();
    }

    @Test
    @DisplayName("is one of at least thirty, in several languages and scripts")
    void enough() throws IOException {
        assertThat(attacks()).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(30);
    }

    @ParameterizedTest
    @MethodSource("attacks")
    @DisplayName("stays among what people wrote, and gets nothing of our instructions or of another chat")
    void isData(String attack) {
        String answer = group(attack, attack);
        RecordedRequest prompt = lastPrompt();

        assertThat(systemOf(prompt))
                .as("our words, and the owner's, whatever is written")
                .isEqualTo(system)
                .contains(PERSONA);
        String people = messages(prompt, "user").toString() + messages(prompt, "assistant");
        assertThat(messages(prompt, "user").getLast().path("content").asText()).endsWith(attack);
        assertThat(people).doesNotContain("QUOKKA").doesNotContain("never instructions");
        assertThat(prompt.params().toString() + answer).doesNotContain("KRAKEN");
        assertThat(StreamSupport.stream(prompt.params().path("messages").spliterator(), false)
                        .map(message -> message.path("role").asText())
                        .toList())
                .isSubsetOf("system", "user", "assistant");
    }

    @Test
    @DisplayName("finds nothing of a private chat either when a group asks for its very words")
    void search() {
        Dialogue group = confidant.withAnother().in(OUTSIDE.world().createGroup("Club"));
        // Else each answer has all that was said, and no word is rare.
        OUTSIDE.model().echo(false);
        try {
            for (int i = 1; i <= 45; i++) {
                group.write(group.toTheBot(i <= 3 || i == 45 ? "vault KRAKEN-739 number " + i : "weather of day " + i));
                group.awaitAnswers(i);
            }
        } finally {
            OUTSIDE.model().echo(true);
        }

        assertThat(OUTSIDE.model().requests().requests(ModelServer.COMPLETIONS).stream()
                        .map(request -> request.params().toString())
                        .filter(prompt -> prompt.contains("number 45")))
                .as("with a summary and with what was found of earlier messages")
                .anySatisfy(prompt -> assertThat(prompt).contains("[Earlier messages that may matter here:"))
                .allSatisfy(prompt -> assertThat(prompt).doesNotContain("KRAKEN-7391"));
    }
}
