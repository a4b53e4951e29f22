package io.vibee.journal.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ConnectTimeoutException;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A failure of the database")
class DatabaseFailuresTest {

    private static RuntimeException refused(String sqlState) {
        return new R2dbcBadGrammarException("what it said", sqlState);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"08006", "40001", "40P01", "42P01", "42501", "53300", "55P03", "57014", "57P01", "XX001", ""})
    @DisplayName("that lies not in what was asked says that the database is unavailable, in its words")
    void unavailable(String sqlState) {
        assertThat(DatabaseFailures.typed(refused(sqlState)))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("what it said")
                .hasCauseInstanceOf(R2dbcBadGrammarException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"23502", "23503", "23505", "23514"})
    @DisplayName("that contradicts what is stored is a conflict")
    void conflict(String sqlState) {
        assertThat(DatabaseFailures.typed(refused(sqlState)))
                .isInstanceOf(DatabaseConflictException.class)
                .hasMessageContaining("what it said");
    }

    @ParameterizedTest
    @ValueSource(strings = {"22021", "22001", "22003", "54000"})
    @DisplayName("that lies in a value stays what it was, as does what the work throws")
    void value(String sqlState) {
        RuntimeException refused = refused(sqlState);
        IllegalStateException thrown = new IllegalStateException(new TimeoutException());

        assertThat(DatabaseFailures.typed(refused)).isSameAs(refused);
        assertThat(DatabaseFailures.typed(thrown)).isSameAs(thrown);
    }

    @Test
    @DisplayName("of the network says that the database is unavailable, also behind a roll-back that failed for it")
    void network() {
        RuntimeException rollBack = new RuntimeException("cleanup failed", new IllegalStateException());
        rollBack.addSuppressed(new R2dbcNonTransientResourceException("closed"));

        assertThat(DatabaseFailures.typed(new TimeoutException())).isInstanceOf(DatabaseUnavailableException.class);
        assertThat(DatabaseFailures.typed(new ConnectTimeoutException()))
                .isInstanceOf(DatabaseUnavailableException.class);
        assertThat(DatabaseFailures.typed(rollBack)).isInstanceOf(DatabaseUnavailableException.class);
    }
}
