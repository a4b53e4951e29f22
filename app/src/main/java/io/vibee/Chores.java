package io.vibee;

import io.vibee.account.Credentials;
import io.vibee.persistence.account.Users;
import io.vibee.persistence.session.SessionRows;
import io.vibee.session.Connections;
import io.vibee.work.Sweep;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What is row and entity at once, and was left half-done by a crash: the sweep completes it. */
final class Chores {

    /** Younger ones are still on their way. */
    private static final Duration OLDER_THAN = Duration.ofSeconds(30);

    private static final int AT_ONCE = 100;

    private final Users users;
    private final SessionRows sessions;
    private final Connections connections;
    private final Credentials credentials;

    Chores(Users users, SessionRows sessions, Connections connections, Credentials credentials) {
        this.users = users;
        this.sessions = sessions;
        this.connections = connections;
        this.credentials = credentials;
    }

    List<Sweep.Chore> all() {
        return List.of(
                new Sweep.Chore(
                        "completing registrations",
                        () -> each(users.registering(OLDER_THAN, AT_ONCE), credentials::complete)),
                new Sweep.Chore(
                        "completing connections",
                        () -> each(sessions.connecting(OLDER_THAN, AT_ONCE), connections::complete)));
    }

    private static <T> CompletionStage<?> each(
            CompletionStage<List<T>> rows, Function<T, ? extends CompletionStage<?>> work) {
        return rows.thenCompose(found -> CompletableFuture.allOf(
                found.stream().map(row -> work.apply(row).toCompletableFuture()).toArray(CompletableFuture<?>[]::new)));
    }
}
