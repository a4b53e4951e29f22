package io.vibee.journal;

import static io.vibee.journal.PersistenceFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.OrderedReader.Births;
import io.vibee.journal.OrderedReader.Slices;
import io.vibee.journal.OrderedReader.Tag;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("Reading in the journal's order")
@Timeout(120)
@org.junit.jupiter.api.Tag("database")
class OrderedReaderTest {

    private static final Slices ALL = new Slices("Test", 0, 1023);

    private final PersistenceFixture fixture = new PersistenceFixture();
    private final OrderedReader reader = new OrderedReader(fixture.database());

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** A writer whose commit the test decides about. */
    private static void insert(Connection connection, String persistenceId, long seqNr, int slice, String... tags)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id,
                                           event_ser_manifest, event_payload, writer, tags)
                values (?, 'Test', ?, ?, now(), 20, '', '', 'test', nullif(?::text[], '{}'))""")) {
            insert.setInt(1, slice);
            insert.setString(2, persistenceId);
            insert.setLong(3, seqNr);
            insert.setArray(4, connection.createArrayOf("text", tags));
            insert.executeUpdate();
        }
    }

    private Connection writer() throws SQLException {
        Connection connection = fixture.connect();
        connection.setAutoCommit(false);
        return connection;
    }

    private static List<String> ids(OrderedPage page) {
        return page.events().stream()
                .map(event ->
                        event.event().persistenceId() + "#" + event.event().sequenceNr())
                .toList();
    }

    @Nested
    @DisplayName("shows nothing before a transaction that may still commit")
    class LateCommits {

        @Test
        @DisplayName("and then both in the order of their transactions, not of their commits")
        void earlierCommitsLast() throws Exception {
            try (Connection early = writer();
                    Connection late = writer()) {
                insert(early, "Test|early", 1, 7);
                insert(late, "Test|late", 1, 7);
                late.commit();

                OrderedPage before = await(reader.page(ALL, JournalOffset.START, 10));
                assertThat(before.events()).isEmpty();
                assertThat(before.hidden()).isTrue();

                early.commit();
                OrderedPage after = await(reader.page(ALL, before.reached(), 10));
                assertThat(ids(after)).containsExactly("Test|early#1", "Test|late#1");
                assertThat(after.hidden()).isFalse();
            }
        }

        @Test
        @DisplayName("or is rolled back")
        void rolledBack() throws Exception {
            try (Connection early = writer();
                    Connection late = writer()) {
                insert(early, "Test|early", 1, 7);
                insert(late, "Test|late", 1, 7);
                late.commit();
                early.rollback();

                assertThat(ids(await(reader.page(ALL, JournalOffset.START, 10))))
                        .containsExactly("Test|late#1");
            }
        }

        @Test
        @DisplayName("wherever in the server it is, and says for how long")
        void elsewhere() throws Exception {
            PersistenceFixture other = new PersistenceFixture();
            try (Connection open = other.connect();
                    Connection writer = writer()) {
                open.setAutoCommit(false);
                insert(open, "Test|elsewhere", 1, 7);
                insert(writer, "Test|here", 1, 7);
                writer.commit();

                assertThat(await(reader.page(ALL, JournalOffset.START, 10)).hidden())
                        .isTrue();
                fixture.eventually(() -> assertThat(held()).isPositive());
                open.rollback();
                assertThat(ids(await(reader.page(ALL, JournalOffset.START, 10))))
                        .containsExactly("Test|here#1");
            } finally {
                other.close();
            }
        }

        private long held() {
            try {
                return await(new Horizon(fixture.database()).heldFor()).toNanos();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        @Test
        @DisplayName("so that a reader beside eight writers with pauses misses nothing and sees nothing twice")
        void manyWriters() throws Exception {
            int writers = 8;
            int each = 150;
            ExecutorService threads = Executors.newFixedThreadPool(writers);
            CountDownLatch left = new CountDownLatch(writers);
            try {
                List<Future<?>> written = new ArrayList<>();
                for (int i = 0; i < writers; i++) {
                    int number = i;
                    written.add(threads.submit(() -> {
                        try (Connection connection = writer()) {
                            Random random = new Random(number);
                            for (int seqNr = 1; seqNr <= each; seqNr++) {
                                insert(connection, "Test|writer-" + number, seqNr, number * 100);
                                LockSupport.parkNanos(random.nextInt(3_000_000));
                                connection.commit();
                            }
                        } finally {
                            left.countDown();
                        }
                        return null;
                    }));
                }
                List<String> seen = new ArrayList<>();
                JournalOffset position = JournalOffset.START;
                while (true) {
                    boolean allWritten = left.getCount() == 0;
                    OrderedPage page = await(reader.page(
                            ALL, position, 1 + ThreadLocalRandom.current().nextInt(20)));
                    seen.addAll(ids(page));
                    position = page.reached();
                    if (allWritten && page.end() && !page.hidden()) {
                        break;
                    }
                }
                for (Future<?> one : written) {
                    one.get(10, TimeUnit.SECONDS);
                }
                assertThat(seen).hasSize(writers * each).doesNotHaveDuplicates();
                for (int i = 0; i < writers; i++) {
                    String prefix = "Test|writer-" + i + "#";
                    assertThat(seen.stream().filter(id -> id.startsWith(prefix)))
                            .as("in its own order")
                            .containsExactlyElementsOf(numbered(prefix, each));
                }
            } finally {
                threads.shutdownNow();
            }
        }

        private static List<String> numbered(String prefix, int count) {
            return IntStream.rangeClosed(1, count)
                    .mapToObj(number -> prefix + number)
                    .toList();
        }
    }

    @Nested
    @DisplayName("gives pages")
    class Pages {

        @Test
        @DisplayName("that follow each other, of some slices only")
        void slices() throws Exception {
            try (Connection writer = writer()) {
                for (int i = 0; i < 6; i++) {
                    insert(writer, "Test|" + i, 1, i);
                }
                writer.commit();
            }
            Slices some = new Slices("Test", 1, 4);
            OrderedPage first = await(reader.page(some, JournalOffset.START, 3));
            OrderedPage second = await(reader.page(some, first.reached(), 3));
            OrderedPage third = await(reader.page(some, second.reached(), 3));

            assertThat(ids(first)).containsExactly("Test|1#1", "Test|2#1", "Test|3#1");
            assertThat(first.end()).isFalse();
            assertThat(ids(second)).containsExactly("Test|4#1");
            assertThat(second.end()).isTrue();
            assertThat(third.events()).isEmpty();
            assertThat(third.reached()).isGreaterThanOrEqualTo(second.reached());
        }

        @Test
        @DisplayName("of a tag, and of first events")
        void tagsAndBirths() throws Exception {
            try (Connection writer = writer()) {
                insert(writer, "Test|a", 1, 1, "red");
                insert(writer, "Test|a", 2, 1, "red", "green");
                insert(writer, "Test|b", 1, 2);
                writer.commit();
            }
            assertThat(ids(await(reader.page(new Tag("green"), JournalOffset.START, 10))))
                    .containsExactly("Test|a#2");
            assertThat(ids(await(reader.page(new Births(), JournalOffset.START, 10))))
                    .containsExactly("Test|a#1", "Test|b#1");
        }
    }

    @Nested
    @DisplayName("goes on in a new generation")
    class Generations {

        private final JournalGeneration generation = new JournalGeneration(fixture.database());

        @Test
        @DisplayName("after a restore into a server whose transaction ids are lower, which is noticed")
        void restored() throws Exception {
            try (Connection writer = writer()) {
                insert(writer, "Test|before", 1, 1);
                writer.commit();
            }
            // What a restored dump looks like: the ids are those of the old server.
            fixture.execute("update event_journal set transaction_id = '900000000000000'");

            assertThat(await(reader.page(ALL, JournalOffset.START, 10)).hidden())
                    .isTrue();
            assertThat(await(generation.raiseIfRestored())).isEqualTo(Optional.of(2));
            assertThat(await(generation.raiseIfRestored())).isEmpty();
            OrderedPage old = await(reader.page(ALL, JournalOffset.START, 10));
            assertThat(ids(old)).containsExactly("Test|before#1");

            try (Connection writer = writer()) {
                insert(writer, "Test|after", 1, 1);
                writer.commit();
            }
            OrderedPage young = await(reader.page(ALL, old.reached(), 10));
            assertThat(ids(young)).containsExactly("Test|after#1");
            assertThat(young.events().getFirst().offset().generation()).isEqualTo(2);
        }

        @Test
        @DisplayName("and until then fails to go on from a place that the server has not reached")
        void lost() {
            JournalOffset ahead = new JournalOffset(1, 900_000_000_000_000L, 1);
            assertThat(PersistenceFixture.failure(reader.page(ALL, ahead, 10)))
                    .hasMessageStartingWith("offset 1/900000000000000/1: the server is at 1/")
                    .hasMessageContaining("(expected: ");
        }

        @Test
        @DisplayName("when it is raised, and not by itself")
        void raised() throws Exception {
            try (Connection writer = writer()) {
                insert(writer, "Test|a", 1, 1);
                writer.commit();
            }
            assertThat(await(generation.raiseIfRestored())).isEmpty();
            assertThat(await(generation.raise())).isEqualTo(2);
            try (Connection writer = writer()) {
                insert(writer, "Test|a", 2, 1);
                writer.commit();
            }
            assertThat(ids(await(reader.page(ALL, JournalOffset.START, 10)))).containsExactly("Test|a#1", "Test|a#2");
        }
    }
}
