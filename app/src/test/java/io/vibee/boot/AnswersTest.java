package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.session.TextEntity;
import io.vibee.protocol.session.TextEntity.Kind;
import io.vibee.sandbox.Fault;
import io.vibee.sandbox.RecordedRequest;
import io.vibee.sandbox.TranscriptEntry;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A model's answer")
@Tag("node")
class AnswersTest {

    private static final String DRAFT = "sendMessageDraft";
    private static final Outside OUTSIDE = new Outside();
    private static final DatabaseUrl DATABASE = TestDatabase.fresh();
    private static final Journal JOURNAL = new Journal(DATABASE);
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.on(DATABASE, OUTSIDE).start();
    }

    @AfterAll
    static void stop() {
        node.close();
        OUTSIDE.close();
    }

    @AfterEach
    void allIsWell() {
        OUTSIDE.telegram().faults().clear();
        OUTSIDE.model().faults().clear();
        OUTSIDE.model().pace(Duration.ZERO);
    }

    private static Dialogue begin() {
        return Dialogue.begin(node, OUTSIDE, JOURNAL, ChatMode.DIGITAL_TWIN);
    }

    /** The next answer of the model, in one piece. */
    private static void say(String markdown) {
        String json =
                "{\"model\":\"m\",\"choices\":[{\"message\":{\"content\":\"" + markdown.replace("\n", "\\n") + "\"}}]}";
        OUTSIDE.failModel(1, Fault.raw(200, "application/json", json));
    }

    private static List<TextEntity> entities(Dialogue dialogue, int answer) {
        return OUTSIDE.world().transcript(dialogue.bot(), dialogue.chat()).stream()
                .filter(TranscriptEntry::fromBot)
                .toList()
                .get(answer)
                .entities();
    }

    @Nested
    @DisplayName("with Markdown")
    class Markdown {

        @Test
        @DisplayName("arrives formatted, and is plain text everywhere else")
        void formatted() {
            Dialogue dialogue = begin();
            say("It is **bold**, see [this](https://e.org).");
            dialogue.write("Hello");
            assertThat(dialogue.awaitAnswers(1)).containsExactly("It is bold, see this.");
            assertThat(entities(dialogue, 0))
                    .containsExactly(
                            new TextEntity(Kind.BOLD, 6, 4, null, null),
                            new TextEntity(Kind.TEXT_LINK, 16, 4, "https://e.org", null));
            assertThat(OUTSIDE.calls(Outside.SEND, dialogue.bot())
                            .getFirst()
                            .params()
                            .path("link_preview_options")
                            .path("is_disabled")
                            .asBoolean())
                    .isTrue();
            assertThat(dialogue.events("ReplyDrafted").getFirst().toString()).doesNotContain("bold", "e.org");
        }

        @Test
        @DisplayName("arrives once, as plain text, when Telegram refuses its formats")
        void refused() {
            Dialogue dialogue = begin();
            say("It is **bold**.");
            OUTSIDE.fail(1, Outside.SEND, dialogue.bot(), Fault.badRequest("can't parse entities"));
            dialogue.write("Hello");
            assertThat(dialogue.awaitAnswers(1)).containsExactly("It is bold.");
            assertThat(entities(dialogue, 0)).isEmpty();
            dialogue.awaitStored(
                    "MessageReceived",
                    "ReplyDrafted",
                    "DeliveryStarted",
                    "DeliveryRefused",
                    "DeliveryStarted",
                    "Delivered");
        }

        @Test
        @DisplayName("arrives in parts, in order, what the borders cut is formatted on both sides")
        void parts() {
            Dialogue dialogue = begin();
            String text = IntStream.range(0, 2000).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
            say("**" + text + "**");
            dialogue.write("Tell me everything");
            List<String> parts = dialogue.awaitAnswers(5);
            assertThat(String.join(" ", parts)).isEqualTo(text);
            for (int part = 0; part < 5; part++) {
                assertThat(entities(dialogue, part))
                        .containsExactly(
                                new TextEntity(Kind.BOLD, 0, parts.get(part).length(), null, null));
            }
        }
    }

    @Nested
    @DisplayName("that takes a while")
    class Streamed {

        private long drafts(Dialogue dialogue) {
            return OUTSIDE.calls(DRAFT, dialogue.bot()).size();
        }

        @Test
        @DisplayName("is seen to come in a private chat")
        void privately() {
            Dialogue dialogue = begin();
            OUTSIDE.model().pace(Duration.ofMillis(250));
            dialogue.write("What do you think of gardening?");
            String answer = dialogue.awaitAnswers(1).getFirst();

            List<RecordedRequest> drafts = OUTSIDE.calls(DRAFT, dialogue.bot());
            assertThat(drafts).isNotEmpty();
            assertThat(answer)
                    .startsWith(drafts.getFirst().params().path("text").asText().substring(0, 5));
            RecordedRequest sent = OUTSIDE.calls(Outside.SEND, dialogue.bot()).getFirst();
            assertThat(drafts.getLast().nanoTime() - sent.nanoTime()).isNegative();
            assertThat(OUTSIDE.world().draft(dialogue.bot(), dialogue.chat())).isEmpty();
        }

        @Test
        @DisplayName("is not in a group")
        void inGroup() {
            Dialogue dialogue = begin().in(OUTSIDE.world().createGroup("Club"));
            OUTSIDE.model().pace(Duration.ofMillis(250));
            dialogue.write(dialogue.toTheBot("What do you think of gardening?"));
            dialogue.awaitAnswers(1);
            assertThat(drafts(dialogue)).isZero();
        }

        @Test
        @DisplayName("is not after Telegram had too many drafts")
        void afterFloodWait() {
            Dialogue dialogue = begin();
            OUTSIDE.model().pace(Duration.ofMillis(250));
            OUTSIDE.fail(1, DRAFT, dialogue.bot(), Fault.floodWait(1));
            dialogue.write("What do you think of gardening?");
            dialogue.awaitAnswers(1);
            dialogue.write("And of the weather in the mountains?");
            dialogue.awaitAnswers(2);
            assertThat(drafts(dialogue)).isEqualTo(1);
        }
    }
}
