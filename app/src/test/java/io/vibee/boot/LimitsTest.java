package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.database.TestDatabase;
import io.vibee.persistence.account.User;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.UsageView;
import io.vibee.protocol.chat.ChatMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("The limit of")
@Tag("node")
class LimitsTest {

    private static final Outside OUTSIDE = new Outside();

    @AfterAll
    static void stop() {
        OUTSIDE.close();
    }

    @Test
    @DisplayName("replies per minute lets the rest wait, and answers it in order later")
    void repliesPerMinute() {
        var database = TestDatabase.fresh();
        var clock = new MovableClock();
        try (TestNode node = TestNode.on(database, OUTSIDE)
                .with("VIBEE_CHAT_REPLIES_PER_MINUTE", "10")
                .clock(clock)
                .start()) {
            Dialogue dialogue = Dialogue.begin(node, OUTSIDE, new Journal(database), ChatMode.DIGITAL_TWIN);
            for (int i = 1; i <= 15; i++) {
                dialogue.write("message " + i);
            }
            dialogue.awaitAnswers(10);
            Eventually.holds(() -> {
                assertThat(dialogue.events("Delivered")).hasSize(10);
                assertThat(dialogue.events("MessageReceived")).hasSize(15);
            });
            assertThat(node.chat(dialogue.owner(), dialogue.chatId()).pending()).isEqualTo(5);
            assertThat(dialogue.answers()).hasSize(10);

            clock.putForward(Duration.ofSeconds(61));
            // The chat's own timer runs by the machine's clock; a message makes it look again.
            dialogue.write("message 16");
            dialogue.awaitAnswers(16);
            dialogue.assertAnsweredInOrder();
        }
    }

    @Test
    @DisplayName("model calls a day is the tier's, and changes with it")
    void tier() {
        var database = TestDatabase.fresh();
        try (TestNode node = TestNode.on(database, OUTSIDE)
                .with("VIBEE_AI_REQUESTS_PER_DAY", "2")
                .with("VIBEE_AI_REQUESTS_PER_DAY_PAID", "500")
                .start()) {
            String owner = node.register();
            var users = node.member().users();
            User user = Eventually.value(users.findById(owner)).orElseThrow();
            Eventually.value(users.changeTier(user.username(), "paid"));
            Eventually.value(users.untold(10))
                    .forEach(untold ->
                            Eventually.value(node.member().credentials().tellTier(untold)));

            UsageView usage = node.ask(node.member().entities().account(owner), AccountCommand.GetUsage::new);
            assertThat(usage.callsLimit()).isEqualTo(500);
            assertThat(Eventually.value(users.untold(10))).isEmpty();
        }
    }

    @Test
    @DisplayName("model calls a day is exact over many chats at once, and the rest is not answered")
    void quota() {
        var database = TestDatabase.fresh();
        var journal = new Journal(database);
        try (TestNode node = TestNode.on(database, OUTSIDE)
                .with("VIBEE_AI_REQUESTS_PER_DAY", "25")
                .with("VIBEE_AI_PRICES", "small=1/1")
                .start()) {
            long calls = OUTSIDE.modelCalls();
            Dialogue first = Dialogue.begin(node, OUTSIDE, journal, ChatMode.DIGITAL_TWIN);
            List<Dialogue> all = new ArrayList<>(List.of(first));
            for (int i = 1; i < 6; i++) {
                all.add(first.withAnother());
            }
            for (int i = 0; i < 10; i++) {
                all.forEach(dialogue -> dialogue.write("Hello"));
            }
            Eventually.holds(() -> {
                assertThat(journal.count(first.owner(), "NotAnswered")).isEqualTo(35);
                assertThat(journal.count(first.owner(), "Delivered"))
                        .as("each chat is told once that no answers come")
                        .isEqualTo(25 + 6);
            });
            assertThat(OUTSIDE.modelCalls()).isEqualTo(calls + 25);
            assertThat(all.stream()
                            .flatMap(dialogue -> dialogue.events("NotAnswered").stream())
                            .map(event -> event.path("reason").asText())
                            .distinct())
                    .containsExactly("quota");
            assertThat(all)
                    .allSatisfy(dialogue -> assertThat(dialogue.answers())
                            .filteredOn("Sorry, I can't reply right now. Please write again a little later."::equals)
                            .hasSize(1));
            assertThat(journal.count(first.owner(), "BudgetEnded")).isEqualTo(1);
            UsageView usage = node.ask(node.member().entities().account(first.owner()), AccountCommand.GetUsage::new);
            assertThat(usage.calls()).isEqualTo(25);
            assertThat(usage.callsLimit()).isEqualTo(25);
            assertThat(usage.endedAt()).isNotNull();
            assertThat(usage.completionTokens()).isPositive();
            assertThat(usage.costMicroUsd())
                    .as("a dollar for a million tokens")
                    .isEqualTo(usage.promptTokens() + usage.completionTokens());
        }
    }
}
