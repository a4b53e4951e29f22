package io.vibee.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Another transaction that has taken a sequence number: who writes it too must wait until this is closed, which gives it back. */
final class TakenSequenceNumber implements AutoCloseable {

    private final PersistenceFixture fixture;
    private final Connection connection;

    TakenSequenceNumber(PersistenceFixture fixture, String persistenceId, long sequenceNr) throws SQLException {
        this.fixture = fixture;
        this.connection = fixture.connect();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp,"
                    + " event_ser_id, event_ser_manifest, event_payload, writer) values (0, '', '" + persistenceId
                    + "', " + sequenceNr + ", now(), 0, '', '', '')");
        }
    }

    void awaitSomebodyWaiting() {
        fixture.eventually(() -> assertThat(
                        fixture.rows(
                                "select count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"))
                .containsExactly("t"));
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.close();
    }
}
