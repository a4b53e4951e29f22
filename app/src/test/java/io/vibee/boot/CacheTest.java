package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.UsageView;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.Manners;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.WhenInDoubt;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("With the cache on, the same question")
@Tag("node")
class CacheTest {

    private static final Outside OUTSIDE = new Outside();
    private static final DatabaseUrl DATABASE = TestDatabase.fresh();
    private static final Journal JOURNAL = new Journal(DATABASE);
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.on(DATABASE, OUTSIDE).with("VIBEE_AI_CACHE_TTL", "1h").start();
    }

    @AfterAll
    static void stop() {
        node.close();
        OUTSIDE.close();
    }

    /** A chat in which somebody has written already. */
    private static Dialogue opened(Dialogue dialogue, boolean stateless) {
        dialogue.write("Opens the chat");
        dialogue.awaitStored("MessageReceived");
        // Both keys are at hand, so that no look-up is late on a busy machine.
        KeyStore keys = node.member().keys();
        Eventually.value(keys.obtain(dialogue.owner(), "cache"));
        Eventually.value(keys.obtain(dialogue.owner(), "chat:" + dialogue.chatId())
                .thenCompose(key -> keys.load(dialogue.owner(), key.keyId())));
        node.configure(
                dialogue.owner(),
                dialogue.chatId(),
                new ChatView.Config(
                        ChatMode.DIGITAL_TWIN,
                        List.of(),
                        1.0,
                        OnFailure.PREDEFINED,
                        WhenInDoubt.RESEND,
                        List.of(),
                        stateless,
                        30,
                        720,
                        Manners.DEFAULT,
                        List.of(),
                        Contact.ALLOWED));
        return dialogue;
    }

    private static Dialogue begin() {
        return Dialogue.begin(node, OUTSIDE, JOURNAL, ChatMode.OBSERVE);
    }

    private static JsonNode origin(Dialogue dialogue) {
        return dialogue.events("ReplyDrafted").getLast().path("origin");
    }

    private static UsageView usage(Dialogue dialogue) {
        return node.ask(node.member().entities().account(dialogue.owner()), AccountCommand.GetUsage::new);
    }

    @Test
    @DisplayName("in two stateless chats of one owner is asked of the model once, and the audit says so")
    void stateless() {
        Dialogue first = opened(begin(), true);
        Dialogue second = opened(first.withAnother(), true);
        long calls = OUTSIDE.modelCalls();
        first.write("What are your hours?");
        List<String> answer = first.awaitAnswers(1);
        second.write("what are  your hours?");

        assertThat(second.awaitAnswers(1)).isEqualTo(answer);
        assertThat(OUTSIDE.modelCalls()).isEqualTo(calls + 1);
        assertThat(origin(first).has("cached")).isFalse();
        assertThat(origin(second).path("cached").booleanValue()).isTrue();
        assertThat(origin(second).path("prompt_tokens").asLong()).isZero();
        Eventually.holds(() -> {
            assertThat(usage(first).calls()).isOne();
            assertThat(usage(first).promptTokens()).isPositive();
        });
    }

    @Test
    @DisplayName("of another owner's chat is asked of the model again")
    void owners() {
        Dialogue first = opened(begin(), true);
        Dialogue second = opened(begin(), true);
        long calls = OUTSIDE.modelCalls();
        first.write("Do you deliver?");
        first.awaitAnswers(1);
        second.write("Do you deliver?");
        second.awaitAnswers(1);

        assertThat(OUTSIDE.modelCalls()).isEqualTo(calls + 2);
    }

    @Test
    @DisplayName("after something else was said is asked of the model again, and sees what was said")
    void window() {
        Dialogue first = opened(begin(), false);
        long calls = OUTSIDE.modelCalls();
        first.write("Where are you?");
        first.awaitAnswers(1);
        first.write("Where are you?");
        first.awaitAnswers(2);

        assertThat(OUTSIDE.modelCalls()).isEqualTo(calls + 2);
    }
}
