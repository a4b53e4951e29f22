package io.vibee.journal;

import static io.vibee.journal.PersistenceFixture.await;
import static io.vibee.journal.PersistenceFixture.failure;
import static io.vibee.journal.Writes.event;
import static io.vibee.journal.Writes.settings;
import static io.vibee.journal.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("Group commit")
@Tag("database")
class GroupCommitTest {

    private static final PersistenceFixture fixture = new PersistenceFixture();

    private GroupCommit journal = groupCommit("");

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @BeforeEach
    void empty() {
        fixture.execute("truncate event_journal, unfinished");
    }

    @Nested
    class Batches {

        @Test
        void storeWhatWaitsInOneTransaction() throws Exception {
            journal = groupCommit("group-commit.connections = 1");
            List<CompletionStage<Done>> all;
            try (TakenSequenceNumber other = new TakenSequenceNumber(fixture, "in the way", 1)) {
                all = storeBehind(other, 50);
            }
            for (CompletionStage<Done> stored : all) {
                await(stored);
            }

            assertThat(fixture.rows("select count(*), count(distinct transaction_id) from event_journal"
                            + " where persistence_id like 'many-%'"))
                    .containsExactly("50,1");
        }

        @Test
        void keepTheOrderOfTheirEvents() throws Exception {
            await(journal.store(write("ordered", 1, Set.of(), Set.of(), Set.of())));

            assertThat(fixture.rows(
                            "select seq_nr, convert_from(event_payload, 'UTF8') from event_journal order by ordering"))
                    .containsExactly("1,event 1", "2,event 2", "3,event 3");
        }

        @Test
        void thatAreRefusedFailOnlyForTheGuiltyWrite() throws Exception {
            journal = groupCommit("group-commit.connections = 1");
            List<CompletionStage<Done>> innocent;
            CompletionStage<Done> poisoned;
            try (TakenSequenceNumber other = new TakenSequenceNumber(fixture, "in the way", 1)) {
                innocent = storeBehind(other, 20);
                // PostgreSQL's text can't hold the character 0.
                poisoned = journal.store(Writes.of(
                        "poisoned",
                        List.of(event(1, "good", Set.of()), event(2, "bad\u0000", Set.of())),
                        Duration.ofMinutes(1)));
                innocent.add(journal.store(write("behind", 1)));
            }

            for (CompletionStage<Done> stored : innocent) {
                await(stored);
            }
            assertThat(failure(poisoned))
                    .isInstanceOf(WriteFailedException.class)
                    .hasMessageContaining("sequence numbers [1] to [2] of persistence id [poisoned]");
            assertThat(fixture.rows("select count(*) from event_journal where persistence_id = 'poisoned'"))
                    .containsExactly("0");
        }

        private List<CompletionStage<Done>> storeBehind(TakenSequenceNumber other, int count) {
            List<CompletionStage<Done>> all = new ArrayList<>();
            var unused = journal.store(write("in the way", 1));
            other.awaitSomebodyWaiting();
            IntStream.range(0, count).forEach(i -> all.add(journal.store(write("many-" + i, 1))));
            return all;
        }
    }

    @Nested
    class AnEventAlone {

        private static final String COLUMNS = "seq_nr, slice, entity_type, event_ser_id, event_ser_manifest,"
                + " convert_from(event_payload, 'UTF8'), deleted, writer, adapter_manifest, tags, meta_ser_id,"
                + " meta_ser_manifest, convert_from(meta_payload, 'UTF8'), owner, scope";

        @Test
        void isStoredAsItIsAmongOthers() throws Exception {
            Set<String> tags = Set.of(ReservedTags.owner("u1"), ReservedTags.scope("s1"), "b", "a", ReservedTags.OPEN);
            JournalWrite rich = withMetadata("rich", event(7, "test", tags));
            await(journal.store(rich));
            await(journal.store(write("poor", 7)));
            List<String> alone = rows(7);
            fixture.execute("truncate event_journal, unfinished");

            // A second event is what makes it several.
            await(journal.store(withMetadata("rich", event(7, "test", tags), event(8, "test", Set.of()))));
            await(journal.store(write("poor", 7, Set.of(), Set.of())));

            assertThat(rows(7)).isEqualTo(alone).hasSize(3);
        }

