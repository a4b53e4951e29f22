package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.boot.Entity;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent.ConversationSummarized;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.reply.Prompt;
import io.vibee.reply.Prompt.Turn;
import io.vibee.reply.PromptAssembly.Said;
import io.vibee.reply.ReplyEngine;
import io.vibee.reply.ReplyOutcome;
import io.vibee.reply.ReplyRequest.Purpose;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("What a chat remembers beyond its window")
@Timeout(120)
@Tag("actors")
class MemoryOfAChatTest {

    /** Messages and answers until a summary is due. */
    private static final int EXCHANGES = Summaries.DUE_AT / 2;

    private static final Entity ENTITY = new Entity();

    private final List<Recall.Search> searched = new ArrayList<>();
    private CompletableFuture<List<Said>> result = CompletableFuture.completedFuture(List.of());
    private final LoneChat chat = new LoneChat(ENTITY, search -> {
        searched.add(search);
        return result;
    });

    @AfterAll
    static void stop() {
        ENTITY.close();
    }

    private void exchanges(int from, int count) {
        for (int i = from; i < from + count; i++) {
            chat.exchange(2L * i, "question " + i, "answer " + i);
        }
    }

    private ReplyEngine.Compose summarizing() {
        exchanges(1, EXCHANGES);
        AccountCommand.Grant grant = chat.asked();
        assertThat(grant.key().messageId()).isEqualTo("summary" + Summaries.FOLD);
        return chat.composing(grant);
    }

    private ConversationSummarized summarized(String text) {
        summarizing().replyTo().tell(LoneChat.answer(text));
        chat.account.expectMessageClass(AccountCommand.Settle.class);
        return (ConversationSummarized)
                ENTITY.awaitEvents(chat.persistenceId, 1 + 4 * EXCHANGES + 1).getLast();
    }

    private static List<String> texts(Prompt prompt) {
        return prompt.turns().stream().map(Turn::text).toList();
    }

    @Test
    @DisplayName("is summed up by the model for summaries, once it pays")
    void due() {
        ReplyEngine.Compose compose = summarizing();

        assertThat(compose.request().purpose()).isEqualTo(Purpose.SUMMARY);
        assertThat(texts(compose.request().prompt()))
                .singleElement()
                .asString()
                .startsWith("[Notes so far]\n(none)\n\n[Said since]\n\"Ann\": question 1\nI: answer 1\n")
                .endsWith("\n\"Ann\": question 10\nI: answer 10");
    }

    @Test
    @DisplayName("is kept sealed as an event, and shown in place of what it sums up")
    void kept() {
        ConversationSummarized summary = summarized("Ann asked ten questions.");

        assertThat(summary.upTo()).isEqualTo(Summaries.FOLD);
        assertThat(summary.toString()).doesNotContain("questions");
        chat.crash();
        Prompt next = chat.exchange(100, "and now?", "now");
        assertThat(texts(next))
                .startsWith(
                        "[This chat is with: \"Ann\"]",
                        "[What was said earlier, in short: \"Ann asked ten questions.\"]",
                        "question 11")
                .endsWith("and now?");
    }

    @Test
    @DisplayName("goes on from the summary before")
    void again() {
        summarized("Ann asked ten questions.");
        exchanges(EXCHANGES + 1, Summaries.FOLD / 2);

        ReplyEngine.Compose compose = chat.composing(chat.asked());

        assertThat(compose.request().messageId()).isEqualTo("summary" + 2 * Summaries.FOLD);
        assertThat(texts(compose.request().prompt()))
                .singleElement()
                .asString()
                .startsWith("[Notes so far]\n| Ann asked ten questions.\n\n[Said since]\n\"Ann\": question 11\n");
    }

