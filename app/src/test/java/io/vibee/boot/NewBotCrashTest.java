package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.sandbox.Fault;
import io.vibee.sandbox.SandboxBot;
import io.vibee.sandbox.SandboxChat;
import io.vibee.sandbox.SandboxUser;
import io.vibee.sandbox.TranscriptEntry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A bot that a person makes while the node dies")
@Tag("node")
class NewBotCrashTest {

    private static final Outside OUTSIDE = new Outside();

    private final DatabaseUrl database = TestDatabase.fresh();
    private final SandboxBot bot = OUTSIDE.bot();
    private final SandboxUser bob = OUTSIDE.world().createUser("Bob");
    private final SandboxChat desk = OUTSIDE.world().privateChat(bob);

    @AfterAll
    static void stop() {
        OUTSIDE.close();
    }

    private TestNode start() {
        return TestNode.on(database, OUTSIDE)
                .with("TELEGRAM_BOT_TOKEN", bot.token().reveal())
                .start();
    }

    private void isTold(String part) {
        Eventually.holds(() -> assertThat(OUTSIDE.world().transcript(bot, desk))
                .filteredOn(TranscriptEntry::fromBot)
                .extracting(TranscriptEntry::text)
                .anyMatch(text -> text.contains(part)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"getManagedBotToken", "getMe", "sendMessage"})
    @DisplayName(
            "before it knows the token, before it has the session, or before it has told of it, is connected by the next")
    void dies(String during) {
        TestNode dying = start();
        OUTSIDE.world().userStarts(bot, bob, "");
        isTold("You are signed up");
        long before = OUTSIDE.telegram().requests().count(during);
        OUTSIDE.telegram().faults().next(1, during, Fault.delay(Duration.ofMinutes(2)));
        SandboxBot made = OUTSIDE.world().managedBots().confirms(bob, bot, "made" + bot.id() + "_bot", "Twin");
        Eventually.holds(
                () -> assertThat(OUTSIDE.telegram().requests().count(during)).isGreaterThan(before));
        dying.die();
        assertThat(OUTSIDE.world().unconfirmed(bot)).isPositive();

        try (TestNode node = start()) {
            isTold("@" + made.username() + " is connected");
            Eventually.holds(() -> assertThat(OUTSIDE.world().unconfirmed(bot)).isZero());
            List<List<String>> sessions =
                    new Journal(database).rows("select owner, id from telegram_session where kind = 'bot'");
            assertThat(sessions).hasSize(1);
            assertThat(node.session(
                                    sessions.getFirst().getFirst(),
                                    sessions.getFirst().getLast())
                            .bot()
                            .id())
                    .isEqualTo(made.id());
            SandboxUser ann = OUTSIDE.world().createUser("Ann");
            SandboxChat chat = OUTSIDE.world().privateChat(ann);
            OUTSIDE.world().userWrites(made, ann, chat, "hello");
            assertThat(Eventually.value(OUTSIDE.world().awaitBotMessages(made, chat, 1)))
                    .hasSize(1);
        }
    }
}
