package io.vibee.boot;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What became of every message of a {@link Crowd}, by the journal as its owner reads it and by what Telegram was told.
 *
 * @param received how often each word was stored as a message
 * @param drafted how often an answer to each word was fixed
 * @param answers how often an answer to each word arrived
 * @param doubts how often nobody knew whether an answer to each word had been sent, and it was sent again
 * @param doubtTimes when that was
 */
record Accounts(
        Map<String, Long> received,
        Map<String, Long> drafted,
        Map<String, Long> answers,
        Map<String, Long> doubts,
        List<Instant> doubtTimes) {

    static Accounts of(ServiceLives service, Crowd crowd) throws Exception {
        Map<String, String> wordsByDraft = new HashMap<>();
        Map<String, Long> drafted = new TreeMap<>();
        for (JsonNode event : service.all("/api/v1/audit?type=reply_drafted")) {
            String word = Crowd.word(event.path("payload").path("parts").path(0).asText());
            wordsByDraft.put(draft(event), word);
            drafted.merge(word, 1L, Long::sum);
        }
        List<JsonNode> inDoubt = service.all("/api/v1/audit?type=delivery_in_doubt").stream()
                .filter(event ->
                        event.path("payload").path("resolution").asText().equalsIgnoreCase("resend"))
                .toList();
        return new Accounts(
                count(service.all("/api/v1/audit?type=message_received").stream()
                        .map(event -> event.path("payload")
                                .path("content")
                                .path("text")
                                .asText())),
                drafted,
                count(crowd.people().stream().flatMap(user -> crowd.answered(user).stream())),
                count(inDoubt.stream().map(event -> wordsByDraft.getOrDefault(draft(event), "unknown draft"))),
                inDoubt.stream()
                        .map(event -> Instant.parse(event.path("timestamp").asText()))
                        .toList());
    }

    long duplicates() {
        return answers.values().stream().mapToLong(times -> times - 1).sum();
    }

    /** One line for each round in which something was written. */
    String table(List<String> written) {
        StringBuilder lines = new StringBuilder("round messages answers duplicates in_doubt\n");
        Map<Integer, List<String>> rounds =
                written.stream().collect(groupingBy(Crowd::round, TreeMap::new, java.util.stream.Collectors.toList()));
        rounds.forEach((round, words) -> {
            long arrived = sum(answers, words);
            lines.append("%5d %8d %7d %10d %8d%n"
                    .formatted(round, words.size(), arrived, arrived - words.size(), sum(doubts, words)));
        });
        return lines.append("  all %8d %7d %10d %8d"
                        .formatted(written.size(), sum(answers, written), duplicates(), doubtTimes.size()))
                .toString();
    }

    private static long sum(Map<String, Long> counts, List<String> words) {
        return words.stream().mapToLong(word -> counts.getOrDefault(word, 0L)).sum();
    }

    private static Map<String, Long> count(Stream<String> words) {
        return words.collect(groupingBy(Function.identity(), TreeMap::new, counting()));
    }

    private static String draft(JsonNode event) {
        return event.path("persistence_id").asText() + " "
                + event.path("payload").path("draft_id").asText();
    }
}
