package io.vibee.bench.audit;

import io.vibee.persistence.audit.AuditLog;
import io.vibee.persistence.audit.AuditLog.Filter;
import io.vibee.persistence.page.Cursor;
import io.vibee.persistence.page.Page;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A page to be measured. */
record PageRead(
        String filterName,
        String page,
        String owner,
        Filter filter,
        @Nullable String cursor) {

    private static final String RARE = "DeadLettered";
    private static final String RARE_HERE = "MessageEdited";
    private static final String FREQUENT = "MessageReceived";

    Page<AuditLog.Entry> run(AuditLog audit, int limit) {
        return audit.page(owner, filter, cursor, limit).toCompletableFuture().join();
    }

    /** Every combination, of the owner of a million events, with the long chat of half a million in one of his sessions. */
    static List<PageRead> all(Journal journal) throws SQLException {
        Reads reads =
                new Reads("usr_" + journal.ask("select md5('user 0')"), "Chat|cht_" + journal.ask("select md5('1 0')"));
        String session = "ses_" + journal.ask("select md5('session 0 0')");
        String shortChat = "Chat|cht_" + journal.ask("select md5('200 0')");
        for (Place place : List.of(
                new Place("owner", null, null),
                new Place("session", session, null),
                new Place("long chat", null, reads.longChat),
                new Place("long chat and session", session, reads.longChat),
                new Place("chat of 2,500", null, shortChat))) {
            reads.in(place);
        }
        return reads.all;
    }

    private record Place(
            String name, @Nullable String scope, @Nullable String entity) {}

    private record Times(
            String name, @Nullable Instant from, @Nullable Instant to, Instant middle) {}

    private static final class Reads {

        private static final Instant EARLY = Journal.after(0.1);
        private static final Times ALWAYS = new Times("", null, null, EARLY);
        private static final Times AN_EARLY_HOUR = new Times(
                " + an early hour", EARLY, EARLY.plus(Duration.ofHours(1)), EARLY.plus(Duration.ofMinutes(30)));
        private static final Times BEFORE_ALL =
                new Times(" + before its first event", null, Journal.START.minus(Duration.ofDays(2)), EARLY);

        private final List<PageRead> all = new ArrayList<>();
        private final String owner;
        private final String longChat;

        Reads(String owner, String longChat) {
            this.owner = owner;
            this.longChat = longChat;
        }

        void in(Place place) {
            for (Times times : List.of(ALWAYS, AN_EARLY_HOUR)) {
                add(place, times, true);
                add(place, times, true, FREQUENT);
            }
            add(place, BEFORE_ALL, false);
            add(place, ALWAYS, false, RARE);
            add(place, ALWAYS, false, RARE_HERE);
            add(place, ALWAYS, false, RARE, RARE_HERE);
            add(place, AN_EARLY_HOUR, false, RARE);
        }

        private void add(Place place, Times times, boolean deep, String... types) {
            String name = place.name() + (types.length == 0 ? "" : " + " + String.join(", ", types)) + times.name();
            List<String> manifests = Stream.of(types)
                    .map(type -> "io.vibee.protocol.chat.ChatEvent$" + type)
                    .toList();
            Filter filter = new Filter(place.scope(), place.entity(), manifests, times.from(), times.to());
            all.add(new PageRead(name, "first", owner, filter, null));
            if (deep) {
                all.add(new PageRead(name, "deep", owner, filter, after(place, times.middle())));
            }
        }

        /** A place at that time: the sequence number of the long chat rises evenly from 1 to 500,000, that of the other to 2500. */
        private String after(Place place, Instant time) {
            String entity = place.entity() == null ? longChat : place.entity();
            double part = (double) Duration.between(Journal.START, time).toMillis() / Journal.YEAR.toMillis();
            long seqNr = (long) (part * (entity.equals(longChat) ? 500_000 : 2_500));
            return Cursor.at(time, entity, seqNr).encoded();
        }
    }
}
