package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.session.SessionView;
import io.vibee.sandbox.IncomingMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.Done;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A session that is")
@Tag("node")
class SessionLifeTest {

    private static final Outside OUTSIDE = new Outside();
    private static final DatabaseUrl DATABASE = TestDatabase.fresh();
    private static final Journal JOURNAL = new Journal(DATABASE);
    /** Longer than a test waits for anything. */
    private static final Duration NEVER = Duration.ofMinutes(2);

    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.on(DATABASE, OUTSIDE).modelTimeout(NEVER).start();
    }

    @AfterAll
    static void stop() {
        node.close();
        OUTSIDE.close();
    }

    @AfterEach
    void allIsWell() {
        OUTSIDE.model().latency(Duration.ZERO);
    }

    private static Dialogue begin() {
        return Dialogue.begin(node, OUTSIDE, JOURNAL, ChatMode.DIGITAL_TWIN);
    }

    private static List<String> reasons(Dialogue dialogue) {
        return dialogue.events("NotAnswered").stream()
                .map(event -> event.path("reason").asText())
                .toList();
    }

    private static Dialogue withThreePending() {
        Dialogue dialogue = begin();
        OUTSIDE.model().latency(NEVER);
        for (int i = 0; i < 3; i++) {
            dialogue.write("Waiting " + i);
        }
        Eventually.holds(() -> assertThat(dialogue.reasons()).hasSize(3));
        return dialogue;
    }

    @Nested
    @DisplayName("paused")
    class Paused {

        @Test
        @DisplayName("answers nothing of what is pending, and what comes meanwhile is stored and not answered")
        void paused() {
            Dialogue dialogue = withThreePending();
            SessionView paused = node.pause(dialogue.owner(), dialogue.sessionId());
            assertThat(paused.status()).isEqualTo(SessionStatus.PAUSED);
            Eventually.holds(() -> assertThat(reasons(dialogue)).containsExactly("paused", "paused", "paused"));

            OUTSIDE.model().latency(Duration.ZERO);
            dialogue.write(IncomingMessage.text("While you were away")
                    .writtenAt(Instant.now().minusSeconds(2)));
            node.resume(dialogue.owner(), dialogue.sessionId());
            dialogue.write("Back?");
            dialogue.awaitAnswers(1);
            assertThat(dialogue.reasons())
                    .containsExactly("answered", "answered", "answered", "before_connection", "answered");
        }

        @Test
        @DisplayName("stays so when it is paused again, and polls when it is resumed twice")
        void twice() {
            Dialogue dialogue = begin();
            node.pause(dialogue.owner(), dialogue.sessionId());
            assertThat(node.pause(dialogue.owner(), dialogue.sessionId()).status())
                    .isEqualTo(SessionStatus.PAUSED);
            node.resume(dialogue.owner(), dialogue.sessionId());
            node.resume(dialogue.owner(), dialogue.sessionId());
            dialogue.awaitStatus(node, SessionStatus.POLLING);
            dialogue.write("Hello");
            dialogue.awaitAnswers(1);
        }
    }

    @Test
    @DisplayName("disconnected answers nothing of what is pending; connected again, the bot is a new session")
    void disconnected() {
        Dialogue dialogue = withThreePending();
        Done done = node.ask(
                node.member().entities().session(dialogue.sessionId()),
                replyTo -> new SessionCommand.Disconnect(dialogue.owner(), replyTo));
        assertThat(done).isEqualTo(Done.getInstance());
        Eventually.value(node.member().sessionRows().delete(dialogue.owner(), dialogue.sessionId()));
        Eventually.holds(
                () -> assertThat(reasons(dialogue)).containsExactly("disconnected", "disconnected", "disconnected"));
        OUTSIDE.model().latency(Duration.ZERO);

        String owner = node.register();
        String session =
                node.connect(owner, dialogue.bot(), ChatMode.DIGITAL_TWIN).id();
        assertThat(session).isNotEqualTo(dialogue.sessionId());
        Dialogue again =
                new Dialogue(OUTSIDE, JOURNAL, owner, session, dialogue.bot(), dialogue.person(), dialogue.chat());
        again.write("Hello");
        again.awaitAnswers(1);
    }

    @Test
    @DisplayName("given another default mode begins new chats in it; those it has stay as they are")
    void defaultMode() {
        Dialogue dialogue = begin();
        dialogue.write("Hello");
        dialogue.awaitAnswers(1);
        SessionView changed = node.ask(
                node.member().entities().session(dialogue.sessionId()),
                replyTo -> new SessionCommand.ChangeDefaultMode(dialogue.owner(), ChatMode.OBSERVE, replyTo));
        assertThat(changed.defaultMode()).isEqualTo(ChatMode.OBSERVE);
        Dialogue another = dialogue.withAnother();
        another.write("Hello");
        Eventually.holds(() -> assertThat(another.reasons()).containsExactly("observe"));
        dialogue.write("Hello again");
        dialogue.awaitAnswers(2);
    }
}
