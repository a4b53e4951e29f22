package io.vibee.bench.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How the server ran a statement, by what auto_explain writes into its log: the service's own statement, not a copy of it. */
final class ServerPlans {

    static final List<String> SETTINGS = List.of(
            "session_preload_libraries = 'auto_explain'",
            "auto_explain.log_min_duration = 0",
            "auto_explain.log_analyze = on",
            "auto_explain.log_buffers = on",
            "auto_explain.log_timing = off",
            "auto_explain.log_format = json");

    private static final String BEGIN = "plan:\n\t{";
    private static final String END = "\n\t}\n";

    private final ObjectMapper json = new ObjectMapper();
    private final Path log;

    /**
     * What was done.
     *
     * @param rows of the journal that were looked at, also those that a filter then removed
     * @param buffers pages of 8 kB, in memory or not
     */
    record Plan(long rows, long buffers, String text) {}

    ServerPlans(Path log) {
        this.log = log;
    }

    Plan ofTheLastStatement() throws IOException {
        String written = Files.readString(log);
        int begin = written.lastIndexOf(BEGIN);
        int end = written.indexOf(END, begin);
        JsonNode plan = json.readTree(written.substring(begin + BEGIN.length() - 1, end + END.length()))
                .get("Plan");
        StringBuilder text = new StringBuilder();
        describe(plan, 0, text);
        return new Plan(
                rows(plan),
                plan.path("Shared Hit Blocks").asLong()
                        + plan.path("Shared Read Blocks").asLong(),
                text.toString());
    }

    private static long rows(JsonNode node) {
        long rows = 0;
        if (node.path("Relation Name").asText().equals("event_journal")) {
            double each = node.path("Actual Rows").asDouble()
                    + node.path("Rows Removed by Filter").asDouble()
                    + node.path("Rows Removed by Index Recheck").asDouble();
            rows = Math.round(each * node.path("Actual Loops").asDouble());
        }
        for (JsonNode child : node.path("Plans")) {
            rows += rows(child);
        }
        return rows;
    }

    private static void describe(JsonNode node, int depth, StringBuilder text) {
        text.append("  ".repeat(depth)).append(node.path("Node Type").asText());
        if (node.path("Scan Direction").asText().equals("Backward")) {
            text.append(" Backward");
        }
        if (node.has("Index Name")) {
            text.append(" using ").append(node.path("Index Name").asText());
        }
        text.append(" (rows=%.0f loops=%d"
                .formatted(
                        node.path("Actual Rows").asDouble(),
                        node.path("Actual Loops").asLong()));
        if (node.has("Rows Removed by Filter")) {
            text.append(" removed=").append(node.path("Rows Removed by Filter").asLong());
        }
        text.append(")");
        for (String key : List.of("Index Cond", "Filter")) {
            if (node.has(key)) {
                String condition = node.path(key).asText().replaceAll("::(text|character varying)(\\[\\])?", "");
                text.append("\n")
                        .append("  ".repeat(depth + 2))
                        .append(key)
                        .append(": ")
                        .append(condition);
            }
        }
        text.append("\n");
        for (JsonNode child : node.path("Plans")) {
            describe(child, depth + 1, text);
        }
    }
}
