package io.vibee.journal.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vibee.journal.JournalSchema;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The journal's schema")
@Timeout(180)
@Tag("database")
class SchemaFileTest {

    /** Every column, constraint, index and view, and what each table is stored with. */
    private static final String WHAT_IS_THERE = """
            select 'column ' || table_name || '.' || column_name || ' ' || ordinal_position || ' ' || data_type || ' '
                   || coalesce(character_maximum_length::text, '') || ' ' || coalesce(column_default, '') || ' ' || is_nullable
                   || ' ' || is_identity
              from information_schema.columns where table_schema = 'public'
            union all
            select 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid)
              from pg_constraint where connamespace = 'public'::regnamespace
            union all
            select indexdef from pg_indexes where schemaname = 'public'
            union all
            select 'view ' || viewname || ' ' || definition from pg_views where schemaname = 'public'
            union all
            select 'table ' || relname || ' ' || relpersistence::text || ' ' || coalesce(reloptions::text, '')
              from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
            union all
            select 'generation ' || generation from journal_generation
            order by 1""";

    private final DatabaseUrl url = TestDatabase.empty();

    @Test
    @DisplayName("is the same by its migrations and by the one file")
    void inStep() throws Exception {
        DatabaseUrl byFile = TestDatabase.empty();
        execute(byFile, script());
        JournalSchema.migrate(url, ConfigFactory.defaultReference());
        execute(url, "drop table journal_schema_history");

        assertThat(rows(byFile, WHAT_IS_THERE)).isNotEmpty().isEqualTo(rows(url, WHAT_IS_THERE));
    }

    @Test
    @DisplayName("gives the view of events the name that is configured")
    void viewName() throws Exception {
        Config config = ConfigFactory.parseString("pekko.persistence.postgres.schema.event-json-view = cart_events")
                .withFallback(ConfigFactory.defaultReference());

        JournalSchema.migrate(url, config);

        assertThat(rows(url, "select viewname from pg_views where schemaname = 'public'"))
                .containsExactly("cart_events");
    }

    private static String script() throws Exception {
        try (InputStream file = Objects.requireNonNull(JournalSchema.class.getResourceAsStream("schema.sql"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void execute(DatabaseUrl url, String sql) throws Exception {
        try (Connection connection = new JdbcSource(url, "test").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> rows(DatabaseUrl url, String sql) throws Exception {
        try (Connection connection = new JdbcSource(url, "test").getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            List<String> rows = new ArrayList<>();
            while (found.next()) {
                rows.add(found.getString(1));
            }
            return rows;
        }
    }
}
