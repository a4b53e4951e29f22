package io.vibee.persistence.journal;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.vibee.persistence.database.Database;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Hears what other nodes announce, on one connection of its own that is opened again whenever it is lost. After each opening
 * anything may have been missed, and everybody is told.
 */
final class Listener {

    private static final Logger log = LoggerFactory.getLogger(Listener.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final PostgresqlConnectionFactory factory;
    private final String node;
    private final Duration reconnectAfter;
    private final Consumer<Set<String>> heard;
    private @Nullable Disposable listening;
    private boolean closed;

    /**
     * Does nothing before {@link #start}.
     *
     * @param heard gets the entity types that have new events; none: any may have
     */
    Listener(Database database, String node, Duration reconnectAfter, Consumer<Set<String>> heard) {
        this.factory = new PostgresqlConnectionFactory(database.url()
                .r2dbc()
                .connectTimeout(database.settings().connectTimeout())
                .tcpKeepAlive(true)
                .build());
        this.node = node;
        this.reconnectAfter = reconnectAfter;
        this.heard = heard;
    }

    synchronized void start() {
        if (closed) {
            return;
        }
        listening = Flux.usingWhen(factory.create(), this::notifications, PostgresqlConnection::close)
                // A connection that ends without an error is lost all the same.
                .concatWith(Mono.error(() -> new IllegalStateException("the connection ended")))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, reconnectAfter)
                        .maxBackoff(LONGEST_PAUSE)
                        .transientErrors(true)
                        .doBeforeRetry(retry -> log.info(
                                "Notifications of new events are not heard for now: {}",
                                retry.failure().toString())))
                .subscribe(heard);
    }

    synchronized void close() {
        closed = true;
        if (listening != null) {
            listening.dispose();
        }
    }

    private Flux<Set<String>> notifications(PostgresqlConnection connection) {
        return Flux.from(connection
                        .createStatement("listen " + Announcer.CHANNEL)
                        .execute())
                .flatMap(result -> result.getRowsUpdated())
                .thenMany(Flux.concat(
                        Mono.just(Set.of()),
                        connection.getNotifications().mapNotNull(notification -> read(notification.getParameter()))));
    }

    /** Null for what this node itself announced: its readers know. */
    private @Nullable Set<String> read(@Nullable String payload) {
        String[] parts = payload == null ? new String[0] : payload.split(" ", 2);
        if (parts.length != 2 || parts[1].isEmpty()) {
            return Set.of();
        }
        return parts[0].equals(node) ? null : Set.of(parts[1].split(","));
    }
}
