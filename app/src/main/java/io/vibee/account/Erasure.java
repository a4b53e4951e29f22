package io.vibee.account;

import io.vibee.cluster.Entities;
import io.vibee.persistence.erasure.Erasures;
import io.vibee.persistence.session.SessionRow;
import io.vibee.persistence.session.SessionRows;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.GateCommand;
import io.vibee.protocol.session.SessionCommand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases a user, who is rows and entities. First come the rows, in one transaction: after it nobody can read the user's data or sign in.
 * Then it tells the entities, and at last it removes the user's row. The sweep completes what is interrupted.
 */
public final class Erasure {

    private static final Logger LOG = LoggerFactory.getLogger(Erasure.class);
    private static final Duration ASK = Duration.ofSeconds(3);
    private static final int SESSIONS_AT_ONCE = 100;

    private final Erasures erasures;
    private final SessionRows sessions;
    private final Entities entities;
    private final Scheduler scheduler;

    public Erasure(Erasures erasures, SessionRows sessions, Entities entities, Scheduler scheduler) {
        this.erasures = erasures;
        this.sessions = sessions;
        this.entities = entities;
        this.scheduler = scheduler;
    }

    /** Erases a user. When the stage is done, the user's words are unreadable and the tokens void. The sessions end soon after. */
    public CompletionStage<Done> erase(String userId) {
        return erasures.beginUser(userId)
                .thenCompose(begun -> closeGate(userId)
                        // It is then closed with the rest, at the latest by the sweep.
                        .exceptionally(unreached -> Done.getInstance()))
                .whenComplete((begun, failure) -> {
                    if (failure == null) {
                        complete(userId).whenComplete((ended, incomplete) -> log(userId, incomplete));
                    }
                });
    }

    /** Continues an erasure that was begun. Doing so twice is harmless. */
    public CompletionStage<Done> complete(String userId) {
        return closeGate(userId)
                .thenCompose(closed -> closeAccount(userId))
                .thenCompose(closed -> disconnect(userId))
                .thenCompose(disconnected -> erasures.end(userId));
    }

    private CompletionStage<Done> closeGate(String userId) {
        return AskPattern.<GateCommand, Done>ask(entities.gate(userId), GateCommand.Reload::new, ASK, scheduler);
    }

    private CompletionStage<Done> closeAccount(String userId) {
        return AskPattern.<AccountCommand, Done>askWithStatus(
                entities.account(userId), AccountCommand.Erase::new, ASK, scheduler);
    }

    /** Each entity lets go before its row is removed. If the row were gone and the entity alive, nobody could stop it any more. */
    private CompletionStage<Done> disconnect(String userId) {
        return sessions.list(userId, null, SESSIONS_AT_ONCE).thenCompose(page -> {
            List<SessionRow> rows = page.items();
            if (rows.isEmpty()) {
                return CompletableFuture.completedStage(Done.getInstance());
            }
            return CompletableFuture.allOf(rows.stream()
                            .map(row -> disconnect(row).toCompletableFuture())
                            .toArray(CompletableFuture<?>[]::new))
                    .thenCompose(all -> disconnect(userId));
        });
    }

    private CompletionStage<Boolean> disconnect(SessionRow row) {
        return AskPattern.<SessionCommand, Done>askWithStatus(
                        entities.session(row.id()),
                        replyTo -> new SessionCommand.Disconnect(row.owner(), replyTo),
                        ASK,
                        scheduler)
                .exceptionallyCompose(failure -> Refusal.SESSION_NOT_FOUND.isIn(failure)
                        ? CompletableFuture.completedStage(Done.getInstance())
                        : CompletableFuture.failedStage(failure))
                .thenCompose(done -> sessions.delete(row.owner(), row.id()));
    }

    private static void log(String userId, @Nullable Throwable incomplete) {
        if (incomplete == null) {
            LOG.atInfo().addKeyValue("user_id", userId).log("a user was erased");
        } else {
            LOG.atWarn()
                    .addKeyValue("user_id", userId)
                    .log(
                            "the erasure of a user is not complete, and goes on with the next sweep: {}",
                            incomplete.toString());
        }
    }
}