        private static JournalWrite withMetadata(String persistenceId, JournalWrite.NewEvent... events) {
            SerializedPayload metadata =
                    new SerializedPayload(20, "metadata", "about it".getBytes(StandardCharsets.UTF_8));
            List<JournalWrite.NewEvent> with = Arrays.stream(events)
                    .map(event -> new JournalWrite.NewEvent(
                            event.sequenceNr(),
                            event.writer(),
                            event.adapterManifest(),
                            event.event(),
                            metadata,
                            event.tags()))
                    .toList();
            return Writes.of(persistenceId, with, Duration.ofMinutes(1));
        }

        private static List<String> rows(long sequenceNr) {
            List<String> rows = new ArrayList<>(fixture.rows("select persistence_id, " + COLUMNS
                    + " from event_journal where seq_nr = " + sequenceNr + " order by persistence_id"));
            rows.addAll(fixture.rows("select persistence_id, owner, tries from unfinished"));
            return rows;
        }
    }

    @Nested
    class ASecondWriter {

        @Test
        void ofTheSameSequenceNumberFailsLoudly() throws Exception {
            await(journal.store(write("twice", 1)));

            assertThat(failure(journal.store(write("twice", 1))))
                    .isInstanceOf(ConcurrentWriterException.class)
                    .hasMessageContaining("sequence number [1] of persistence id [twice]");
        }

        @Test
        void storesNoPartOfItsWrite() throws Exception {
            await(journal.store(write("overlap", 2)));

            Set<String> open = Set.of(ReservedTags.OPEN);
            assertThat(failure(journal.store(write("overlap", 1, open, open, open))))
                    .isInstanceOf(ConcurrentWriterException.class);

            assertThat(fixture.rows("select seq_nr from event_journal")).containsExactly("2");
            assertThat(fixture.rows("select * from unfinished")).isEmpty();
        }

        @Test
        void onAnotherNodeLeavesOneStoredEventForEachNumber() throws Exception {
            GroupCommit other = groupCommit("");
            int stored = 0;
            for (int i = 1; i <= 50; i++) {
                CompletionStage<Done> mine = journal.store(write("contended", i));
                CompletionStage<Done> theirs = other.store(write("contended", i));
                stored += outcome(mine) + outcome(theirs);
            }

            assertThat(stored).isEqualTo(50);
            assertThat(fixture.rows("select count(*) from event_journal")).containsExactly("50");
        }

        private static int outcome(CompletionStage<Done> write) throws Exception {
            return await(write.handle((done, refused) -> {
                if (refused != null) {
                    assertThat(refused).isInstanceOf(ConcurrentWriterException.class);
                }
                return refused == null ? 1 : 0;
            }));
        }
    }

    @Nested
    class ReservedTagsOfEvents {

        @Test
        void becomeColumnsAndOnlyTheOthersAreStoredAsTags() throws Exception {
            await(journal.store(write(
                    "tagged",
                    1,
                    Set.of(ReservedTags.owner("u1"), ReservedTags.scope("s1"), "b", "a"),
                    Set.of("c"),
                    Set.of())));

            assertThat(fixture.rows("select seq_nr, owner, scope, tags from event_journal order by seq_nr"))
                    .containsExactly("1,u1,s1,{a,b}", "2,null,null,{c}", "3,null,null,null");
        }

        @Test
        void keepOpenPersistenceIdsUntilTheyAreClosed() throws Exception {
            await(journal.store(write("chat", 1, Set.of(ReservedTags.owner("u1"), ReservedTags.OPEN))));
            assertThat(fixture.rows(
                            "select persistence_id, owner, tries, next_try_at between now() + interval '20 seconds'"
                                    + " and now() + interval '30 seconds' from unfinished"))
                    .containsExactly("chat,u1,0,t");

            await(journal.store(write("chat", 2, Set.of(ReservedTags.CLOSED))));
            assertThat(fixture.rows("select * from unfinished")).isEmpty();
        }

        @Test
        void obeyTheLastOfAWriteThatSaysAnything() throws Exception {
            await(journal.store(write("left", 1, Set.of(ReservedTags.CLOSED), Set.of(ReservedTags.OPEN), Set.of())));
            await(journal.store(write("done", 1, Set.of(ReservedTags.OPEN), Set.of(ReservedTags.CLOSED), Set.of())));
            await(journal.store(write("silent", 1, Set.of())));

            assertThat(fixture.rows("select persistence_id from unfinished")).containsExactly("left");
        }

        @Test
        void keepSinceWhenAndHowOftenItWasTriedButNotTheNextTry() throws Exception {
            await(journal.store(write("waiting", 1, Set.of(ReservedTags.owner("u1"), ReservedTags.OPEN))));
            fixture.execute(
                    "update unfinished set since = '2020-01-01Z', tries = 3, next_try_at = now() + interval '1 hour'");

            await(journal.store(write("waiting", 2, Set.of(ReservedTags.OPEN))));

            assertThat(fixture.rows(
                            "select owner, since < '2020-02-01', tries, next_try_at < now() + interval '1 minute'"
                                    + " from unfinished"))
                    .containsExactly("u1,t,3,t");
        }
    }

