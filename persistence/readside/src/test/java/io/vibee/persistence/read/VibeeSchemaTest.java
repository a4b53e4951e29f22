package io.vibee.persistence.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.JournalSchema;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.Schema;
import io.vibee.journal.database.TestDatabase;
import io.vibee.persistence.schema.StorageSchema;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The whole schema")
@Timeout(180)
@Tag("database")
class VibeeSchemaTest {

    @Test
    @DisplayName("is made once, and has nothing to do the second time")
    void once() {
        DatabaseUrl url = TestDatabase.empty();

        assertThat(VibeeSchema.migrate(url, ConfigFactory.defaultReference())).isEqualTo(15);
        assertThat(VibeeSchema.migrate(url, ConfigFactory.defaultReference())).isZero();
    }

    @Test
    @DisplayName("knows the newest migration of each part, so that a start need not look for it")
    void newest() throws SQLException {
        DatabaseUrl url = TestDatabase.empty();
        VibeeSchema.migrate(url, ConfigFactory.defaultReference());

        for (Schema schema : List.of(
                JournalSchema.of(ConfigFactory.defaultReference()), StorageSchema.SCHEMA, VibeeSchema.READ_TABLES)) {
            try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
                    Statement statement = connection.createStatement();
                    ResultSet newest = statement.executeQuery("select version from " + schema.history()
                            + " where version is not null order by installed_rank desc limit 1")) {
                assertThat(newest.next()).isTrue();
                assertThat(newest.getString(1)).as(schema.location()).isEqualTo(schema.newest());
            }
        }
    }

    @Test
    @DisplayName("says that a role may not create extensions, and which it needs")
    void saysThatARoleMayNotCreateExtensions() {
        DatabaseUrl owner = TestDatabase.empty();
        execute(owner, "drop role if exists creator");
        execute(owner, "create role creator login password 'x'");
        execute(owner, "grant create, usage on schema public to creator");
        DatabaseUrl creator =
                new DatabaseUrl(owner.host(), owner.port(), owner.database(), "creator", "x", owner.sslMode(), null);

        assertThatThrownBy(() -> VibeeSchema.migrate(creator, ConfigFactory.defaultReference()))
                .hasMessageStartingWith(
                        "ERROR: permission denied to create extension \"pg_trgm\", at V1__read_tables.sql")
                .hasMessageContaining("(needed: the role \"creator\" may create extensions, or ")
                .hasMessageNotContaining("\n");
    }

    private static void execute(DatabaseUrl url, String sql) {
        try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
