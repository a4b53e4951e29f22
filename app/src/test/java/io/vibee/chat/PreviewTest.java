package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.boot.Entity;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatCommand.Previewed;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.PreviewDecision;
import io.vibee.reply.ReplyEngine;
import io.vibee.reply.ReplyOutcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A preview")
@Timeout(120)
@Tag("actors")
class PreviewTest {

    private static final Entity ENTITY = new Entity();

    private final LoneChat chat = new LoneChat(ENTITY, search -> CompletableFuture.completedStage(List.of()));
    private TestProbe<StatusReply<Previewed>> asker;

    @AfterAll
    static void stop() {
        ENTITY.close();
    }

    @BeforeEach
    void converse() {
        asker = ENTITY.probe();
        chat.exchange(2, "hello", "hi");
    }

    private void preview(String text) {
        chat.tell(new ChatCommand.Preview(LoneChat.OWNER, text, asker.ref()));
    }

    private Previewed previewed() {
        return asker.receiveMessage().getValue();
    }

    @Test
    @DisplayName("tells the answer and the size of the prompt, and uses the quota")
    void answer() {
        preview("Open today?");
        ReplyEngine.Compose compose = chat.composing(chat.asked());
        compose.replyTo().tell(LoneChat.answer("**Until** six."));

        Previewed previewed = previewed();
        assertThat(previewed)
                .isEqualTo(new Previewed(
                        PreviewDecision.ANSWER,
                        List.of("digital_twin"),
                        new ChatCommand.PromptSize(compose.request().prompt().tokens(), 4),
                        "Until six.",
                        "openrouter",
                        "gpt"));
        assertThat(chat.account.expectMessageClass(AccountCommand.Settle.class).made())
                .isTrue();
        assertThat(compose.request().prompt().turns().getLast().text()).isEqualTo("Open today?");
    }

    @Test
    @DisplayName("stores nothing and sends nothing, and the next prompt knows nothing of it")
    void nothing() {
        preview("Open today?");
        chat.composing(chat.asked()).replyTo().tell(LoneChat.answer("Until six."));
        chat.account.expectMessageClass(AccountCommand.Settle.class);
        previewed();

        assertThat(ENTITY.events(chat.persistenceId)).hasSize(5);
        assertThat(chat.exchange(10, "and tomorrow?", "too").turns())
                .noneMatch(turn ->
                        turn.text().contains("Open today?") || turn.text().contains("Until six."));
    }

    @ParameterizedTest
    @CsvSource({"OBSERVE, observe", "DISABLED, disabled", "SNIPER, no_trigger"})
    @DisplayName("tells why there would be no answer, without a call")
    void noAnswer(ChatMode mode, String reason) {
        chat.configure(mode, List.of("bread"), OnFailure.PREDEFINED);
        preview("Open today?");

        assertThat(previewed())
                .isEqualTo(new Previewed(PreviewDecision.NO_ANSWER, List.of(reason), null, null, null, null));
        chat.account.expectNoMessage(Duration.ofMillis(100));
    }

    @Test
    @DisplayName("of a sniper answers what its words match, and tells the probability")
    void sniper() {
        chat.configure(ChatMode.SNIPER, List.of("bread"), OnFailure.PREDEFINED);
        preview("Any bread left?");
        chat.composing(chat.asked()).replyTo().tell(LoneChat.answer("Some."));

        assertThat(previewed().reasons())
                .containsExactly("sniper: a trigger word matches, and it answers with probability 0.5");
    }

    @Test
    @DisplayName("tells when the account gives no leave")
    void refused() {
        preview("Open today?");
        chat.asked().replyTo().tell(new GrantReply.Exhausted(ENTITY.now()));
        assertThat(previewed().reasons()).containsExactly("quota");
        preview("Open today?");
        chat.asked().replyTo().tell(new GrantReply.Quiet(null, null));
        assertThat(previewed().reasons()).containsExactly("quiet_hours");
        preview("Open today?");
        chat.asked().replyTo().tell(new GrantReply.Unavailable(Refusal.UNAVAILABLE));
        assertThat(asker.receiveMessage().getError()).hasMessage(Refusal.BUSY.wireName());
    }

