package io.vibee.journal.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.PersistenceFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the journal holds of the Counters' numbers, compared with what they acknowledged. */
record Stored(long acknowledged, long numbers, long events, long lost, long twice) {

    private static final String NUMBERS = """
            select persistence_id, (event ->> 'number')::bigint as number, count(*), count(distinct event ->> 'part'),
                   max((event ->> 'parts')::int), max(seq_nr)
              from event_json where entity_type = 'Counter' group by 1, 2 order by 1, 2""";

    /**
     * Looks at every number.
     *
     * @param acknowledged the highest number of each persistence id
     */
    static Stored check(PersistenceFixture observer, Map<String, Long> acknowledged) {
        Map<String, List<Long>> found = new TreeMap<>();
        Map<String, Long> events = new TreeMap<>();
        List<String> torn = new ArrayList<>();
        List<String> misplaced = new ArrayList<>();
        long twice = 0;
        for (String row : observer.rows(NUMBERS)) {
            String[] columns = row.split(",", -1);
            String id = columns[0];
            long count = Long.parseLong(columns[2]);
            long parts = Long.parseLong(columns[4]);
            found.computeIfAbsent(id, unseen -> new ArrayList<>()).add(Long.parseLong(columns[1]));
            twice += Math.max(0, count - parts);
            if (Long.parseLong(columns[3]) != parts) {
                torn.add(row);
            }
            if (events.merge(id, count, Long::sum) != Long.parseLong(columns[5])) {
                misplaced.add(row);
            }
        }
        long lost = 0;
        for (Map.Entry<String, Long> one : acknowledged.entrySet()) {
            List<Long> numbers = found.getOrDefault(one.getKey(), List.of());
            lost += one.getValue()
                    - numbers.stream()
                            .filter(number -> number <= one.getValue())
                            .count();
        }
        assertThat(lost).as("acknowledged writes that are not there").isZero();
        assertThat(twice).as("events stored twice").isZero();
        assertThat(torn).as("writes of which a part is missing").isEmpty();
        assertThat(misplaced).as("events that are not next to those before").isEmpty();
        return new Stored(
                acknowledged.values().stream().mapToLong(highest -> highest).sum(),
                found.values().stream().mapToLong(List::size).sum(),
                events.values().stream().mapToLong(count -> count).sum(),
                lost,
                twice);
    }

    @Override
    public String toString() {
        return acknowledged + " writes acknowledged, " + numbers + " stored (" + events + " events), " + lost
                + " lost, " + twice + " events twice";
    }
}
