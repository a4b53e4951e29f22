package io.vibee.bench.journal;

import io.vibee.bench.journal.Contender.Measured;
import io.vibee.bench.journal.Contender.Recovered;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Prints each measurement as a row of a table as soon as it is there, and at the end ours as parts of the others'. */
final class Results {

    private static final String RATIO_HEAD = """

            ## Ratios, ours / the other (median of the rounds; lowest to highest)

            | ours | other | entities | events/s | p50 | p99 | JVM CPU | server CPU | CPU | p50 at half | p99 at half |
            |---|---|---|---|---|---|---|---|---|---|---|
            """;
    private static final String RECOVERY_RATIO_HEAD = """

            | ours | other | recovery events/s | JVM CPU | server CPU |
            |---|---|---|---|---|
            """;

    private record Load(String contender, int entities, int round, Measured measured) {}

    private record Recovery(String contender, int round, Recovered recovered) {}

    private final List<Load> closed = new ArrayList<>();
    private final List<Load> half = new ArrayList<>();
    private final List<Recovery> recoveries = new ArrayList<>();

    void startLoads(String title) {
        System.out.printf("""

            ## %s

            | contender | entities | writers | round | events/s | p50 ms | p99 ms | JVM ms/1000 | of it JIT | server ms/1000 | failed | load |
            |---|---|---|---|---|---|---|---|---|---|---|---|
            """, title);
    }

    void startRecoveries(int entities, int events) {
        System.out.printf("""

            ## Recovery of %d entities with %d events each

            | contender | round | entities/s | events/s | JVM ms/1000 events | server ms/1000 events | load |
            |---|---|---|---|---|---|---|
            """, entities, events);
    }

    void addClosed(Contender contender, int entities, int round, Measured measured) {
        closed.add(new Load(contender.name(), entities, round, measured));
        print(contender, entities, round, measured);
    }

    void addHalf(Contender contender, int entities, int round, Measured measured) {
        half.add(new Load(contender.name(), entities, round, measured));
        print(contender, entities, round, measured);
    }

    void addRecovery(Contender contender, int round, Recovered recovered) {
        recoveries.add(new Recovery(contender.name(), round, recovered));
        System.out.printf(
                "| %s | %d | %.0f | %.0f | %.1f | %.1f | %.1f |%n",
                contender.name(),
                round,
                recovered.entitiesPerSecond(),
                recovered.eventsPerSecond(),
                recovered.clientCpu(),
                recovered.serverCpu(),
                ProcessTimes.loadAverage());
    }

    /** The mean of what it stored in a second, over the rounds. */
    double maximum(Contender contender, int entities) {
        return of(closed, contender.name(), entities)
                .mapToDouble(load -> load.measured().eventsPerSecond())
                .average()
                .orElseThrow();
    }

    void printRatios() {
        List<String> names = Stream.concat(
                        closed.stream().map(Load::contender),
                        recoveries.stream().map(Recovery::contender))
                .distinct()
                .toList();
        List<String> ours = names.stream()
                .filter(name -> name.startsWith("vibee") && !name.endsWith("before"))
                .toList();
        List<String> others =
                names.stream().filter(name -> !ours.contains(name)).toList();
        System.out.print(RATIO_HEAD);
        for (String our : ours) {
            for (String other : others) {
                closed.stream().map(Load::entities).distinct().forEach(entities -> printRatios(our, other, entities));
            }
        }
        if (!recoveries.isEmpty()) {
            System.out.print(RECOVERY_RATIO_HEAD);
            for (String our : ours) {
                for (String other : others) {
                    printRecoveryRatios(our, other);
                }
            }
        }
    }

    private void printRatios(String our, String other, int entities) {
        System.out.printf(
                "| %s | %s | %d | **%s** | %s | %s | %s | %s | **%s** | %s | %s |%n",
                our,
                other,
                entities,
                ratio(closed, our, other, entities, Measured::eventsPerSecond),
                ratio(closed, our, other, entities, Measured::p50),
                ratio(closed, our, other, entities, Measured::p99),
                ratio(closed, our, other, entities, Measured::clientCpu),
                ratio(closed, our, other, entities, Measured::serverCpu),
                ratio(closed, our, other, entities, measured -> measured.clientCpu() + measured.serverCpu()),
                ratio(half, our, other, entities, Measured::p50),
                ratio(half, our, other, entities, Measured::p99));
    }

    private void printRecoveryRatios(String our, String other) {
        List<Recovered> mine = of(recoveries, our);
        List<Recovered> its = of(recoveries, other);
        if (!mine.isEmpty() && !its.isEmpty()) {
            System.out.printf(
                    "| %s | %s | **%s** | %s | %s |%n",
                    our,
                    other,
                    ratio(mine, its, Recovered::eventsPerSecond),
                    ratio(mine, its, Recovered::clientCpu),
                    ratio(mine, its, Recovered::serverCpu));
        }
    }

    private static void print(Contender contender, int entities, int round, Measured measured) {
        System.out.printf(
                "| %s | %d | %d | %d | %.0f | %.2f | %.2f | %.1f | %.1f | %.1f | %d | %.1f |%n",
                contender.name(),
                entities,
                contender.writers(entities),
                round,
                measured.eventsPerSecond(),
                measured.p50(),
                measured.p99(),
                measured.clientCpu(),
                measured.compilerCpu(),
                measured.serverCpu(),
                measured.failures(),
                ProcessTimes.loadAverage());
    }

    private static String ratio(
            List<Load> loads, String our, String other, int entities, ToDoubleFunction<Measured> value) {
        return ratio(
                of(loads, our, entities).map(Load::measured).toList(),
                of(loads, other, entities).map(Load::measured).toList(),
                value);
    }

    /** Round by round, since only what ran side by side can be compared. */
    private static <T> String ratio(List<T> mine, List<T> its, ToDoubleFunction<T> value) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(mine.size(), its.size()); i++) {
            ratios.add(value.applyAsDouble(mine.get(i)) / value.applyAsDouble(its.get(i)));
        }
        if (ratios.isEmpty()) {
            return "–";
        }
        ratios.sort(null);
        int middle = ratios.size() / 2;
        double median = ratios.size() % 2 == 1 ? ratios.get(middle) : (ratios.get(middle - 1) + ratios.get(middle)) / 2;
        return String.format("%.2f (%.2f–%.2f)", median, ratios.getFirst(), ratios.getLast());
    }

    private static Stream<Load> of(List<Load> loads, String contender, int entities) {
        return loads.stream().filter(load -> load.contender().equals(contender) && load.entities() == entities);
    }

    private static List<Recovered> of(List<Recovery> recoveries, String contender) {
        return recoveries.stream()
                .filter(recovery -> recovery.contender().equals(contender))
                .map(Recovery::recovered)
                .toList();
    }
}
