package io.vibee.persistence.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.persistence.DatabaseSpecification;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("database")
class UnfinishedRowsTest extends DatabaseSpecification {

    private final UnfinishedRows rows = new UnfinishedRows(database);

    @Test
    void givesWhatIsDueTheLongestOverdueFirst() {
        add("Chat|late", "1 minute");
        add("Chat|later", "2 minutes");
        add("Chat|not-yet", "-1 minute");

        List<Unfinished> due = await(rows.due(10));

        assertThat(due).extracting(Unfinished::persistenceId).containsExactly("Chat|later", "Chat|late");
        assertThat(due).extracting(Unfinished::owner).containsOnly("ann");
        assertThat(due).extracting(Unfinished::tries).containsOnly(1);
        assertThat(await(rows.due(10))).as("handed out once").isEmpty();
        assertThat(await(rows.count())).isEqualTo(3);
    }

    @Test
    void waitsTwiceAsLongEachTimeUpToHalfAnHour() {
        add("Chat|1", "1 minute");

        List<Long> seconds =
                IntStream.range(0, 9).mapToObj(i -> waitAfterNextTry()).toList();

        assertThat(seconds).containsExactly(30L, 60L, 120L, 240L, 480L, 960L, 1800L, 1800L, 1800L);
        execute("update unfinished set tries = 2000000");
        assertThat(waitAfterNextTry()).isEqualTo(1800L);
    }

    @Test
    void sweepsThatRunAtOnceGetDifferentRows() {
        execute("""
                insert into unfinished (persistence_id, next_try_at)
                select 'Chat|' || n, now() - interval '1 second' from generate_series(1, 400) n""");

        List<String> ids = awaitAll(
                        IntStream.range(0, 8).mapToObj(i -> rows.due(50)).toList())
                .stream()
                .flatMap(List::stream)
                .map(Unfinished::persistenceId)
                .toList();

        assertThat(ids).doesNotHaveDuplicates();
        assertThat(ids.size() + await(rows.due(400)).size()).isEqualTo(400);
    }

    @Test
    void tellsWhatIsUnfinishedWithinAScope() {
        execute("""
                insert into event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id,
                                           event_ser_manifest, event_payload, writer, owner, scope)
                select 0, 'Chat', id, seq_nr, now(), 0, '', '', '', 'ann', scope
                  from (values ('Chat|1', 'one'), ('Chat|2', 'two'), ('Chat|3', 'one')) chats (id, scope),
                       generate_series(1, 2) seq_nr""");
        add("Chat|1", "1 minute");
        add("Chat|2", "-1 minute");

        assertThat(await(rows.within("ann", "one", 10))).containsExactly("Chat|1");
        assertThat(await(rows.within("ann", "two", 10))).containsExactly("Chat|2");
        assertThat(await(rows.within("bob", "one", 10))).isEmpty();
    }

    @Test
    void isDueAtOnceWhenHastened() {
        add("Chat|1", "-10 minutes");
        add("Chat|2", "1 minute");

        assertThat(await(rows.hasten())).isEqualTo(1);
        assertThat(await(rows.due(10))).extracting(Unfinished::persistenceId).containsExactly("Chat|2", "Chat|1");
    }

    private void add(String persistenceId, String overdue) {
        execute(
                "insert into unfinished (persistence_id, owner, next_try_at) values ($1, 'ann', now() - $2::text::interval)",
                persistenceId,
                overdue);
    }

    private long waitAfterNextTry() {
        execute("update unfinished set next_try_at = now()");
        assertThat(await(rows.due(1))).hasSize(1);
        return number("select round(extract(epoch from next_try_at - now()) / 10) * 10 from unfinished");
    }
}
