import java.nio.file.Path;
import java.time.Duration;

/**
 * What the script that runs it says, in system properties.
 *
 * @param only what the names of the rounds to play contain
 * @param time how long rounds begin
 * @param rate messages a second
 * @param seed of the order of chats
 * @param state where the cluster keeps its things
 */
record Options(
        boolean isShort,
        String only,
        Duration time,
        int sessions,
        int nodes,
        double rate,
        long seed,
        int refereePort,
        int apiPort,
        String database,
        Path scripts,
        Path state,
        Path report) {

    static Options fromProperties() {
        return new Options(
                Boolean.getBoolean("chaos.short"),
                System.getProperty("chaos.only"),
                Duration.ofMinutes(Long.getLong("chaos.minutes")),
                Integer.getInteger("chaos.sessions"),
                Integer.getInteger("chaos.nodes"),
                Double.parseDouble(System.getProperty("chaos.rate")),
                Long.getLong("chaos.seed"),
                Integer.getInteger("chaos.referee-port"),
                Integer.getInteger("chaos.api-port"),
                System.getProperty("chaos.database"),
                Path.of(System.getProperty("chaos.scripts")),
                Path.of(System.getProperty("chaos.state")),
                Path.of(System.getProperty("chaos.report")));
    }
}
