import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Plays rounds of faults against a cluster while people write, and counts what became of each message. It starts the nodes; the database,
 * the proxy and their end are left to the script that runs it. Exit code 1 when something is not as promised.
 */
final class Chaos {
    /** A round's backlog must be gone by then. */
    private static final Duration WORKED_OFF_WITHIN = Duration.ofMinutes(5);
    private static final Duration CONNECTED_WITHIN = Duration.ofMinutes(10);
    private static final int BOTS_OF_A_USER = 100;
    private static final int CONNECTING_AT_ONCE = 8;

    private final Options options;
    private final Referee referee;
    private final ClusterScripts cluster;
    private final Arena arena;

    private Chaos(Options options) throws IOException {
        this.options = options;
        this.referee = Referee.start(options.refereePort());
        this.cluster = new ClusterScripts(options.scripts(), options.state());
        this.arena = new Arena(cluster, referee, options.nodes());
    }

    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT);
        int status = 2;
        try {
            status = new Chaos(Options.fromProperties()).run() ? 0 : 1;
        } catch (Exception | Error broken) {
            broken.printStackTrace();
        }
        // Threads that wait for polls would keep the process.
        System.exit(status);
    }

    private boolean run() throws Exception {
        List<Round> rounds = rounds();
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("no round has '" + options.only() + "' in its name");
        }
        // The first one alone, so that it is known to be the oldest.
        cluster.start(1);
        cluster.start(options.nodes());
        say(options.nodes() + " nodes serve");
        connect();
        say(options.sessions() + " sessions are connected");
        var report = new Report(referee.ledger, arena);
        System.out.println(Report.head());
        var people = new People(referee.telegram, options.rate(), options.seed());
        people.begin();
        long end = System.nanoTime() + options.time().toNanos();
        for (int number = 1; goesOn(number, rounds.size(), end); number++) {
            System.out.println(report.add(play(number, rounds.get((number - 1) % rounds.size()))));
        }
        people.stop();
        Arena.await(() -> referee.ledger.open(0, System.nanoTime()) == 0, WORKED_OFF_WITHIN);
        return judge(report);
    }

    /** Every round once, then for as long as there is time. */
    private boolean goesOn(int number, int rounds, long end) {
        return number <= rounds || (!options.isShort() && System.nanoTime() - end < 0);
    }

    private List<Round> rounds() {
        boolean canCut = cluster.canCut();
        if (!canCut) {
            say("leaves out the rounds that cut nodes off: they need root and iptables");
        }
        return (options.isShort() ? Round.brief() : Round.all())
                .stream()
                        .filter(round -> canCut || !round.cuts())
                        .filter(round -> round.name().contains(options.only()))
                        .toList();
    }

    private Report.Outcome play(int number, Round round) throws InterruptedException {
        referee.ledger.round(number);
        arena.begin();
        round.fault().strike(arena);
        long over = System.nanoTime();
        arena.restore();
        boolean workedOff =
                Arena.await(() -> referee.ledger.open(number, over) == 0, WORKED_OFF_WITHIN);
        return new Report.Outcome(
                number,
                round.name(),
                over,
                workedOff ? Duration.ofNanos(System.nanoTime() - over) : null,
                arena.absence(),
                arena.share());
    }

    private void connect() throws InterruptedException, ExecutionException {
        var api = new VibeeApi(options.apiPort());
        Collection<Bot> bots = new ArrayList<>();
        for (int i = 1; i <= options.sessions(); i++) {
            bots.add(referee.telegram.createBot(i));
        }
        List<Future<?>> connected = new ArrayList<>();
        try (ExecutorService some = Executors.newFixedThreadPool(CONNECTING_AT_ONCE)) {
            String token = "";
            int count = 0;
            for (Bot bot : bots) {
                if (count++ % BOTS_OF_A_USER == 0) {
                    token = api.register("user_" + count);
                }
                String owner = token;
                connected.add(some.submit(() -> {
                    api.connect(owner, bot);
                    return null;
                }));
            }
        }
        for (Future<?> each : connected) {
            each.get();
        }
        if (!Arena.await(() -> bots.stream().allMatch(bot -> bot.node() > 0), CONNECTED_WITHIN)) {
            throw new IllegalStateException("not every session polls");
        }
    }

    private boolean judge(Report report) throws IOException, SQLException {
        List<Ledger.Question> twice = referee.ledger.questions().stream()
                .filter(Ledger.Question::isTwice)
                .toList();
        Doubts doubts = Doubts.of(options.database(), twice);
        List<String> faults = new ArrayList<>(report.faults());
        twice.stream()
                .filter(question -> !doubts.has(question))
                .forEach(question -> faults.add("twice, and the journal has no doubt: question " + question.number
                        + " of chat " + question.chat + " in round " + question.round));
        String text = report.table() + "\n"
                + (faults.isEmpty() ? "All is as promised.\n" : String.join("\n", faults) + "\n");
        Files.writeString(options.report(), text);
        System.out.println("\n" + text);
        return faults.isEmpty();
    }

    private static void say(String what) {
        System.out.println("chaos: " + what);
    }
}
