import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Where a round's fault strikes: the nodes, the database, Telegram and the model. It notes what it did, to explain what came of it. */
final class Arena {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    /** Far more than a cluster needs to miss a node, also on a busy machine. */
    private static final Duration TURNS_OUT_WITHIN = Duration.ofSeconds(60);
    /** A node that was silent knows by then whether the others gave it up. */
    private static final Duration KNOWS_WITHIN = Duration.ofSeconds(20);

    private final ClusterScripts cluster;
    private final Referee referee;
    private final int nodes;
    private final List<Trouble> troubles = new ArrayList<>();
    private Absence absence;
    private Share share;

    Arena(ClusterScripts cluster, Referee referee, int nodes) {
        this.cluster = cluster;
        this.referee = referee;
        this.nodes = nodes;
    }

    /** Forgets who was away in the round before. */
    void begin() {
        absence = null;
        share = null;
    }

    int oldestNode() {
        return cluster.running().getFirst();
    }

    /** The youngest, which the cluster needs least. */
    int plainNode() {
        return cluster.running().getLast();
    }

    void kill(int node) throws InterruptedException {
        absence = referee.telegram.watch(node);
        long struck = System.nanoTime();
        cluster.kill(node);
        troubles.add(new Trouble(struck, System.nanoTime()));
        awaitAll(absence);
    }

    /** In good order: nothing of it explains a text that is sent twice. */
    void terminate(int node) throws InterruptedException {
        absence = referee.telegram.watch(node);
        cluster.terminate(node);
        awaitAll(absence);
        await(() -> !cluster.runs(node), TURNS_OUT_WITHIN);
    }

    void add() throws InterruptedException {
        int wanted = cluster.running().size() + 1;
        share = new Share(referee.telegram.bots(), wanted);
        cluster.start(wanted);
        share.of(cluster.running().getLast());
        await(share::isReached, TURNS_OUT_WITHIN);
    }

    void freeze(int node, int seconds) throws InterruptedException {
        absence = referee.telegram.watch(node);
        long struck = System.nanoTime();
        CompletableFuture<Void> thawed = cluster.freeze(node, seconds);
        awaitAll(absence);
        thawed.join();
        await(() -> !cluster.runs(node), KNOWS_WITHIN);
        troubles.add(new Trouble(struck, System.nanoTime()));
    }

    void cut(boolean oneWay, Duration time) throws InterruptedException {
        List<Integer> running = cluster.running();
        int one = running.get(running.size() - 2);
        int other = running.getLast();
        long struck = System.nanoTime();
        cluster.cut(one, other, oneWay);
        pass(time);
        cluster.heal();
        await(() -> !cluster.runs(one) && !cluster.runs(other), KNOWS_WITHIN);
        troubles.add(new Trouble(struck, System.nanoTime()));
    }

    void withoutPostgres(Duration time) throws InterruptedException {
        long struck = System.nanoTime();
        cluster.killPostgres();
        pass(time);
        cluster.startPostgres();
        troubles.add(new Trouble(struck, System.nanoTime()));
    }

    /** So it is for a while, then calm. */
    void weather(Weather weather, Duration time) throws InterruptedException {
        referee.weather(weather);
        pass(time);
        referee.weather(Weather.CALM);
    }

    /** Starts as many nodes as ended. */
    void restore() {
        cluster.start(nodes);
        if (absence != null) {
            absence.anyNode();
        }
    }

    /** Those whose node was struck in this round; null where none was. */
    Absence absence() {
        return absence;
    }

    /** What the node that was added in this round got; null where none was. */
    Share share() {
        return share;
    }

    boolean isExplained(Ledger.Question twice) {
        return twice.sent().stream()
                .anyMatch(sent -> !sent.isTold() || troubles.stream().anyMatch(trouble -> trouble.explains(sent)));
    }

    private void awaitAll(Absence watched) throws InterruptedException {
        await(() -> watched.back() == watched.bots(), TURNS_OUT_WITHIN);
    }

    void pass(Duration time) throws InterruptedException {
        Thread.sleep(time);
    }

    /** Whether it came true in time. */
    static boolean await(BooleanSupplier condition, Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(LOOK_EVERY);
        }
        return true;
    }
}
