package io.vibee.journal;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.vibee.journal.database.Database;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Hears what other nodes announce, on a connection of its own. It opens the connection again when it is lost or no longer
 * answers. Notifications may be missed in between, so each opening wakes every reader.
 */
final class Listener {

    private static final Logger log = LoggerFactory.getLogger(Listener.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final PostgresqlConnectionFactory factory;
    private final String node;
    private final NotificationSettings settings;
    private final Duration answerWithin;
    private final Consumer<Set<String>> heard;
    private @Nullable Disposable listening;
    private boolean closed;

    /**
     * Does nothing before {@link #start}.
     *
     * @param heard gets the entity types that have new events; an empty set means that any type may have some
     */
    Listener(Database database, NotificationSettings settings, String node, Consumer<Set<String>> heard) {
        this.factory = new PostgresqlConnectionFactory(database.url()
                .r2dbc()
                .applicationName(database.settings().applicationName())
                .connectTimeout(database.settings().connectTimeout())
                .tcpKeepAlive(true)
                .build());
        this.node = node;
        this.settings = settings;
        this.answerWithin = database.settings().connectTimeout();
        this.heard = heard;
    }

    synchronized void start() {
        if (closed) {
            return;
        }
        listening = Flux.usingWhen(inTime(Mono.defer(factory::create)), this::notifications, this::closed)
                // The consumer may fail too, and that must not end the listening.
                .doOnNext(heard)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, settings.reconnectAfter())
                        .maxBackoff(LONGEST_PAUSE)
                        .transientErrors(true)
                        .doBeforeRetry(retry -> log.info(
                                "Notifications of new events are not heard for now: {}", reasons(retry.failure()))))
                .subscribe();
    }

    synchronized void close() {
        closed = true;
        if (listening != null) {
            listening.dispose();
        }
    }

    private Flux<Set<String>> notifications(PostgresqlConnection connection) {
        // It listens before it wakes the readers, so nothing is missed in between.
        return listen(connection)
                .thenMany(Flux.merge(
                        connection
                                .getNotifications()
                                .mapNotNull(notification -> read(notification.getParameter()))
                                // A connection that ends without an error is lost all the same.
                                .concatWith(Mono.error(() -> new IllegalStateException("the connection ended"))),
                        Mono.just(Set.of()),
                        heartbeat(connection)));
    }

    /** Emits nothing, and fails when the connection doesn't answer. To listen again changes nothing. */
    private Flux<Set<String>> heartbeat(PostgresqlConnection connection) {
        return Mono.delay(settings.heartbeatInterval())
                .then(listen(connection))
                .repeat()
                .thenMany(Flux.never());
    }

    private Mono<Void> listen(PostgresqlConnection connection) {
        return inTime(Mono.defer(() -> Flux.from(connection
                        .createStatement("listen " + settings.channel())
                        .execute())
                .flatMap(result -> result.getRowsUpdated())
                .then()));
    }

    private Mono<Void> closed(PostgresqlConnection connection) {
        // A mute connection may never answer the close.
        return inTime(connection.close()).onErrorComplete();
    }

    private <T> Mono<T> inTime(Mono<T> answer) {
        return answer.timeout(
                answerWithin,
                Mono.error(() -> new TimeoutException("no answer within " + answerWithin.toMillis() + " ms")));
    }

    private static String reasons(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .map(Throwable::toString)
                .collect(Collectors.joining(", because of "));
    }

    /** The entity types in a notification. Null when this node sent it, since its readers know already. */
    private @Nullable Set<String> read(@Nullable String payload) {
        String[] parts = payload == null ? new String[0] : payload.split(" ", 2);
        if (parts.length != 2 || parts[1].isEmpty()) {
            return Set.of();
        }
        return parts[0].equals(node) ? null : Set.of(parts[1].split(","));
    }
}
