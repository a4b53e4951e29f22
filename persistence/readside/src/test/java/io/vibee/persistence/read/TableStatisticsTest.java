package io.vibee.persistence.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.PoolSettings;
import io.vibee.journal.database.Query;
import io.vibee.journal.database.TestDatabase;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("The statistics of a table that grows")
@Tag("database")
class TableStatisticsTest {

    private final Database database = Database.open(TestDatabase.fresh(), PoolSettings.defaults());
    private final TableStatistics statistics = new TableStatistics("growing");

    @AfterEach
    void close() {
        Eventually.value(database.closeLater());
    }

    @Test
    @DisplayName("are made with the thousandth row, and again when there are twice as many")
    void doubling() {
        run("create table growing (n int)");

        assertThat(knownAfter(999)).as("never looked at").isEqualTo(-1);
        assertThat(knownAfter(1)).isEqualTo(1_000);
        assertThat(knownAfter(999)).isEqualTo(1_000);
        assertThat(knownAfter(1)).isEqualTo(2_000);
    }

    /** The rows of which the server knows after so many were added. */
    private long knownAfter(int added) {
        return Objects.requireNonNull(Eventually.value(database.inTransaction(connection -> Query.on(
                                        connection, "insert into growing select generate_series(1, $1)")
                                .with(added)
                                .update()
                                .then(statistics.wrote(connection, added))
                                .then(Query.on(
                                                connection,
                                                "select reltuples::bigint as rows from pg_class where relname = 'growing'")
                                        .one(row -> row.get("rows", Long.class))))
                        .toFuture()))
                .orElseThrow();
    }

    private void run(String sql) {
        Eventually.value(
                database.withConnection(connection -> Query.on(connection, sql).update())
                        .toFuture());
    }
}
