package io.vibee.journal.query;

import static io.vibee.journal.PersistenceFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.journal.JournalOffset;
import io.vibee.journal.Ledger;
import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("Events by slices")
@Timeout(120)
@Tag("database")
class EventsBySlicesTest {

    private static final String QUICK = "pekko.persistence.postgres.query.page = 3";
    /** So slow a poll that only a signal can have woken the stream in time. */
    private static final String SIGNALS_ONLY =
            "pekko.persistence.postgres.query { page = 3, poll-interval = 10 minutes }";

    private final DatabaseUrl url = TestDatabase.fresh();
    private final List<PersistenceFixture> nodes = new ArrayList<>();

    private PersistenceFixture node(String config) {
        PersistenceFixture node = new PersistenceFixture(url, config);
        nodes.add(node);
        return node;
    }

    @AfterEach
    void stop() {
        nodes.forEach(PersistenceFixture::close);
    }

    private static R2dbcReadJournal journal(PersistenceFixture node) {
        return PersistenceQuery.get(node.testKit().system())
                .getReadJournalFor(R2dbcReadJournal.class, R2dbcReadJournal.IDENTIFIER);
    }

    private static List<EventEnvelope<Ledger.Event>> current(PersistenceFixture node, int from, int to, Offset after)
            throws Exception {
        return await(journal(node)
                .<Ledger.Event>currentEventsBySlices("Ledger", from, to, after)
                .runWith(Sink.seq(), node.testKit().system()));
    }

    private static Followed<EventEnvelope<Ledger.Event>> live(PersistenceFixture node, Offset after) {
        return new Followed<>(
                journal(node).eventsBySlices("Ledger", 0, 1023, after),
                node.testKit().system());
    }

    @Nested
    @DisplayName("that there are")
    class Current {

        @Test
        @DisplayName("come whole, each from its own range, in the order of each persistence id")
        void ranges() throws Exception {
            PersistenceFixture node = node(QUICK);
            for (String id : List.of("Ledger|a", "Ledger|b", "Ledger|c", "Ledger|d")) {
                ActorRef<Ledger.Command> ledger = node.ledger(id);
                node.write(ledger, "1", "2");
                node.write(ledger, "3");
            }
            node.write(node.ledger("Other|a"), "1");

            List<EventEnvelope<Ledger.Event>> all = new ArrayList<>();
            for (Pair<Integer, Integer> range : journal(node).sliceRanges(4)) {
                List<EventEnvelope<Ledger.Event>> events =
                        current(node, range.first(), range.second(), Offset.noOffset());
                assertThat(events)
                        .allSatisfy(event -> assertThat(event.slice())
                                .isBetween(range.first(), range.second())
                                .isEqualTo(journal(node).sliceForPersistenceId(event.persistenceId())));
                all.addAll(events);
            }
            assertThat(all).hasSize(12).allSatisfy(event -> {
                assertThat(event.entityType()).isEqualTo("Ledger");
                assertThat(event.event()).isEqualTo(new Ledger.Entered(Long.toString(event.sequenceNr())));
            });
            assertThat(all.stream().filter(event -> event.persistenceId().equals("Ledger|c")))
                    .extracting(EventEnvelope::sequenceNr)
                    .containsExactly(1L, 2L, 3L);
        }

        @Test
        @DisplayName("go on after an offset, and leave out what was deleted")
        void after() throws Exception {
            PersistenceFixture node = node(QUICK);
            node.write(node.ledger("Ledger|a"), "1", "2", "3", "4");
            List<EventEnvelope<Ledger.Event>> all = current(node, 0, 1023, Offset.noOffset());
            node.execute("update event_journal set deleted = true where seq_nr = 3");

            assertThat(current(node, 0, 1023, all.get(1).offset()))
                    .extracting(EventEnvelope::sequenceNr)
                    .containsExactly(4L);
            assertThat(current(node, 0, 1023, all.get(3).offset())).isEmpty();
        }

