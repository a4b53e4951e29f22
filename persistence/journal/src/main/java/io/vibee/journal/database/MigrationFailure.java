package io.vibee.journal.database;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Says in one line why the schema can't be brought up to date: the server's words, the migration, and what is needed. Flyway's
 * own first line has none of them.
 */
final class MigrationFailure {

    private MigrationFailure() {}

    static String line(Throwable failure, DatabaseUrl url, List<String> extensions) {
        Optional<SQLException> refusal = deepest(failure);
        String said = firstLine(refusal.<Throwable>map(known -> known).orElse(failure));
        String needed = refusal.map(known -> needed(known, url, String.join(", ", extensions)))
                .orElse("");
        return said + script(failure) + (needed.isEmpty() ? "" : " (needed: " + needed + ")");
    }

    private static Optional<SQLException> deepest(Throwable failure) {
        SQLException found = null;
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SQLException refusal) {
                found = refusal;
            }
        }
        return Optional.ofNullable(found);
    }

    /** See PostgreSQL's manual, appendix A "Error Codes". */
    private static String needed(SQLException refusal, DatabaseUrl url, String extensions) {
        String state = refusal.getSQLState() == null ? "" : refusal.getSQLState();
        String role = "the role \"" + url.user() + "\"";
        return switch (state) {
            case "42501" ->
                role
                        + (said(refusal).contains("extension")
                                ? " may create extensions, or another role makes " + extensions + " first"
                                : " owns the database " + url.database()
                                        + ", or its schema and tables; or as their owner: grant create, usage on schema"
                                        + " public to \"" + url.user() + "\"");
            case "25006" -> "the server that takes writes; this one is a standby, or set to read only";
            case "58P01", "0A000" ->
                said(refusal).contains("extension")
                        ? "PostgreSQL with its contributed modules (" + extensions + ")"
                        : "";
            case "42883", "42704" -> "PostgreSQL 15 or newer";
            case "53100" -> "room on the server's disk";
            case "3F000" -> role + " has a schema in its search_path";
            default -> "";
        };
    }

    private static String said(SQLException refusal) {
        return String.valueOf(refusal.getMessage()).toLowerCase(Locale.ROOT);
    }

    private static String firstLine(Throwable failure) {
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return message.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** The migration's file, as Flyway's message has it. */
    private static String script(Throwable failure) {
        java.util.regex.Matcher named =
                java.util.regex.Pattern.compile("V[0-9]+__\\w+\\.sql").matcher(String.valueOf(failure.getMessage()));
        return named.find() ? ", at " + named.group() : "";
    }
}
