package io.vibee.journal.query;

import io.vibee.journal.JournalOffset;
import io.vibee.journal.OrderedReader;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Lists persistence ids, sorted. The list has ids whose events were all deleted too, since their highest sequence number lives
 * on. Each id costs one step along the primary key, however many events it has.
 */
final class PersistenceIds {

    /* An id whose first event lies after the bound ($3, $4, $5) is marked and left out: the live stream gives it later. */
    private static final String PAGE = """
            with recursive ids as (
              (select persistence_id, 1 as position from event_journal
                where persistence_id > $1 order by persistence_id limit 1)
              union all
              select (select persistence_id from event_journal
                       where persistence_id > ids.persistence_id order by persistence_id limit 1), position + 1
                from ids where ids.persistence_id is not null and position < $2
            )
            select persistence_id,
                   exists (select from event_journal as first
                            where first.persistence_id = ids.persistence_id and first.seq_nr = 1
                              and (generation, transaction_id, ordering) > ($3, $4::text::xid8, $5)) as later
              from ids where persistence_id is not null order by position""";

    private static final JournalOffset ALL = new JournalOffset(Integer.MAX_VALUE, 0, 0);

    private record Found(String persistenceId, boolean later) {}

    private final Database database;
    private final OrderedReader reader;
    private final OrderedEvents ordered;
    private final int page;

    PersistenceIds(Database database, OrderedReader reader, OrderedEvents ordered, int page) {
        this.database = database;
        this.reader = reader;
        this.ordered = ordered;
        this.page = page;
    }

    /** The ids that there are now, from {@code after} on, without it. */
    Source<String, NotUsed> current(String after) {
        return until(after, ALL);
    }

    /** The ids that there are now and then, for ever, each new one. */
    Source<String, NotUsed> live() {
        return Source.lazyCompletionStage(reader::lastBirth)
                .flatMapConcat(last -> until("", last)
                        .concat(ordered.live(new OrderedReader.Births(), last)
                                .map(birth -> birth.event().persistenceId())))
                .mapMaterializedValue(started -> NotUsed.getInstance());
    }

    private Source<String, NotUsed> until(String after, JournalOffset bound) {
        return Source.unfoldAsync(Optional.of(after), from -> next(from, bound)).mapConcat(ids -> ids);
    }

    private CompletionStage<Optional<Pair<Optional<String>, List<String>>>> next(
            Optional<String> after, JournalOffset bound) {
        if (after.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return database.withConnection(connection -> Query.on(connection, PAGE)
                        .with(after.get())
                        .with(page)
                        .with(bound.generation())
                        .with(Long.toUnsignedString(bound.transactionId()))
                        .with(bound.ordering())
                        .list(row -> new Found(Column.text(row, "persistence_id"), Column.flag(row, "later"))))
                .map(found -> Optional.of(Pair.create(
                        found.size() < page
                                ? Optional.<String>empty()
                                : Optional.of(found.getLast().persistenceId()),
                        found.stream()
                                .filter(one -> !one.later())
                                .map(Found::persistenceId)
                                .toList())))
                .toFuture();
    }
}
