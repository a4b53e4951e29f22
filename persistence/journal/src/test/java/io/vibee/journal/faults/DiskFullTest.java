package io.vibee.journal.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.DirectJournal;
import io.vibee.journal.PersistenceFixture;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.persistence.JournalProtocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server says so itself (SQLSTATE 53100, disk_full), from a trigger. */
@DisplayName("While the server's disk is full")
@Timeout(120)
@Tag("database")
class DiskFullTest {

    private static final Logger log = LoggerFactory.getLogger(DiskFullTest.class);

    private final PersistenceFixture fixture = new PersistenceFixture(Counter.BINDING);

    @BeforeEach
    void makeDisk() {
        fixture.execute("""
                create function full_disk() returns trigger language plpgsql as
                $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$""");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    @DisplayName("writes fail and are not rejected: nobody is told that it is the event's fault")
    void failure() {
        fill();
        assertThat(new DirectJournal(fixture).write("Test|full", 1, List.of("event")))
                .isInstanceOfSatisfying(
                        JournalProtocol.WriteMessageFailure.class,
                        failed -> assertThat(failed.cause()).hasMessageContaining("No space left on device"));
    }

    @Test
    @DisplayName("entities fail, and go on when there is room again, with all that was acknowledged")
    void room() {
        try (LiveReading reading = LiveReading.of(fixture, Counter.TYPE)) {
            Load load = Load.start(fixture, 100);
            long full = System.nanoTime();
            fill();
            Duration failed = load.awaitFailures(full);

            fixture.execute("drop trigger full_disk on event_journal");
            Load.Return back = load.awaitAnswers(5);
            load.stop();
            Stored stored = load.check(fixture);
            reading.check(fixture);
            log.warn("Disk full: all failed after {} ms, then {}; {}", failed.toMillis(), back, stored);
        }
    }

    private void fill() {
        fixture.execute(
                "create trigger full_disk before insert on event_journal for each row execute function full_disk()");
    }
}
