package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.protocol.chat.ChatMode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A chat that can't store")
@Tag("node")
class SickChatTest {

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

    private static void parked(Dialogue dialogue, int count) {
        Eventually.holds(() -> assertThat(
                        node.session(dialogue.owner(), dialogue.sessionId()).parked())
                .isEqualTo(count));
    }

    @Test
    @DisplayName("does not stop the bot: its updates are parked, and stored and answered in order when it can again")
    void parked() {
        Dialogue sick = Dialogue.begin(node, OUTSIDE, JOURNAL, ChatMode.DIGITAL_TWIN);
        Dialogue well = sick.withAnother();
        JOURNAL.execute("""
                create function refuse() returns trigger language plpgsql as
                $$ begin raise exception 'this chat is sick'; end $$""");
        JOURNAL.execute(
                "create trigger refuse before insert on event_journal for each row when (new.persistence_id = 'Chat|"
                        + sick.chatId() + "') execute function refuse()");

        sick.write("My secret first");
        well.write("Hello");
        well.awaitAnswers(1);
        parked(sick, 1);
        Eventually.holds(
                () -> assertThat(OUTSIDE.world().unconfirmed(sick.bot())).isZero());
        sick.write("My secret second");
        parked(sick, 2);
        assertThat(JOURNAL.tablesThatShow("My secret")).isEmpty();
        Scrape.shows("updates_parked 2.0");
        well.write("Hello again");
        well.awaitAnswers(2);
        assertThat(sick.answers()).isEmpty();

        OUTSIDE.model().echo(true);
        JOURNAL.execute("drop trigger refuse on event_journal");
        var answers = sick.awaitAnswers(2);
        assertThat(answers.getFirst().strip()).endsWith("My secret first");
        assertThat(answers.getLast().strip()).endsWith("My secret second");
        parked(sick, 0);
        Scrape.shows("updates_parked 0.0");
        assertThat(JOURNAL.types("Session|" + sick.sessionId()))
                .containsExactly(
                        "SessionConnected", "UpdateParked", "UpdateParked", "ParkedUpdateStored", "ParkedUpdateStored");
        assertThat(JOURNAL.rows("select 1 from unfinished where persistence_id = ?", "Session|" + sick.sessionId()))
                .isEmpty();
    }
}
