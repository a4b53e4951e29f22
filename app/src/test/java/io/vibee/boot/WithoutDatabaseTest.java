package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.TcpProxy;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.protocol.chat.ChatMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("While PostgreSQL is away")
@Tag("node")
class WithoutDatabaseTest {

    private static final Outside OUTSIDE = new Outside();

    private final DatabaseUrl direct = TestDatabase.fresh();
    private final Journal journal = new Journal(direct);

    @AfterAll
    static void stop() {
        OUTSIDE.close();
    }

    @AfterEach
    void allIsWell() {
        OUTSIDE.model().latency(Duration.ZERO);
    }

    private DatabaseUrl through(TcpProxy cable) {
        return DatabaseUrl.parse(direct.reveal().replace(":" + direct.port() + "/", ":" + cable.port() + "/"));
    }

    @Test
    @DisplayName("nothing is confirmed to Telegram; afterwards all is stored, and all that waited is answered")
    void away() {
        try (TcpProxy cable = new TcpProxy(direct.port());
                TestNode node = TestNode.on(through(cable), OUTSIDE).start()) {
            Dialogue first = Dialogue.begin(node, OUTSIDE, journal, ChatMode.DIGITAL_TWIN);
            List<Dialogue> known = new ArrayList<>(List.of(first, first.withAnother(), first.withAnother()));
            known.forEach(dialogue -> dialogue.write("Before"));
            known.forEach(dialogue -> dialogue.awaitAnswers(1));
            OUTSIDE.model().latency(Duration.ofSeconds(2));
            known.forEach(dialogue -> dialogue.write("Its answer comes when it can't be stored"));
            Eventually.holds(() -> assertThat(known)
                    .allSatisfy(dialogue -> assertThat(dialogue.reasons()).hasSize(2)));
            Eventually.holds(
                    () -> assertThat(OUTSIDE.world().unconfirmed(first.bot())).isZero());

            cable.cut();
            OUTSIDE.model().latency(Duration.ZERO);
            Dialogue stranger = first.withAnother();
            stranger.write("From a new chat");
            first.write("From a known chat");
            Eventually.staysFor(
                    Duration.ofSeconds(5),
                    () -> assertThat(OUTSIDE.world().unconfirmed(first.bot())).isEqualTo(2));
            assertThat(first.reasons()).hasSize(2);

            cable.restore();
            stranger.awaitAnswers(1);
            first.awaitAnswers(3);
            known.stream().skip(1).forEach(dialogue -> dialogue.awaitAnswers(2));
            Eventually.holds(() -> {
                assertThat(OUTSIDE.world().unconfirmed(first.bot())).isZero();
                assertThat(journal.rows("select persistence_id from unfinished"))
                        .isEmpty();
            });
            stranger.write("And on");
            stranger.awaitAnswers(2);
        }
    }
}
