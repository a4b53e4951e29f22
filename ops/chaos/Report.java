import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** A table with a line for each round, and what is not as promised. */
final class Report {

    /**
     * What is known when a round is over, apart from its questions.
     *
     * @param workedOffIn from when the fault was over and all nodes ran until nothing waited; null when it took too long
     */
    record Outcome(int number, String name, Duration workedOffIn, Absence absence, Share share) {}

    private static final String HEAD =
            """
            | round | messages | lost | twice | of them explained | out of order | predefined | p50 s | longest wait s | worked off in s | sessions struck | half back s | all back s | a new node's share s |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|""";

    private final Ledger ledger;
    private final Predicate<Ledger.Question> explained;
    private final List<Outcome> outcomes = new ArrayList<>();

    /**
     * @param explained whether a question may have been answered twice
     */
    Report(Ledger ledger, Predicate<Ledger.Question> explained) {
        this.ledger = ledger;
        this.explained = explained;
    }

    static String head() {
        return HEAD;
    }

    /** Notes a round, and gives its line as far as it is known. */
    String add(Outcome outcome) {
        outcomes.add(outcome);
        return line(outcome);
    }

    String table() {
        var text = new StringBuilder(HEAD).append('\n');
        outcomes.forEach(outcome -> text.append(line(outcome)).append('\n'));
        return text.append(total()).append('\n').toString();
    }

    private String line(Outcome outcome) {
        Absence absence = outcome.absence();
        Share share = outcome.share();
        return row(
                outcome.number() + " " + outcome.name(),
                ledger.questionsOf(outcome.number()),
                outcome.workedOffIn() == null ? "not in time" : seconds(outcome.workedOffIn()),
                absence == null ? "" : String.valueOf(absence.bots()),
                absence == null ? "" : seconds(absence.until(0.5)),
                absence == null ? "" : seconds(absence.until(1)),
                share == null ? "" : seconds(share.reached()));
    }

    private String total() {
        return row("**all**", ledger.questions(), "", "", "", "", "");
    }

    private String row(String name, List<Ledger.Question> questions, String... more) {
        long now = System.nanoTime();
        long[] waits = questions.stream()
                .mapToLong(question -> question.waitedUntil(now))
                .sorted()
                .toArray();
        List<Ledger.Question> twice =
                questions.stream().filter(Ledger.Question::isTwice).toList();
        List<String> cells = new ArrayList<>(List.of(
                name,
                String.valueOf(questions.size()),
                count(questions, question -> !question.isAnswered()),
                String.valueOf(twice.size()),
                count(twice, explained),
                count(questions, Ledger.Question::isAfterLater),
                count(questions, Ledger.Question::isPredefined),
                waits.length == 0 ? "" : seconds(Duration.ofNanos(waits[waits.length / 2])),
                waits.length == 0 ? "" : seconds(Duration.ofNanos(waits[waits.length - 1]))));
        cells.addAll(Arrays.asList(more));
        return "| " + String.join(" | ", cells) + " |";
    }

    /** What must not be, a line each; none when all is well. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (Ledger.Question question : ledger.questions()) {
            String which = "question " + question.number + " of chat " + question.chat + " in round " + question.round;
            if (!question.isAnswered()) {
                faults.add("lost: " + which);
            }
            if (question.isTwice() && !explained.test(question)) {
                faults.add("twice without a reason: " + which + ", sent " + sendsOf(question));
            }
            if (question.isAfterLater()) {
                faults.add("out of order: " + which + ", sent " + sendsOf(question));
            }
        }
        outcomes.stream()
                .filter(outcome -> outcome.workedOffIn() == null)
                .forEach(outcome -> faults.add(
                        "not worked off in time: round " + outcome.number() + " " + outcome.name()));
        ledger.strays().forEach(stray -> faults.add("belongs to nothing: " + stray));
        return faults;
    }

    private static String sendsOf(Ledger.Question question) {
        return question.sent().stream()
                .map(sent -> "%.1f s after it by node %d as message %d%s"
                        .formatted(
                                (sent.at - question.writtenAt) / 1e9,
                                sent.node,
                                sent.messageId,
                                sent.isTold() ? "" : " (untold)"))
                .toList()
                .toString();
    }

    private static String count(List<Ledger.Question> questions, Predicate<Ledger.Question> which) {
        return String.valueOf(questions.stream().filter(which).count());
    }

    private static String seconds(Duration time) {
        return time == null ? "never" : String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0);
    }
}
