package io.vibee.persistence.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.persistence.DatabaseSpecification;
import io.vibee.persistence.audit.AuditLog.Entry;
import io.vibee.persistence.audit.AuditLog.Filter;
import io.vibee.persistence.page.Cursor;
import io.vibee.persistence.page.Page;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("database")
class AuditLogTest extends DatabaseSpecification {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final AuditLog audit = new AuditLog(database);

    @BeforeEach
    void writeAJournal() {
        // Two events of one moment, so that a page may end between them.
        event("Chat|a", 1, "Received", "ann", "s1", 0);
        event("Chat|b", 1, "Received", "ann", "s2", 0);
        event("Chat|a", 2, "Delivered", "ann", "s1", 1);
        event("Chat|a", 3, "Received", "ann", "s1", 2);
        event("Account|ann", 1, "Registered", "ann", null, 3);
        event("Chat|z", 1, "Received", "bob", "s9", 4);
        execute("""
                insert into event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id,
                                           event_ser_manifest, event_payload, writer, owner)
                values (0, 'Shard', 'Shard|1', 1, now(), 13, 'protobuf', '\\x00', 'w', 'ann')""");
    }

    @Nested
    class APage {

        @Test
        void holdsTheOwnersEventsNewestFirst() {
            assertThat(page(Filter.ALL, 10))
                    .containsExactly("Account|ann/1", "Chat|a/3", "Chat|a/2", "Chat|b/1", "Chat|a/1");
        }

        @Test
        void showsAnEventAsItIsStored() {
            Entry newest = await(audit.page("ann", Filter.ALL, null, 1)).items().getFirst();

            assertThat(newest).isEqualTo(new Entry("Account|ann", 1, "Registered", NOON.plusSeconds(3), "{\"n\":1}"));
        }

        @Test
        void goesOnWhereTheOneBeforeEnded() {
            for (int size = 1; size <= 5; size++) {
                int limit = size;
                assertThat(all(cursor -> await(audit.page("ann", Filter.ALL, cursor, limit))))
                        .extracting(entry -> entry.persistenceId() + "/" + entry.seqNr())
                        .containsExactly("Account|ann/1", "Chat|a/3", "Chat|a/2", "Chat|b/1", "Chat|a/1");
            }
        }

        @Test
        void canBeRestricted() {
            assertThat(page(new Filter("s1", null, List.of(), null, null), 10))
                    .containsExactly("Chat|a/3", "Chat|a/2", "Chat|a/1");
            assertThat(page(new Filter(null, "Chat|b", List.of(), null, null), 10))
                    .containsExactly("Chat|b/1");
            assertThat(page(new Filter(null, null, List.of("Registered", "Delivered"), null, null), 10))
                    .containsExactly("Account|ann/1", "Chat|a/2");
            assertThat(page(new Filter(null, null, List.of(), NOON.plusSeconds(1), NOON.plusSeconds(3)), 10))
                    .containsExactly("Chat|a/3", "Chat|a/2");
            assertThat(page(new Filter("s1", "Chat|a", List.of("Received"), NOON.plusSeconds(1), null), 10))
                    .containsExactly("Chat|a/3");
            assertThat(page(new Filter(null, "Account|ann", List.of(), null, null), 10))
                    .containsExactly("Account|ann/1");
        }

        @Test
        void ofOneEntityCanBeRestrictedByTypeAndTime() {
            assertThat(page(new Filter(null, "Chat|a", List.of("Received"), null, null), 10))
                    .containsExactly("Chat|a/3", "Chat|a/1");
            assertThat(page(new Filter(null, "Chat|a", List.of(), NOON, NOON.plusSeconds(2)), 10))
                    .containsExactly("Chat|a/2", "Chat|a/1");
            assertThat(page(
                            new Filter(null, "Chat|a", List.of("Received", "Delivered"), NOON.plusSeconds(1), null),
                            10))
                    .containsExactly("Chat|a/3", "Chat|a/2");
        }

        @Test
        void showsNothingOfAnother() {
            assertThat(page(new Filter("s9", null, List.of(), null, null), 10)).isEmpty();
            assertThat(page(new Filter(null, "Chat|z", List.of(), null, null), 10))
                    .isEmpty();
            assertThat(page(new Filter("s1", "Chat|z", List.of("Received"), null, null), 10))
                    .isEmpty();
            assertThat(page(new Filter("s2", "Chat|a", List.of(), null, null), 10))
                    .as("a chat of another session")
                    .isEmpty();
        }

        @Test
        void ofOneEntityGoesOnWhereTheOneBeforeEnded() {
            assertThat(all(cursor ->
                            await(audit.page("ann", new Filter("s1", "Chat|a", List.of(), null, null), cursor, 1))))
                    .extracting(Entry::seqNr)
                    .containsExactly(3L, 2L, 1L);
            assertThat(all(cursor -> await(
                            audit.page("ann", new Filter(null, "Chat|a", List.of("Received"), null, null), cursor, 1))))
                    .extracting(Entry::seqNr)
                    .containsExactly(3L, 1L);
        }

        @Test
        void refusesACursorThatIsNotOfThisList() {
            List<String> foreign = List.of(
                    "",
                    "%%%",
                    "AAAA",
                    Cursor.at("only one").encoded(),
                    Cursor.at("not a time", "Chat|a", 1).encoded(),
                    Cursor.at("+1000000-01-01T00:00:00Z", "Chat|a", 1).encoded(),
                    Cursor.at(NOON, "Chat|a", "not a number").encoded(),
                    Cursor.at(NOON, "nul\0", 1).encoded());

            for (String cursor : foreign) {
                assertThatThrownBy(() -> audit.page("ann", Filter.ALL, cursor, 10))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("cursor");
            }
        }

        private List<String> page(Filter filter, int limit) {
            return await(audit.page("ann", filter, null, limit)).items().stream()
                    .map(entry -> entry.persistenceId() + "/" + entry.seqNr())
                    .toList();
        }
    }

    @Nested
    class TheEntities {

        @Test
        void ofATypeAreListedOnceEach() {
            assertThat(all(cursor -> await(audit.entities("ann", "Chat", null, cursor, 1))))
                    .containsExactly("Chat|a", "Chat|b");
            assertThat(all(cursor -> await(audit.entities("ann", "Chat", "s2", cursor, 10))))
                    .containsExactly("Chat|b");
            assertThat(all(cursor -> await(audit.entities("bob", "Chat", null, cursor, 10))))
                    .containsExactly("Chat|z");
            assertThat(all(cursor -> await(audit.entities("carl", "Chat", null, cursor, 10))))
                    .isEmpty();
        }
    }

    private static <T> List<T> all(Function<@Nullable String, Page<T>> read) {
        List<T> items = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            Page<T> page = read.apply(cursor);
            items.addAll(page.items());
            cursor = page.nextCursor();
        } while (cursor != null);
        return items;
    }

    private void event(
            String persistenceId, long seqNr, String manifest, String owner, @Nullable String scope, int second) {
        execute("""
                insert into event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id,
                                           event_ser_manifest, event_payload, writer, owner, scope)
                values (0, split_part($1, '|', 1), $1, $2, $3, 31, $4, convert_to('{"n":' || $2 || '}', 'UTF8'), 'w', $5,
                        nullif($6, ''))""", persistenceId, seqNr, NOON.plusSeconds(second), manifest, owner, scope == null ? "" : scope);
    }
}
