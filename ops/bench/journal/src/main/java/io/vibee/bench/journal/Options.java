package io.vibee.bench.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** What may be set by {@code -Dbench.…}; README.md explains each. */
record Options(
        List<String> contenders,
        List<Integer> entities,
        List<String> phases,
        int rounds,
        Duration ramp,
        Duration measured,
        int warmUpEvents,
        Duration warmUpWithin,
        int recoveryEntities,
        int recoveryEvents,
        String jvm,
        String config,
        String before,
        Path directory) {

    static Options read() {
        return new Options(
                list("contenders", "vibee,vibee-tagged,jdbc,pgbench"),
                list("entities", "1,16,1000,10000").stream()
                        .map(Integer::valueOf)
                        .toList(),
                list("phases", "closed,half,recovery"),
                Integer.getInteger("bench.rounds", 2),
                seconds("ramp", 1),
                seconds("seconds", 4),
                Integer.getInteger("bench.warm-up-events", 200_000),
                seconds("warm-up-within", 30),
                Integer.getInteger("bench.recovery.entities", 10_000),
                Integer.getInteger("bench.recovery.events", 100),
                System.getProperty("bench.jvm", "-Xmx1g"),
                System.getProperty("bench.config", ""),
                System.getProperty("bench.before", ""),
                Path.of(System.getProperty("bench.directory", "target")));
    }

    private static List<String> list(String key, String otherwise) {
        return Arrays.asList(System.getProperty("bench." + key, otherwise).split(","));
    }

    private static Duration seconds(String key, int otherwise) {
        return Duration.ofSeconds(Integer.getInteger("bench." + key, otherwise));
    }
}
