package io.vibee.chat;

import static io.vibee.chat.Examples.AT;
import static io.vibee.chat.Examples.CARRIER;
import static io.vibee.chat.Examples.CHAT;
import static io.vibee.chat.Examples.KEY;
import static io.vibee.chat.Examples.clear;
import static io.vibee.chat.Examples.head;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.ConversationSummarized;
import io.vibee.protocol.chat.ChatEvent.MessageDeleted;
import io.vibee.protocol.chat.ChatEvent.MessageEdited;
import io.vibee.protocol.chat.ChatEvent.MessageReceived;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Summary;
import io.vibee.protocol.chat.ChatState.WindowEntry;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Content;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.Quote;
import io.vibee.protocol.chat.Sender;
import io.vibee.reply.PredefinedAnswers;
import io.vibee.reply.Prompt;
import io.vibee.reply.Prompt.Turn;
import io.vibee.reply.PromptAssembly;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The topics of a chat")
class TopicsTest {

    private static final int BREAD = 7;
    private static final int CAKES = 8;
    private static final DraftOrigin.Model MODEL = new DraftOrigin.Model("openrouter", "gpt", 10, 5);

    private ChatState state = Examples.after(new ChatEvent.ChatOpened(
            head(),
            -100,
            ChatType.SUPERGROUP,
            KEY.seal("Bakers"),
            KEY.keyId(),
            CARRIER,
            ChatSettings.of(ChatMode.DIGITAL_TWIN)));
    private int messages;

    private int says(@Nullable Integer thread, String text) {
        return says(thread, text, null);
    }

    private int says(@Nullable Integer thread, String text, @Nullable Quote quote) {
        messages++;
        apply(new MessageReceived(
                head(),
                "msg" + messages,
                "m:" + messages,
                messages,
                new Sender(7, KEY.seal("Ann"), false, "en"),
                new Content.Text(KEY.seal(text)),
                thread,
                AT.plusSeconds(messages),
                CARRIER,
                null,
                quote));
        return messages;
    }

    private void answers(@Nullable Integer thread, String text) {
        messages++;
        String draft = "out" + messages;
        apply(new ChatEvent.ReplyDrafted(head(), draft, null, Examples.sealed(text), thread, MODEL, null, Map.of()));
        apply(new ChatEvent.Delivered(head(), draft, 0, messages));
    }

    private void sumsUp(@Nullable Integer topic, String text) {
        List<WindowEntry> shown = state.unsummarized(topic);
        apply(new ConversationSummarized(head(), KEY.seal(text), shown.getLast().number(), MODEL, topic));
    }

    private void apply(ChatEvent event) {
        state = ChatHistory.apply(state, event);
    }

    private Prompt prompt() {
        Composition composition =
                new Composition(CHAT, KEY, new PromptAssembly(PromptAssembly.DEFAULT_WINDOW), PredefinedAnswers.load());
        ChatState.Profile profile = Objects.requireNonNull(state.profile());
        ChatState.Pending pending = state.pending().getLast();
        return composition
                .request(
                        state,
                        profile,
                        pending,
                        new GrantReply.Granted(null, null, false, false),
                        composition.conversation(state, profile, pending),
                        List.of())
                .orElseThrow()
                .prompt();
    }

    private List<String> said() {
        return prompt().turns().stream().map(Turn::text).toList();
    }

    private List<@Nullable String> window(@Nullable Integer topic) {
        return state.unsummarized(topic).stream()
                .map(entry -> clear(entry.text()))
                .toList();
    }

    @Nested
    @DisplayName("are apart:")
    class Apart {

        @Test
        @DisplayName("a prompt shows what was said and answered in its own, and nothing of another")
        void conversation() {
            says(BREAD, "rye?");
            says(CAKES, "cream?");
            answers(BREAD, "rye, yes");
            answers(CAKES, "cream, yes");
            says(null, "hello all");
            says(BREAD, "and wheat?");

            assertThat(said())
                    .containsExactly("[The title of this group: \"Bakers\"]", "rye?", "rye, yes", "and wheat?");
            says(null, "anybody?");
            assertThat(said()).containsExactly("[The title of this group: \"Bakers\"]", "hello all", "anybody?");
        }

        @Test
        @DisplayName("so are their summaries, and the general topic's")
        void summaries() {
            says(BREAD, "rye?");
            says(CAKES, "cream?");
            says(null, "hello all");
            sumsUp(BREAD, "They talked of rye.");
            sumsUp(CAKES, "They talked of cream.");
            sumsUp(null, "They met.");

            says(CAKES, "and nuts?");
            assertThat(said())
                    .contains("[What was said earlier, in short: \"They talked of cream.\"]", "and nuts?")
                    .noneMatch(text -> text.contains("rye") || text.contains("met"));
            says(null, "hi");
            assertThat(said())
                    .contains("[What was said earlier, in short: \"They met.\"]")
                    .noneMatch(text -> text.contains("rye") || text.contains("cream"));
        }

