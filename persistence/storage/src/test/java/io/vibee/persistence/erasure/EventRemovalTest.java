package io.vibee.persistence.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.persistence.DatabaseSpecification;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("database")
class EventRemovalTest extends DatabaseSpecification {

    private final EventRemoval removal = new EventRemoval(database);

    private void store(String persistenceId, int events, int minutesAgo) {
        execute("""
                insert into event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id,
                  event_ser_manifest, event_payload, writer)
                select 0, 'Chat', $1, n, now() - make_interval(mins => $3), 31, 'x', '{}', 'w'
                  from generate_series(1, $2) n""", persistenceId, events, minutesAgo);
        execute("""
                insert into snapshot (slice, entity_type, persistence_id, seq_nr, write_timestamp, ser_id, ser_manifest,
                  snapshot)
                values (0, 'Chat', $1, 1, 0, 31, 'x', '')""", persistenceId);
        execute("insert into unfinished (persistence_id) values ($1)", persistenceId);
    }

    private long rows(String persistenceId) {
        return number("select (select count(*) from event_journal where persistence_id = '" + persistenceId + "')"
                + " + (select count(*) from snapshot where persistence_id = '" + persistenceId + "')"
                + " + (select count(*) from unfinished where persistence_id = '" + persistenceId + "')");
    }

    @Test
    void leavesNothingOfItAndEverythingElse() {
        store("Chat|a", 3, 60);
        store("Chat|a2", 2, 60);

        assertThat(await(removal.look("Chat|a")).events()).isEqualTo(3);
        assertThat(await(removal.remove("Chat|a"))).isEqualTo(3);

        assertThat(rows("Chat|a")).isZero();
        assertThat(rows("Chat|a2")).isEqualTo(4);
        assertThatThrownBy(() -> await(removal.remove("Chat|a")))
                .isInstanceOf(RemovalRefusedException.class)
                .hasMessage("nothing is stored under Chat|a");
    }

    @Test
    void takesAnIdToTheLetter() {
        store("Chat|a", 1, 60);

        assertThatThrownBy(() -> await(removal.remove("Chat|%"))).isInstanceOf(RemovalRefusedException.class);
        assertThatThrownBy(() -> await(removal.remove("chat|a"))).isInstanceOf(RemovalRefusedException.class);
        assertThat(rows("Chat|a")).isEqualTo(3);
    }

    @Test
    void refusesWhatWroteLately() {
        store("Chat|a", 2, 5);

        assertThatThrownBy(() -> await(removal.remove("Chat|a")))
                .isInstanceOf(RemovalRefusedException.class)
                .hasMessageContaining("may live");
        assertThat(rows("Chat|a")).isEqualTo(4);
    }

    @Test
    void refusesWhatIsInUse() {
        addUser("u1");
        execute("""
                insert into telegram_session (id, owner, kind, bot_id, bot_username, default_mode)
                values ('s1', 'u1', 'bot', 1, 'b', 'observe')""");
        store("Session|s1", 1, 60);
        store("Account|u1", 1, 60);

        for (String used : new String[] {"Session|s1", "Account|u1"}) {
            assertThatThrownBy(() -> await(removal.remove(used)))
                    .isInstanceOf(RemovalRefusedException.class)
                    .hasMessageContaining("is in use");
        }
        execute("delete from app_user");
        assertThat(await(removal.remove("Session|s1"))).isOne();
        assertThat(await(removal.remove("Account|u1"))).isOne();
    }
}