    @Test
    @DisplayName("is not kept when what it was made of was changed meanwhile")
    void changed() {
        ReplyEngine.Compose compose = summarizing();
        chat.receive(new Incoming.Edit(4, new Incoming.Body("text", null, "another question"), ENTITY.now()));
        compose.replyTo().tell(LoneChat.answer("Ann asked question 2."));
        chat.account.expectMessageClass(AccountCommand.Settle.class);

        chat.exchange(100, "and now?", "now");
        assertThat(ENTITY.awaitEvents(chat.persistenceId, 1 + 4 * EXCHANGES + 1 + 4))
                .noneMatch(ConversationSummarized.class::isInstance);
    }

    @Test
    @DisplayName("is forgotten when something in it is taken back")
    void takenBack() {
        summarized("Ann's secret is 42.");
        chat.receive(new Incoming.Deletion(List.of(2L)));

        assertThat(texts(chat.exchange(100, "and now?", "now"))).noneMatch(text -> text.contains("secret"));
    }

    @Test
    @DisplayName("never holds up an answer, nor fails one")
    void beside() {
        ReplyEngine.Compose compose = summarizing();
        chat.exchange(100, "meanwhile", "answered");
        compose.replyTo().tell(new ReplyOutcome.Failed("no model", 1));
        chat.account.expectMessageClass(AccountCommand.Settle.class);

        chat.exchange(102, "and after", "answered too");
        chat.account.expectNoMessage(Duration.ofMillis(100));
        exchanges(60, 1);
        assertThat(chat.asked().key().messageId())
                .as("tried again when more was said")
                .startsWith("summary");
    }

    @Test
    @DisplayName("is not made without the account's leave")
    void notGranted() {
        exchanges(1, EXCHANGES);
        chat.asked().replyTo().tell(new GrantReply.Exhausted(ENTITY.now()));

        chat.engine.expectNoMessage(Duration.ofMillis(100));
        chat.exchange(100, "and now?", "now");
    }

    @Test
    @DisplayName("is searched for what may matter, once there is something older than what is shown")
    void searched() {
        summarized("Ann asked questions.");
        assertThat(searched).as("all of it was shown").isEmpty();
        result = CompletableFuture.completedFuture(
                List.of(new Said(false, "Ann", "question 3"), new Said(true, "", "answer 3")));

        Prompt prompt = chat.exchange(200, "What did I ask about?", "about 3");

        assertThat(searched).singleElement().satisfies(search -> {
            assertThat(search.owner()).isEqualTo(LoneChat.OWNER);
            assertThat(search.chatId()).isEqualTo(chat.chatId);
            assertThat(search.words().split(" ")).containsExactlyInAnyOrder("What", "did", "ask", "about");
            assertThat(search.language()).isEqualTo("en");
        });
        assertThat(texts(prompt))
                .contains("[Earlier messages that may matter here: \"Ann\": \"question 3\"; you: \"answer 3\"]");
    }

    @Test
    @DisplayName("is no longer wanted when the session stopped meanwhile, and the call is given back")
    void stopped() {
        summarized("Ann asked questions.");
        CompletableFuture<List<Said>> late = new CompletableFuture<>();
        result = late;
        chat.receive(200, "What did I ask about?");
        chat.asked().replyTo().tell(new GrantReply.Granted(null, null, false, false));
        chat.tell(new ChatCommand.SessionStopped(LoneChat.OWNER, NotAnsweredReason.PAUSED, Instant.MAX));
        late.complete(List.of());

        assertThat(chat.account.expectMessageClass(AccountCommand.Settle.class).made())
                .isFalse();
        chat.engine.expectNoMessage(Duration.ofMillis(100));
    }

    @Test
    @DisplayName("is neither summed up nor searched for where the operator doesn't want it")
    void off() {
        chat.remembersNothing();
        exchanges(1, 1);
        chat.crash();

        exchanges(2, Topics.WINDOW);

        assertThat(searched).isEmpty();
        assertThat(ENTITY.awaitEvents(chat.persistenceId, 1 + 4 * (1 + Topics.WINDOW)))
                .noneMatch(ConversationSummarized.class::isInstance);
    }
}
