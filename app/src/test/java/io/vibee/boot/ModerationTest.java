package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.UsageView;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.Forbidden;
import io.vibee.protocol.chat.Manners;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.sandbox.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Moderation")
@Tag("node")
class ModerationTest {

    private static final String MODERATIONS = "moderations";
    private static final Outside OUTSIDE = new Outside();
    private static final DatabaseUrl DATABASE = TestDatabase.fresh();
    private static final Journal JOURNAL = new Journal(DATABASE);
    private static TestNode node;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        Path patterns = Files.writeString(directory.resolve("patterns.txt"), "# not here\ncasino\n");
        node = TestNode.on(DATABASE, OUTSIDE)
                .with("VIBEE_MODERATION_REPEATS", "3")
                .with("VIBEE_MODERATION_LONGEST", "4000")
                .with("VIBEE_MODERATION_PATTERNS", patterns.toString())
                .with("VIBEE_MODERATION_URL", OUTSIDE.model().url().toString())
                .with("VIBEE_MODERATION_API_KEY", "key")
                .start();
    }

    @AfterAll
    static void stop() {
        node.close();
        OUTSIDE.close();
    }

    @BeforeEach
    void allIsWell() {
        OUTSIDE.model().echo(false);
        judge();
    }

    /** What the endpoint says of the next texts; all others pass. */
    private static void judge(boolean... flagged) {
        OUTSIDE.model().faults().clear();
        for (boolean each : flagged) {
            OUTSIDE.model().faults().next(1, MODERATIONS, verdict(each));
        }
        OUTSIDE.model().faults().next(1000, MODERATIONS, verdict(false));
    }

    private static Fault verdict(boolean flagged) {
        return new Fault.Raw(
                200,
                "application/json",
                "{\"results\":[{\"flagged\":" + flagged + ",\"categories\":{\"harassment\":" + flagged + "}}]}");
    }

    private static Dialogue begin() {
        return Dialogue.begin(node, OUTSIDE, JOURNAL, ChatMode.DIGITAL_TWIN);
    }

    private static UsageView usage(Dialogue dialogue) {
        return node.ask(node.member().entities().account(dialogue.owner()), AccountCommand.GetUsage::new);
    }

    private static void assertStopped(Dialogue dialogue, String detail) {
        Eventually.holds(() -> assertThat(dialogue.events("NotAnswered")).hasSize(1));
        JsonNode event = dialogue.events("NotAnswered").getFirst();
        assertThat(event.path("reason").asText()).isEqualTo("moderated");
        assertThat(event.path("detail").asText()).isEqualTo(detail);
        assertThat(dialogue.answers()).isEmpty();
        assertThat(JOURNAL.rows("select 1 from unfinished where persistence_id = ?", "Chat|" + dialogue.chatId()))
                .isEmpty();
    }

    @Test
    @DisplayName("gives a message with a forbidden word no answer, and the audit says which entry it was")
    void pattern() {
        Dialogue dialogue = begin();
        long calls = OUTSIDE.modelCalls();
        dialogue.write("The best C\u200BASINO in town");

        assertStopped(dialogue, "pattern:2");
        assertThat(OUTSIDE.modelCalls()).isEqualTo(calls);
        Eventually.holds(() -> assertThat(usage(dialogue).calls()).isZero());
        dialogue.write("Hello");
        dialogue.awaitAnswers(1);
    }

    @Test
    @DisplayName("gives a message that the endpoint flags no answer")
    void flagged() {
        Dialogue dialogue = begin();
        judge(true);
        dialogue.write("You are awful");

        assertStopped(dialogue, "provider:harassment");
    }

    @Test
    @DisplayName("sends no answer that the endpoint flags, which the account paid")
    void answerFlagged() {
        Dialogue dialogue = begin();
        judge(false, true);
        dialogue.write("Say something awful");

        assertStopped(dialogue, "answer_provider:harassment");
        Eventually.holds(() -> {
            assertThat(usage(dialogue).calls()).isOne();
            assertThat(usage(dialogue).promptTokens()).isPositive();
        });
    }

    @Test
    @DisplayName("sends no answer with a link in a chat that forbids links; it was asked for twice, and paid")
    void links() {
        Dialogue dialogue = begin();
        dialogue.write("Opens the chat");
        dialogue.awaitAnswers(1);
        node.configure(
                dialogue.owner(),
                dialogue.chatId(),
                new ChatView.Config(
                        ChatMode.DIGITAL_TWIN,
                        List.of(),
                        1.0,
                        OnFailure.PREDEFINED,
                        WhenInDoubt.RESEND,
                        List.of(Forbidden.LINKS),
                        false,
                        30,
                        720,
                        Manners.DEFAULT,
                        List.of(),
                        Contact.ALLOWED));
        Eventually.holds(() -> assertThat(usage(dialogue).completionTokens()).isPositive());
        UsageView before = usage(dialogue);
        long calls = OUTSIDE.modelCalls();
        OUTSIDE.model().echo(true);
        dialogue.write("Tell me about www.example.com");

        Eventually.holds(() -> assertThat(dialogue.events("NotAnswered")).hasSize(1));
        assertThat(dialogue.events("NotAnswered").getFirst().path("detail").asText())
                .isEqualTo("answer_links");
        assertThat(dialogue.answers()).hasSize(1).noneMatch(answer -> answer.contains("example"));
        assertThat(OUTSIDE.modelCalls()).isEqualTo(calls + 2);
        Eventually.holds(() -> {
            assertThat(usage(dialogue).calls()).isEqualTo(before.calls() + 1);
            assertThat(usage(dialogue).promptTokens()).isGreaterThan(before.promptTokens());
        });
    }

    @Test
    @DisplayName("answers the same text twice and no third time")
    void flood() {
        Dialogue dialogue = begin();
        dialogue.write("Are you there?");
        dialogue.write("Are you there?");
        dialogue.awaitAnswers(2);
        dialogue.write("are you  there?");
        dialogue.write("Something else");
        dialogue.awaitAnswers(3);

        assertThat(dialogue.reasons()).containsExactly("answered", "answered", "flood", "answered");
    }

    @Test
    @DisplayName("gives a message that is too long no answer")
    void tooLong() {
        Dialogue dialogue = begin();
        dialogue.write("x".repeat(4001));

        assertStopped(dialogue, "too_long");
    }
}
