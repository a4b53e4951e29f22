package io.vibee.boot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vibee.journal.database.DatabaseUrl;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The database as an auditor sees it: by SQL. */
record Journal(DatabaseUrl database) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A stored event.
     *
     * @param type the simple name
     */
    record Event(String type, JsonNode json) {}

    /** The types of an entity's events, in order. */
    List<String> types(String persistenceId) {
        return events(persistenceId).stream().map(Event::type).toList();
    }

    List<JsonNode> events(String persistenceId, String type) {
        return events(persistenceId).stream()
                .filter(event -> event.type().equals(type))
                .map(Event::json)
                .toList();
    }

    List<Event> events(String persistenceId) {
        return rows("select type, event::text from event_json where persistence_id = ? order by seq_nr", persistenceId)
                .stream()
                .map(row -> new Event(row.getFirst().replaceFirst(".*[.$]", ""), parse(row.getLast())))
                .toList();
    }

    /** How many events of a type are stored about an owner's entities. */
    long count(String owner, String type) {
        return Long.parseLong(rows(
                        "select count(*) from event_journal where owner = ? and event_ser_manifest like '%' || ?",
                        owner, type)
                .getFirst()
                .getFirst());
    }

    /** The tables in which a text lies as it is: in a column, or in the bytes of one. */
    List<String> tablesThatShow(String text) {
        String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
        List<String> tables = new ArrayList<>();
        for (List<String> table :
                rows("select tablename from pg_tables where schemaname = 'public' order by tablename")) {
            String name = table.getFirst();
            boolean found = !rows(
                            "select 1 from " + name
                                    + " t where position(? in t::text) > 0 or position(? in t::text) > 0 limit 1",
                            text,
                            hex)
                    .isEmpty();
            if (found) {
                tables.add(name);
            }
        }
        return tables;
    }

    /** Runs a statement. */
    void execute(String sql) {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    List<List<String>> rows(String sql, String... parameters) {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            List<List<String>> all = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    List<String> row = new ArrayList<>();
                    for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                        row.add(String.valueOf(rows.getString(column)));
                    }
                    all.add(row);
                }
            }
            return all;
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.jdbcProperties());
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }
}