    @Nested
    class AFullQueue {

        @Test
        void hasRoomAgainBeforeAnybodyHearsThatAWriteIsStored() throws Exception {
            journal = groupCommit("group-commit.queue-writes = 1");

            await(journal.store(write("first", 1))
                    .thenCompose(done -> journal.store(write("second", 1)))
                    .thenCompose(done -> journal.store(write("third", 1))));

            assertThat(fixture.rows("select count(*) from event_journal")).containsExactly("3");
        }
    }

    @Nested
    class Waiting {

        @Test
        void endsForAReaderOnlyWhenTheWritesInFlightHaveEnded() throws Exception {
            CompletionStage<Done> stored;
            CompletionStage<Done> settled;
            try (TakenSequenceNumber other = new TakenSequenceNumber(fixture, "busy", 1)) {
                stored = journal.store(write("busy", 1));
                other.awaitSomebodyWaiting();
                settled = journal.settled("busy");
                assertThat(settled.toCompletableFuture()).isNotDone();
            }

            await(stored);
            await(settled);
        }

        @Test
        void isGivenUpShortlyBeforeTheCallerDoesAndNothingIsStoredAfterwards() throws Exception {
            journal = groupCommit("""
                    group-commit { connections = 1, drop-before-timeout = 4s }
                    circuit-breaker.call-timeout = 5s
                    """);
            try (TakenSequenceNumber other = new TakenSequenceNumber(fixture, "in the way", 1)) {
                var unused = journal.store(write("in the way", 1));
                other.awaitSomebodyWaiting();

                CompletionStage<Done> late =
                        journal.store(Writes.of("late", List.of(event(1, "test", Set.of())), Duration.ofSeconds(1)));

                assertThat(failure(late)).hasMessageContaining("waited too long");
                assertThat(journal.settled("in the way").toCompletableFuture())
                        .as("what holds up the queue is still in flight")
                        .isNotDone();
            }
            await(journal.settled("in the way"));
            await(journal.store(write("after", 1)));
            assertThat(fixture.rows("select persistence_id from event_journal where persistence_id <> 'in the way'"))
                    .containsExactly("after");
        }

        @Test
        void forAStatementThatDoesNotEndIsGivenUpWithAnUnknownOutcome() throws Exception {
            journal = groupCommit("circuit-breaker.call-timeout = 3s");
            try (TakenSequenceNumber other = new TakenSequenceNumber(fixture, "stuck", 1)) {
                CompletionStage<Done> stuck = journal.store(write("stuck", 1));
                other.awaitSomebodyWaiting();
                assertThat(failure(stuck)).isInstanceOf(WriteFailedException.class);
            }
            await(journal.store(write("goes on", 1)));
        }

        @Test
        void endsByAFailureWhenTheJournalStops() throws Exception {
            journal = groupCommit("group-commit.connections = 1");
            try (TakenSequenceNumber other = new TakenSequenceNumber(fixture, "last", 1)) {
                CompletionStage<Done> inFlight = journal.store(write("last", 1));
                other.awaitSomebodyWaiting();
                CompletionStage<Done> waiting = journal.store(write("too late", 1));

                journal.close();

                assertThat(failure(waiting)).hasMessageContaining("the journal has stopped");
                assertThat(inFlight.toCompletableFuture()).isNotDone();
            }
        }
    }

    @Test
    void noEventLooksOlderThanTheOneBeforeWhenTheClockIsSetBack() throws Exception {
        await(journal.store(write("clock", 1)));
        fixture.execute("update event_journal set db_timestamp = now() + interval '20 seconds'");
        journal.seen(await(new EventReader(fixture.database()).highest("clock")).timestamp());

        await(journal.store(write("clock", 2)));

        assertThat(fixture.rows("select b.db_timestamp >= a.db_timestamp from event_journal a, event_journal b"
                        + " where a.seq_nr = 1 and b.seq_nr = 2"))
                .containsExactly("t");
    }

    private static GroupCommit groupCommit(String overrides) {
        return new GroupCommit(
                fixture.database(),
                settings(overrides),
                Adapter.toClassic(fixture.testKit().system()).scheduler(),
                fixture.testKit().system().executionContext(),
                committed -> {});
    }
}
