package io.vibee.boot;

import io.vibee.account.Credentials;
import io.vibee.account.Erasure;
import io.vibee.cluster.Entities;
import io.vibee.operator.OperatorParts;
import io.vibee.persistence.account.RefreshTokens;
import io.vibee.persistence.account.Users;
import io.vibee.persistence.cache.CachedReplies;
import io.vibee.persistence.erasure.Erasures;
import io.vibee.persistence.read.ReadDrafts;
import io.vibee.persistence.session.SessionRows;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.recovery.Sweep;
import io.vibee.session.Connections;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** What the sweep does besides waking: it completes what is row and entity at once and was left half-done, and drops what has expired. */
final class SweepTasks {

    /** Younger ones are still on their way. */
    private static final Duration OLDER_THAN = Duration.ofSeconds(30);

    private static final Duration WAKE_WITHIN = Duration.ofSeconds(10);
    private static final int AT_ONCE = 100;

    private final Users users;
    private final Erasures erasures;
    private final Erasure erasure;
    private final RefreshTokens refreshTokens;
    private final CachedReplies cachedReplies;
    private final SessionRows sessions;
    private final Connections connections;
    private final Credentials credentials;
    private final ReadDrafts drafts;
    private final OperatorParts operator;
    private final Entities entities;
    private final Scheduler scheduler;

    SweepTasks(
            Users users,
            Erasures erasures,
            Erasure erasure,
            RefreshTokens refreshTokens,
            CachedReplies cachedReplies,
            SessionRows sessions,
            Connections connections,
            Credentials credentials,
            ReadDrafts drafts,
            OperatorParts operator,
            Entities entities,
            Scheduler scheduler) {
        this.users = users;
        this.erasures = erasures;
        this.erasure = erasure;
        this.refreshTokens = refreshTokens;
        this.cachedReplies = cachedReplies;
        this.sessions = sessions;
        this.connections = connections;
        this.credentials = credentials;
        this.drafts = drafts;
        this.operator = operator;
        this.entities = entities;
        this.scheduler = scheduler;
    }

    List<Sweep.Chore> all() {
        return List.of(
                new Sweep.Chore(
                        "completing registrations",
                        () -> each(users.registering(OLDER_THAN, AT_ONCE), credentials::complete)),
                new Sweep.Chore(
                        "telling accounts their tier", () -> each(users.untold(AT_ONCE), credentials::tellTier)),
                new Sweep.Chore("completing erasures", () -> each(erasures.begun(AT_ONCE), erasure::complete)),
                new Sweep.Chore("ending drafts whose time is over", () -> each(drafts.expired(AT_ONCE), this::wake)),
                new Sweep.Chore("showing drafts to their owners", () -> operator.showDrafts(AT_ONCE)),
                new Sweep.Chore("asking owners about who is new", () -> each(operator.unasked(AT_ONCE), this::wake)),
                new Sweep.Chore("forgetting old drafts", operator::forgetOldDrafts),
                new Sweep.Chore("deleting expired links", operator.links()::deleteExpired),
                new Sweep.Chore("deleting expired refresh tokens", refreshTokens::deleteExpired),
                new Sweep.Chore("deleting expired answers", cachedReplies::deleteExpired),
                new Sweep.Chore(
                        "completing connections",
                        () -> each(sessions.connecting(OLDER_THAN, AT_ONCE), connections::complete)));
    }

    /** A chat that is awake ends its drafts, and asks about who is new, by itself. */
    private CompletionStage<Done> wake(String chatId) {
        return AskPattern.ask(entities.chat(chatId), ChatCommand.Wake::new, WAKE_WITHIN, scheduler);
    }

    private static <T> CompletionStage<?> each(
            CompletionStage<List<T>> rows, Function<T, ? extends CompletionStage<?>> work) {
        return rows.thenCompose(found -> CompletableFuture.allOf(
                found.stream().map(row -> work.apply(row).toCompletableFuture()).toArray(CompletableFuture<?>[]::new)));
    }
}
