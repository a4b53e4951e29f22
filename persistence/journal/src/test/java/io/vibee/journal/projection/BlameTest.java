package io.vibee.journal.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.vibee.journal.database.DatabaseConflictException;
import io.vibee.journal.database.DatabaseUnavailableException;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Blame")
class BlameTest {

    private static RuntimeException refused(String sqlState) {
        return new R2dbcDataIntegrityViolationException("with somebody's words", sqlState);
    }

    @ParameterizedTest
    @ValueSource(strings = {"22021", "22001", "22003", "22008", "23505", "54000"})
    @DisplayName("lies on the events for what the database says of their values")
    void events(String sqlState) {
        Throwable failure = new CompletionException(new DatabaseConflictException(refused(sqlState)));

        assertThat(Blame.isOnEvents(failure)).isTrue();
        assertThat(Blame.inWords(failure)).startsWith("SQLSTATE " + sqlState).doesNotContain("words");
    }

    @Test
    @DisplayName("lies around them for a database that can't do it now, in the words of what it said")
    void database() {
        Throwable failure = new CompletionException(new DatabaseUnavailableException(refused("53300")));

        assertThat(Blame.isOnEvents(failure)).isFalse();
        assertThat(Blame.inWords(failure)).isEqualTo("SQLSTATE 53300");
    }

    @Test
    @DisplayName("lies on the events for what the code that handles them throws")
    void code() {
        Throwable failure = new CompletionException(new IllegalArgumentException("with somebody's words"));

        assertThat(Blame.isOnEvents(failure)).isTrue();
        assertThat(Blame.inWords(failure)).startsWith("IllegalArgumentException at BlameTest.java:");
    }

    @Test
    @DisplayName("lies around them for time, network, memory and another worker, also behind another failure")
    void around() {
        RuntimeException handling = new RuntimeException("handling failed", new IllegalStateException());
        handling.addSuppressed(new TimeoutException());

        assertThat(Blame.isOnEvents(new TimeoutException())).isFalse();
        assertThat(Blame.isOnEvents(new CompletionException(new IOException()))).isFalse();
        assertThat(Blame.isOnEvents(new OutOfMemoryError())).isFalse();
        assertThat(Blame.isOnEvents(new SlicesTakenException())).isFalse();
        assertThat(Blame.isOnEvents(handling)).isFalse();
    }
}
