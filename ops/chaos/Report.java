import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** A table with a line for each round, and what is not as promised. */
final class Report {

    /**
     * What is known when a round is over, apart from its questions.
     *
     * @param over when the fault was over
     * @param workedOffIn from when the fault was over and all nodes ran until nothing waited; null when it took too long
     */
    record Outcome(int number, String name, long over, Duration workedOffIn, Absence absence, Share share) {}

    private static final String HEAD =
            """
            | round | messages | lost | twice | of them explained | out of order | predefined | p50 s | longest wait s | and after the fault s | worked off in s | sessions struck | half back s | all back s | a new node's share s |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|""";

    private final Ledger ledger;
    private final Arena arena;
    private final List<Outcome> outcomes = new ArrayList<>();

    Report(Ledger ledger, Arena arena) {
        this.ledger = ledger;
        this.arena = arena;
    }

    static String head() {
        return HEAD;
    }

    /** Notes a round, and gives its line as far as it is known: what was asked when the fault was over may still wait. */
    String add(Outcome outcome) {
        outcomes.add(outcome);
        return line(outcome, outcome.over());
    }

    String table() {
        var text = new StringBuilder(HEAD).append('\n');
        outcomes.forEach(outcome -> text.append(line(outcome, Long.MAX_VALUE)).append('\n'));
        return text.append(total()).append('\n').toString();
    }

    private String line(Outcome outcome, long judgedUntil) {
        List<Ledger.Question> questions = ledger.questionsOf(outcome.number());
        Absence absence = outcome.absence();
        Share share = outcome.share();
        List<String> cells = counts(outcome.number() + " " + outcome.name(), questions, judgedUntil);
        cells.add(longestWait(questions, question -> question.writtenAt - outcome.over() < 0));
        cells.add(longestWait(questions, question -> question.writtenAt - outcome.over() >= 0));
        cells.add(outcome.workedOffIn() == null ? "not in time" : seconds(outcome.workedOffIn()));
        cells.add(absence == null ? "" : String.valueOf(absence.bots()));
        cells.add(absence == null ? "" : seconds(absence.until(0.5)));
        cells.add(absence == null ? "" : seconds(absence.until(1)));
        cells.add(share == null ? "" : seconds(share.reached()));
        return "| " + String.join(" | ", cells) + " |";
    }

    private String total() {
        List<String> cells = counts("**all**", ledger.questions(), Long.MAX_VALUE);
        cells.add(longestWait(ledger.questions(), question -> true));
        return "| " + String.join(" | ", cells) + " |  |  |  |  |  |  |";
    }

    private List<String> counts(String name, List<Ledger.Question> questions, long judgedUntil) {
        List<Ledger.Question> twice =
                questions.stream().filter(Ledger.Question::isTwice).toList();
        long[] waits = waits(questions);
        return new ArrayList<>(List.of(
                name,
                String.valueOf(questions.size()),
                count(questions, question -> !question.isAnswered() && question.writtenAt < judgedUntil),
                String.valueOf(twice.size()),
                count(twice, arena::isExplained),
                count(questions, Ledger.Question::isAfterLater),
                count(questions, Ledger.Question::isPredefined),
                waits.length == 0 ? "" : seconds(Duration.ofNanos(waits[waits.length / 2]))));
    }

    private static String longestWait(List<Ledger.Question> questions, Predicate<Ledger.Question> which) {
        long[] waits = waits(questions.stream().filter(which).toList());
        return waits.length == 0 ? "" : seconds(Duration.ofNanos(waits[waits.length - 1]));
    }

    private static long[] waits(List<Ledger.Question> questions) {
        long now = System.nanoTime();
        return questions.stream()
                .mapToLong(question -> question.waitedUntil(now))
                .sorted()
                .toArray();
    }

    /** What must not be, a line each; none when all is well. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (Ledger.Question question : ledger.questions()) {
            String which = "question " + question.number + " of chat " + question.chat + " in round " + question.round;
            if (!question.isAnswered()) {
                faults.add("lost: " + which);
            }
            if (question.isTwice() && !arena.isExplained(question)) {
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
