import java.time.Duration;
import java.util.List;

/**
 * One thing that goes wrong.
 *
 * @param cuts whether it needs a machine that lets nodes be cut off
 */
record Round(String name, boolean cuts, Fault fault) {

    /** Does harm and undoes it, as far as it can be undone; nodes that ended are started by whoever plays the round. */
    interface Fault {
        void strike(Arena arena) throws InterruptedException;
    }

    private static Round of(String name, Fault fault) {
        return new Round(name, false, fault);
    }

    private static Round weather(String name, Weather weather, int seconds) {
        return of(name + " for " + seconds + " s", arena -> arena.weather(weather, Duration.ofSeconds(seconds)));
    }

    private static Round postgresAway(int seconds) {
        return of("kill -9 of PostgreSQL for " + seconds + " s", arena -> arena.withoutPostgres(Duration.ofSeconds(seconds)));
    }

    private static Round cut(boolean oneWay, int seconds) {
        return new Round(
                "cut between two nodes, " + (oneWay ? "one way, " : "both ways, ") + seconds + " s",
                true,
                arena -> arena.cut(oneWay, Duration.ofSeconds(seconds)));
    }

    private static Round none(int seconds) {
        return of("nothing, for comparison", arena -> arena.pass(Duration.ofSeconds(seconds)));
    }

    /** One after the other; again from the start while there is time. */
    static List<Round> all() {
        return List.of(
                none(30),
                of("kill -9 of a node", arena -> arena.kill(arena.plainNode())),
                of("kill -9 of the oldest node", arena -> arena.kill(arena.oldestNode())),
                of("one node more", Arena::add),
                of("SIGTERM of a node", arena -> arena.terminate(arena.plainNode())),
                weather("Telegram: lost answers", Weather.LOST_ANSWERS, 30),
                of("a node frozen for 40 s", arena -> arena.freeze(arena.plainNode(), 40)),
                weather("Telegram: 502", Weather.SERVER_ERRORS, 30),
                postgresAway(20),
                weather("Telegram: 429", Weather.FLOOD_WAITS, 30),
                cut(false, 40),
                weather("Telegram: 409", Weather.CONFLICTS, 30),
                of("SIGTERM of the oldest node", arena -> arena.terminate(arena.oldestNode())),
                weather("the model hangs", Weather.HANGING_MODEL, 60),
                cut(true, 40),
                postgresAway(180));
    }

    /** What fits into three minutes. */
    static List<Round> brief() {
        return List.of(
                of("kill -9 of the oldest node", arena -> arena.kill(arena.oldestNode())),
                weather("Telegram: lost answers", Weather.LOST_ANSWERS, 8),
                postgresAway(8),
                cut(false, 20),
                weather("Telegram: 429", Weather.FLOOD_WAITS, 5),
                of("SIGTERM of a node", arena -> arena.terminate(arena.plainNode())));
    }
}
