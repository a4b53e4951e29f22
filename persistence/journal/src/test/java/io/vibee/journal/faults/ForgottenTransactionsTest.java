package io.vibee.journal.faults;

import static io.vibee.journal.PersistenceFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.JournalOffset;
import io.vibee.journal.OrderedReader;
import io.vibee.journal.OrderedReader.Births;
import io.vibee.journal.OrderedReader.Selection;
import io.vibee.journal.OrderedReader.Slices;
import io.vibee.journal.OrderedReader.Tag;
import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.database.DurableServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A transaction that leaves nothing behind may leave no trace in the write-ahead log either: after a crash the server gives its id
 * to another, which may store events.
 */
@DisplayName("When a crashed server gives the ids of forgotten transactions again")
@Timeout(120)
@org.junit.jupiter.api.Tag("database")
class ForgottenTransactionsTest {

    private static final List<Selection> SELECTIONS =
            List.of(new Slices("Ledger", 0, 1023), new Tag("red"), new Births());

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private @SuppressWarnings("NullAway.Init") DurableServer server;
    private @SuppressWarnings("NullAway.Init") PersistenceFixture fixture;

    @BeforeEach
    void start() {
        server = DurableServer.start(directory);
        writeLogLate();
        fixture = new PersistenceFixture(server.url(), "");
    }

    @AfterEach
    void stop() {
        fixture.close();
        server.close();
    }

    @Test
    @DisplayName("readers that go on from where they were see the events stored under them")
    void events() throws Exception {
        fixture.write(fixture.ledger("Ledger|before", "red"), "1");
        spendTransactionIds();
        OrderedReader reader = new OrderedReader(fixture.database());
        Map<Selection, JournalOffset> reached = SELECTIONS.stream()
                .collect(Collectors.toMap(Function.identity(), selection -> position(reader, selection)));

        server.kill();
        server.startAgain();
        fixture.eventually(
                () -> assertThat(fixture.database().ping().toCompletableFuture().join())
                        .isTrue());
        fixture.write(fixture.ledger("Ledger|after", "red"), "1");

        for (Selection selection : SELECTIONS) {
            assertThat(await(reader.page(selection, reached.getOrDefault(selection, JournalOffset.START), 10))
                            .events())
                    .as(selection.toString())
                    .extracting(event -> event.event().persistenceId())
                    .containsExactly("Ledger|after");
        }
    }

    /** What need not be flushed at once is, so that the crash comes before. */
    private void writeLogLate() {
        PersistenceFixture administrator = new PersistenceFixture(server.url(), "");
        administrator.execute("alter system set wal_writer_delay = '10s'");
        administrator.close();
        server.stopFast();
        server.startAgain();
    }

    private static JournalOffset position(OrderedReader reader, Selection selection) {
        try {
            JournalOffset last =
                    await(reader.page(selection, JournalOffset.START, 10)).reached();
            return await(reader.page(selection, last, 10)).reached();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void spendTransactionIds() throws SQLException {
        try (Connection connection = fixture.connect();
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < 100; i++) {
                statement.execute("select pg_current_xact_id()");
            }
        }
    }
}
