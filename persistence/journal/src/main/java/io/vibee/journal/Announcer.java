package io.vibee.journal;

import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Tells other nodes that events were committed. It notifies after the commit, not in it: PostgreSQL lets transactions that
 * notify commit only one after another. It sends one notification at a time, with a pause behind it, for all commits since the
 * last one.
 */
final class Announcer {

    private static final Logger log = LoggerFactory.getLogger(Announcer.class);

    /** A payload has room for 8000 bytes. When more types wait, the list stays empty, which means any type. */
    private static final int MOST_TYPES = 20;

    private final Database database;
    private final String channel;
    private final String node;
    private final Duration minInterval;
    private final Set<String> waiting = new HashSet<>();
    private boolean busy;

    Announcer(Database database, String channel, String node, Duration minInterval) {
        this.database = database;
        this.channel = channel;
        this.node = node;
        this.minInterval = minInterval;
    }

    void announce(Set<String> entityTypes) {
        synchronized (this) {
            waiting.addAll(entityTypes);
            if (busy) {
                return;
            }
            busy = true;
        }
        send();
    }

    private void send() {
        String payload;
        synchronized (this) {
            if (waiting.isEmpty()) {
                busy = false;
                return;
            }
            payload = node + " " + (waiting.size() > MOST_TYPES ? "" : String.join(",", waiting));
            waiting.clear();
        }
        Mono.defer(() -> database.withConnection(connection -> Query.on(connection, "select pg_notify($1, $2)")
                        .with(channel)
                        .with(payload)
                        .list(row -> true)))
                .onErrorResume(failure -> {
                    log.debug("Other nodes were not told of new events: {}", failure.toString());
                    return Mono.empty();
                })
                .then(Mono.delay(minInterval))
                .subscribe(done -> send());
    }
}
