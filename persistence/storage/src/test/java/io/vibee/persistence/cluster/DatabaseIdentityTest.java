package io.vibee.persistence.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("Which database it is")
@Tag("database")
class DatabaseIdentityTest {

    @Test
    @DisplayName("stays, and is another of a copy")
    void copies() {
        DatabaseUrl database = TestDatabase.fresh();
        DatabaseIdentity first = DatabaseIdentity.read(database);
        DatabaseIdentity second = DatabaseIdentity.read(database);

        assertThat(second.id()).isEqualTo(first.id()).matches("[0-9]+-[0-9]+");
        assertThat(second.readAt()).isAfter(first.readAt());
        assertThat(DatabaseIdentity.read(TestDatabase.fresh()).id()).isNotEqualTo(first.id());
    }

    @Test
    @DisplayName("is told to a role that owns nothing else")
    void plainRole() throws Exception {
        DatabaseUrl owner = TestDatabase.fresh();
        try (var connection = java.sql.DriverManager.getConnection(owner.jdbcUrl(), owner.jdbcProperties());
                var statement = connection.createStatement()) {
            statement.execute("drop role if exists plain");
            statement.execute("create role plain login password 'x'");
        }
        DatabaseUrl plain =
                new DatabaseUrl(owner.host(), owner.port(), owner.database(), "plain", "x", owner.sslMode(), null);

        assertThat(DatabaseIdentity.read(plain).id())
                .isEqualTo(DatabaseIdentity.read(owner).id());
    }

    @Test
    @DisplayName("can't be told by a server that is away, and then in the server's words")
    void away() {
        DatabaseUrl url = TestDatabase.empty();
        DatabaseUrl gone = url.withDatabase("nowhere");

        assertThatThrownBy(() -> DatabaseIdentity.read(gone))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nowhere");
    }
}