    @ParameterizedTest
    @CsvSource({"PREDEFINED, PREDEFINED", "SILENCE, NO_ANSWER", "DEAD_LETTER, DEAD_LETTER"})
    @DisplayName("tells what would become of it when no model answers")
    void failed(OnFailure onFailure, PreviewDecision decision) {
        chat.configure(ChatMode.DIGITAL_TWIN, List.of(), onFailure);
        preview("Open today?");
        chat.composing(chat.asked()).replyTo().tell(new ReplyOutcome.Failed("all answered 500", 3));

        Previewed previewed = previewed();
        assertThat(previewed.decision()).isEqualTo(decision);
        assertThat(previewed.reasons()).containsExactly("failed: all answered 500");
        assertThat(previewed.answer() != null).isEqualTo(onFailure == OnFailure.PREDEFINED);
        assertThat(chat.account.expectMessageClass(AccountCommand.Settle.class).made())
                .isTrue();
    }

    @Test
    @DisplayName("is refused beyond a few at once, and while models have too much to do")
    void bounded() {
        for (int i = 0; i <= Previews.MOST; i++) {
            preview("text " + i);
        }
        assertThat(asker.receiveMessage().getError()).hasMessage(Refusal.BUSY.wireName());
        AccountCommand.Grant first = chat.asked();
        chat.composing(first).replyTo().tell(new ReplyOutcome.Saturated(Duration.ofSeconds(1)));
        assertThat(asker.receiveMessage().getError()).hasMessage(Refusal.BUSY.wireName());
    }

    private void erase() {
        ENTITY.keys().erase(LoneChat.OWNER, "chat:" + chat.chatId);
    }

    private void refusedWith(Refusal why) {
        assertThat(asker.receiveMessage().getError()).hasMessage(why.wireName());
    }

    @Test
    @DisplayName("whose key is erased meanwhile is answered at each step, frees its place and gives back its leave")
    void erased() {
        preview("one");
        preview("two");
        AccountCommand.Grant one = chat.asked();
        ReplyEngine.Compose two = chat.composing(chat.asked());
        erase();
        one.replyTo().tell(new GrantReply.Granted(null, null, false, false));
        refusedWith(Refusal.CHAT_NOT_FOUND);
        assertThat(chat.account.expectMessageClass(AccountCommand.Settle.class).made())
                .isFalse();
        two.replyTo().tell(LoneChat.answer("Until six."));
        refusedWith(Refusal.CHAT_NOT_FOUND);
        assertThat(chat.account.expectMessageClass(AccountCommand.Settle.class).made())
                .isTrue();
        for (int i = 0; i <= Previews.MOST; i++) {
            preview("again");
            refusedWith(Refusal.CHAT_NOT_FOUND);
        }
    }

    @Test
    @DisplayName("that a restart or a stop of the chat ends is answered, too")
    void ended() {
        preview("one");
        chat.asked();
        chat.crash();

        refusedWith(Refusal.BUSY);
    }

    @Test
    @DisplayName("that stays beyond every deadline makes room for others")
    void overdue() {
        for (int i = 0; i < Previews.MOST; i++) {
            preview("text " + i);
            chat.asked();
        }
        ENTITY.passes(Duration.ofMinutes(3));
        preview("another");

        for (int i = 0; i < Previews.MOST; i++) {
            refusedWith(Refusal.BUSY);
        }
        chat.composing(chat.asked()).replyTo().tell(LoneChat.answer("Until six."));
        assertThat(previewed().answer()).isEqualTo("Until six.");
    }

    @Test
    @DisplayName("of an answer that nobody would see tells what the chat would do without one")
    void invisible() {
        chat.configure(ChatMode.DIGITAL_TWIN, List.of(), OnFailure.SILENCE);
        preview("Open today?");
        chat.composing(chat.asked()).replyTo().tell(LoneChat.answer("\u200b"));

        assertThat(previewed().decision()).isEqualTo(PreviewDecision.NO_ANSWER);
    }

    @Test
    @DisplayName("is nobody's but the owner's")
    void another() {
        chat.tell(new ChatCommand.Preview("usr_eve", "Open today?", asker.ref()));

        assertThat(asker.receiveMessage().getError()).hasMessage(Refusal.CHAT_NOT_FOUND.wireName());
    }

    @Test
    @DisplayName("goes on beside the answer to a message")
    void beside() {
        preview("Open today?");
        AccountCommand.Grant grant = chat.asked();
        chat.exchange(10, "hello again", "hi again");
        chat.composing(grant).replyTo().tell(LoneChat.answer("Until six."));

        assertThat(previewed().answer()).isEqualTo("Until six.");
    }
}