        @Test
        @DisplayName("include what was just acknowledged, also while an older transaction is open")
        void ownWrite() throws Exception {
            PersistenceFixture node = node(QUICK);
            try (Connection older = node.connect();
                    Statement statement = older.createStatement()) {
                older.setAutoCommit(false);
                statement.execute("create temporary table open_for_writing (x int)");
                node.write(node.ledger("Ledger|a"), "1");
                var events = journal(node)
                        .currentEventsBySlices("Ledger", 0, 1023, Offset.noOffset())
                        .runWith(Sink.seq(), node.testKit().system())
                        .toCompletableFuture();
                node.eventually(() -> assertThat(
                                node.rows(
                                        "select count(*) from pg_stat_activity where query like 'with horizon%' and datname = current_database()"))
                        .isNotEqualTo(List.of("0")));
                assertThat(events).isNotDone();

                older.rollback();
                assertThat(await(events)).hasSize(1);
            }
        }
    }

    @Nested
    @DisplayName("for ever")
    class Live {

        @Test
        @DisplayName("show what this node stores at once")
        void here() {
            PersistenceFixture node = node(SIGNALS_ONLY + "\npekko.persistence.postgres.notifications.enabled = off");
            var stream = live(node, Offset.noOffset());
            ActorRef<Ledger.Command> ledger = node.ledger("Ledger|a");
            for (int number = 1; number <= 10; number++) {
                node.write(ledger, Integer.toString(number));
                assertThat(stream.next().sequenceNr()).isEqualTo(number);
            }
            stream.cancel();
        }

        @Test
        @DisplayName(
                "show what another node stores, told by the database, also after the listening connection was lost")
        void elsewhere() {
            PersistenceFixture writer = node(QUICK);
            PersistenceFixture reader =
                    node(SIGNALS_ONLY + "\npekko.persistence.postgres.notifications.reconnect-after = 50ms");
            var stream = live(reader, Offset.noOffset());
            ActorRef<Ledger.Command> ledger = writer.ledger("Ledger|a");
            writer.write(ledger, "1");
            assertThat(stream.next().sequenceNr()).isEqualTo(1);

            assertThat(writer.rows("select pg_terminate_backend(pid) from pg_stat_activity"
                            + " where query = 'listen event_journal' and datname = current_database()"))
                    .as("the reader's connection")
                    .hasSize(1);
            writer.write(ledger, "2");
            assertThat(stream.next().sequenceNr()).isEqualTo(2);
            stream.cancel();
        }

        @Test
        @DisplayName("show it after a while without any signal")
        void polled() {
            PersistenceFixture writer = node("pekko.persistence.postgres.notifications.enabled = off");
            PersistenceFixture reader =
                    node("pekko.persistence.postgres { notifications.enabled = off, query.poll-interval = 100ms }");
            var stream = live(reader, JournalOffset.START);
            writer.write(writer.ledger("Ledger|a"), "1");
            assertThat(stream.next().sequenceNr()).isEqualTo(1);
            stream.cancel();
        }

        @Test
        @DisplayName("hold no connection while nobody wants more")
        void backpressure() {
            PersistenceFixture node = node("""
                    pekko.persistence.postgres.database.pool { initial-size = 1, max-size = 1 }
                    pekko.persistence.postgres.query.page = 2""");
            node.write(node.ledger("Ledger|a"), "1", "2", "3", "4", "5", "6");
            var slow = live(node, Offset.noOffset());
            assertThat(slow.next().sequenceNr()).isEqualTo(1);

            node.write(node.ledger("Ledger|b"), "1");
            for (long number = 2; number <= 6; number++) {
                assertThat(slow.next().sequenceNr()).isEqualTo(number);
            }
            assertThat(slow.next().persistenceId()).isEqualTo("Ledger|b");
            slow.cancel();
        }

        @Test
        @DisplayName("fail when the database is away")
        void away() throws Exception {
            PersistenceFixture node = node(QUICK);
            node.database().closeLater().toCompletableFuture().get();

            assertThatThrownBy(() -> current(node, 0, 1023, Offset.noOffset())).isNotNull();
        }
    }

    @Test
    @DisplayName("pause longer and longer while something hides them, up to a tenth of a second")
    void hiddenPauses() {
        Duration first = Duration.ofMillis(2);

        assertThat(LiveReader.hiddenPause(first, 1)).isEqualTo(first);
        assertThat(LiveReader.hiddenPause(first, 3)).isEqualTo(Duration.ofMillis(8));
        assertThat(LiveReader.hiddenPause(first, 1000)).isEqualTo(Duration.ofMillis(100));
    }
}
