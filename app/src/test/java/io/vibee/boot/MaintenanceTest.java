package io.vibee.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.PoolSettings;
import io.vibee.journal.database.TestDatabase;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.keys.MasterKey;
import io.vibee.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A command")
@Tag("database")
class MaintenanceTest {

    private static final String OLD = "the old secret of thirty-two characters or more";
    private static final String NEW = "the new secret of thirty-two characters or more";

    private final DatabaseUrl database = TestDatabase.fresh();

    @TempDir
    private Path directory = Path.of("");

    private record Ended(int status, String out, String err) {}

    private Ended run(Map<String, String> more, String... arguments) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("DATABASE_URL", database.reveal());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Maintenance.run(
                Settings.read(environment, directory),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                arguments);
        return new Ended(status, out.toString(UTF_8), err.toString(UTF_8));
    }

    @Nested
    @DisplayName("to remove events")
    class Removal {

        @Test
        @DisplayName("does it when the id is named twice, and else says what there is")
        void removes() {
            new Journal(database).execute("""
                    insert into event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id,
                      event_ser_manifest, event_payload, writer)
                    values (0, 'Chat', 'Chat|a', 1, now() - interval '1 hour', 31, 'x', '{}', 'w')""");

            Ended asked = run(Map.of(), "remove-events", "Chat|a");
            Ended other = run(Map.of(), "remove-events", "Chat|a", "--confirm=Chat|b");
            Ended done = run(Map.of(), "remove-events", "Chat|a", "--confirm=Chat|a");
            Ended again = run(Map.of(), "remove-events", "Chat|a", "--confirm=Chat|a");

            assertThat(asked.status()).isEqualTo(1);
            assertThat(asked.err())
                    .startsWith("Nothing was removed. Under Chat|a lie 1 events, the last of ")
                    .hasLineCount(1);
            assertThat(other.status()).isEqualTo(1);
            assertThat(done.status()).as(done.err()).isZero();
            assertThat(done.out()).isEqualTo("Done: 1 events of Chat|a are gone for good.\n");
            assertThat(again.status()).isEqualTo(1);
            assertThat(again.err()).isEqualTo("nothing is stored under Chat|a\n");
        }
    }

    @Nested
    @DisplayName("to change a tier")
    class Tiers {

        @Test
        @DisplayName("does it for a user whom there is, to a tier that there is")
        void tier() {
            assertThat(run(Map.of(), "tier", "ann", "paid").err()).isEqualTo("No user is called 'ann'\n");
            new Journal(database)
                    .execute("insert into app_user (id, username, username_key, password_hash, state)"
                            + " values ('usr_1', 'Ann', 'ann', 'x', 'registered')");

            Ended done = run(Map.of(), "tier", "ann", "paid");

            assertThat(done.status()).as(done.err()).isZero();
            assertThat(done.out()).isEqualTo("Done: ann is of the paid tier.\n");
        }
    }

    @Nested
    @DisplayName("about the cluster")
    class Nodes {

        @Test
        @DisplayName("shows its nodes, members and those that ended without a word")
        void nodes() {
            Journal journal = new Journal(database);
            Ended none = run(Map.of(), "nodes");
            journal.execute("insert into cluster_lease (name, cluster_id, expires_at) values ('vibee', 'ours', now())");
            journal.execute("""
                    insert into cluster_node
                      (address, incarnation, cluster_id, version, protocol, jwt_secret_id, master_key_id, started_at, seen_at)
                    values ('pekko://vibee@a:1', '1', 'ours', '1.0', 1, 'j', 'm', '2026-11-27T10:00:00Z', now()),
                           ('pekko://vibee@b:1', '2', 'ours', '0.9', 1, 'j', 'm', '2026-11-27T11:00:00Z', '2026-11-27T12:00:00Z')""");

            Ended told = run(Map.of(), "nodes");

            assertThat(none.out()).isEqualTo("No node of a cluster is known.\n");
            assertThat(told.status()).as(told.err()).isZero();
            assertThat(told.out())
                    .isEqualTo(
                            "pekko://vibee@a:1 version 1.0, a member, started at 2026-11-27T10:00:00Z\n"
                                    + "pekko://vibee@b:1 version 0.9, not seen since 2026-11-27T12:00:00Z, and it did not say that it ends\n");
        }
    }

    @Nested
    @DisplayName("about the journal and the read tables")
    class ReadTables {

        @Test
        @DisplayName("raises the generation, and tells and changes what projections do")
        void projections() {
            new Journal(database).execute("insert into projection (name) values ('usage')");
            new Journal(database).execute("""
                    insert into projection_progress (name, build, min_slice, max_slice, position)
                    values ('usage', 1, 0, 1023, '1/7/8')""");

            new Journal(database).execute("""
                    insert into projection_set_aside (name, build, persistence_id, seq_nr, position, cause)
                    values ('usage', 1, 'Account|usr_1', 7, '1/5/6', 'SQLSTATE 22021')""");

            Ended raised = run(Map.of(), "raise-journal-generation");
            Ended paused = run(Map.of(), "projections", "pause", "usage");
            Ended rebuilt = run(Map.of(), "projections", "rebuild", "usage");
            Ended told = run(Map.of(), "projections");
            Ended unknown = run(Map.of(), "projections", "resume", "nothing");

            assertThat(raised.out()).isEqualTo("Done: the journal goes on in generation 2.\n");
            assertThat(paused.out()).isEqualTo("Done: usage is paused.\n");
            assertThat(rebuilt.out()).startsWith("Done: usage is built anew as build 2;");
            assertThat(told.out()).startsWith("usage build 1 (served, paused), slices 0 to 1023: at 1/7/8 since ");
            assertThat(told.out())
                    .contains("\nusage build 1: event 7 of Account|usr_1 is set aside since ")
                    .endsWith(": SQLSTATE 22021\n");
            assertThat(unknown.status()).isEqualTo(1);
            assertThat(unknown.err())
                    .startsWith("No projection is called 'nothing'")
                    .hasLineCount(1);
        }
    }

    @Nested
    @DisplayName("to rotate the master key")
    class Rotation {

        @Test
        @DisplayName("does it, and says what it did")
        void rotates() {
            try (Database open = Database.open(database, PoolSettings.defaults())) {
                Eventually.value(new KeyStore(open, MasterKey.of(OLD)).obtain("ann", "account"));

                Ended ended =
                        run(Map.of("VIBEE_MASTER_KEY", NEW, "VIBEE_MASTER_KEY_PREVIOUS", OLD), "rotate-master-key");

                assertThat(ended.err()).isEmpty();
                assertThat(ended.out().strip())
                        .startsWith("Done: 1 keys were wrapped anew. All 1 users' keys are wrapped by master key "
                                + MasterKey.of(NEW).id())
                        .doesNotContain(OLD, NEW);
                assertThat(ended.status()).isZero();
                assertThat(Eventually.value(new KeyStore(open, MasterKey.of(NEW)).obtain("ann", "account"))
                                .erased())
                        .isFalse();
            }
        }

        @Test
        @DisplayName("refuses wrong keys with one line")
        void refuses() {
            try (Database open = Database.open(database, PoolSettings.defaults())) {
                Eventually.value(new KeyStore(open, MasterKey.of(OLD + "!")).obtain("ann", "account"));
            }
            Ended wrong = run(Map.of("VIBEE_MASTER_KEY", NEW, "VIBEE_MASTER_KEY_PREVIOUS", OLD), "rotate-master-key");
            Ended none = run(Map.of("VIBEE_MASTER_KEY", NEW), "rotate-master-key");
            Ended same = run(Map.of("VIBEE_MASTER_KEY", NEW, "VIBEE_MASTER_KEY_PREVIOUS", NEW), "rotate-master-key");

            assertThat(wrong.status()).isEqualTo(1);
            assertThat(wrong.err())
                    .startsWith("1 keys are wrapped by a master key that is neither")
                    .hasLineCount(1);
            assertThat(none.status()).isEqualTo(1);
            assertThat(none.err()).isEqualTo("VIBEE_MASTER_KEY_PREVIOUS: unset (expected: the one before)\n");
            assertThat(same.status()).isEqualTo(1);
            assertThat(same.err())
                    .startsWith("VIBEE_MASTER_KEY_PREVIOUS: the same as")
                    .hasLineCount(1);
            assertThat(wrong.out() + none.out() + same.out()).isEmpty();
        }
    }
}