        @Test
        @DisplayName("a summary is made of one alone, the one in which was answered last")
        void folded() {
            for (int i = 0; i < Summaries.DUE_AT; i++) {
                says(BREAD, "rye " + i);
                says(CAKES, "cream " + i);
            }

            assertThat(Summaries.folded(state, CAKES))
                    .hasSize(Summaries.FOLD)
                    .allSatisfy(entry -> assertThat(clear(entry.text())).startsWith("cream"));
            assertThat(Summaries.folded(state, null)).isEmpty();
        }

        @Test
        @DisplayName("what Telegram calls the general topic is the chat outside of all others")
        void general() {
            says(1, "one");
            says(null, "two");
            assertThat(said()).contains("one", "two");
        }

        @Test
        @DisplayName("what is searched for is older than what its own window shows")
        void shownSince() {
            says(BREAD, "rye?");
            int first = says(CAKES, "cream?");
            says(BREAD, "wheat?");
            assertThat(state.shownSince(CAKES)).contains(AT.plusSeconds(first));
        }
    }

    @Nested
    @DisplayName("are bounded:")
    class Bounded {

        @Test
        @DisplayName("a busy one does not drive a quiet one out")
        void busy() {
            says(BREAD, "rye?");
            for (int i = 0; i < 100; i++) {
                says(CAKES, "cream " + i);
            }
            assertThat(window(BREAD)).containsExactly("rye?");
            assertThat(window(CAKES))
                    .hasSize(Topics.WINDOW)
                    .startsWith("cream 60")
                    .endsWith("cream 99");
        }

        @Test
        @DisplayName("all together hold what three hold")
        void many() {
            for (int i = 0; i < 500; i++) {
                says(10 + i % 9, "text " + i);
            }
            assertThat(state.window()).hasSize(Topics.WINDOWS);
        }

        @Test
        @DisplayName("the summaries of the latest are kept")
        void summaries() {
            for (int topic = 10; topic < 40; topic++) {
                says(topic, "text");
                sumsUp(topic, "summary " + topic);
            }
            assertThat(state.topicSummaries())
                    .hasSize(ChatState.MOST_SUMMARIES)
                    .containsKey(39)
                    .doesNotContainKey(10);
        }
    }

    @Nested
    @DisplayName("lose a summary")
    class Lost {

        private int rye;
        private int cream;

        private void both() {
            rye = says(BREAD, "rye?");
            cream = says(CAKES, "cream?");
            sumsUp(BREAD, "rye");
            sumsUp(CAKES, "cream");
        }

        private Summary of(int topic) {
            return Objects.requireNonNull(state.summaryOf(topic));
        }

        @Test
        @DisplayName("of the one in which a message was changed, or taken back")
        void changed() {
            both();
            apply(new MessageEdited(head(), "e:1", rye, new Content.Text(KEY.seal("wheat?")), AT));
            assertThat(state.summaryOf(BREAD)).isNull();
            assertThat(clear(of(CAKES).text())).isEqualTo("cream");
            apply(new MessageDeleted(head(), "d:1", List.of((long) cream)));
            assertThat(state.summaryOf(CAKES)).isNull();
        }

        @Test
        @DisplayName("of each when nobody knows any more where a message was")
        void unknown() {
            both();
            apply(new MessageDeleted(head(), "d:1", List.of(999L)));
            assertThat(state.summaryOf(BREAD)).isNull();
            assertThat(state.summaryOf(CAKES)).isNull();
        }

        @Test
        @DisplayName("not for what came after it")
        void later() {
            both();
            int wheat = says(BREAD, "wheat?");
            apply(new MessageDeleted(head(), "d:1", List.of((long) wheat)));
            assertThat(clear(of(BREAD).text())).isEqualTo("rye");
        }

        @Test
        @DisplayName("when the chat is erased")
        void erased() {
            both();
            apply(new ChatEvent.ChatErased(head()));
            assertThat(state.topicSummaries()).isEmpty();
        }
    }

    @Nested
    @DisplayName("show what a message refers to")
    class Quotes {

        @Test
        @DisplayName("whoever wrote it, of the message to answer and of earlier ones")
        void quotes() {
            says(BREAD, "this one?", new Quote(KEY.seal("rye\nbread"), KEY.seal("Vera"), false));
            says(BREAD, "or this?", new Quote(KEY.seal("wheat"), null, true));

            assertThat(said())
                    .containsExactly(
                            "[The title of this group: \"Bakers\"]",
                            "[The next message replies to \"Vera\": \"rye\\nbread\"]",
                            "this one?",
                            "[The next message replies to you: \"wheat\"]",
                            "or this?");
        }
    }
}
