package io.vibee.account;

import io.vibee.account.SignIn.Reason;
import io.vibee.cluster.Entities;
import io.vibee.persistence.account.RefreshTokens;
import io.vibee.persistence.account.Rotation;
import io.vibee.persistence.account.User;
import io.vibee.persistence.account.UsernameTakenException;
import io.vibee.persistence.account.Users;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.GateCommand;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers users, signs them in and keeps them signed in. A user is a row and an Account. If the Account could not be opened after the row
 * was written, the next sign-in opens it. A stage fails only when something could not be reached.
 */
public final class Credentials {

    private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);
    private static final Duration ASK = Duration.ofSeconds(5);

    private final Users users;
    private final RefreshTokens refreshTokens;
    private final AccessTokens accessTokens;
    private final Passwords passwords;
    private final SignInGuard guard;
    private final Entities entities;
    private final Scheduler scheduler;
    private final Clock clock;

    public Credentials(
            Users users,
            RefreshTokens refreshTokens,
            AccessTokens accessTokens,
            Passwords passwords,
            SignInGuard guard,
            Entities entities,
            Scheduler scheduler,
            Clock clock) {
        this.users = users;
        this.refreshTokens = refreshTokens;
        this.accessTokens = accessTokens;
        this.passwords = passwords;
        this.guard = guard;
        this.entities = entities;
        this.scheduler = scheduler;
        this.clock = clock;
    }

    /**
     * Registers a user whose name and password {@link CredentialRules} accept.
     *
     * @param telegramId the id that the user claims, or null
     */
    public CompletionStage<SignIn> register(
            String username, String password, @Nullable Long telegramId, SignInClient client) {
        return passwords
                .hash(password)
                .thenCompose(hash -> users.register(Ids.user(), username, hash, telegramId))
                .thenCompose(user -> grant(user, client))
                .exceptionallyCompose(failure -> cause(failure) instanceof UsernameTakenException
                        ? refused(Reason.USERNAME_TAKEN)
                        : CompletableFuture.failedStage(failure));
    }

    /**
     * Registers whoever Telegram has shown to have an account there; gives the user, also if it is one already. A new one has no
     * password: nobody signs in by name.
     */
    public CompletionStage<User> registerFromTelegram(Users.TelegramAccount account) {
        return registerFromTelegram(account, "tg" + account.id())
                .exceptionallyCompose(failure -> cause(failure) instanceof UsernameTakenException
                        ? registerFromTelegram(account, "tg" + account.id() + "-" + Long.toString(clock.millis(), 36))
                        : CompletableFuture.failedStage(failure));
    }

    private CompletionStage<User> registerFromTelegram(Users.TelegramAccount account, String username) {
        return users.registerFromTelegram(Ids.user(), username, passwords.noPassword(), account)
                .thenCompose(user -> complete(user).thenApply(done -> user));
    }

    /** Does the same work, within the same limits, whether the user exists or not. */
    public CompletionStage<SignIn> signIn(String username, String password, SignInClient client) {
        String name = Users.key(username);
        return users.findForSignIn(username, guard.stored(name, client)).thenCompose(found -> {
            boolean known = found.isPresent() && found.get().knownPlace();
            return guard.attempt(name, client, known)
                    .thenCompose(attempt -> attempt.refusedFor()
                            .<CompletionStage<SignIn>>map(
                                    wait -> CompletableFuture.completedStage(new SignIn.Limited(wait)))
                            .orElseGet(() ->
                                    judged(found.map(Users.SigningIn::user), password, client, attempt.giveBack())));
        });
    }

    private CompletionStage<SignIn> judged(
            Optional<User> user, String password, SignInClient client, Runnable giveBack) {
        return verify(user, password)
                .whenComplete((right, failure) -> {
                    if (failure != null || right) {
                        giveBack.run();
                    }
                })
                .thenCompose(right -> user.filter(one -> right)
                        .map(one -> unlessSuspended(one, client))
                        .orElseGet(() -> refused(Reason.WRONG_CREDENTIALS)));
    }

    /** Exchanges a refresh token. One that was used before ends everything that came from the same sign-in. */
    public CompletionStage<SignIn> refresh(RefreshToken token) {
        RefreshToken next = RefreshToken.random();
        return refreshTokens
                .rotate(token.hash(), next.hash(), clock.instant().plus(RefreshToken.LIFETIME))
                .thenCompose(rotation -> switch (rotation) {
                    case Rotation.Rotated rotated ->
                        users.findById(rotated.userId()).thenCompose(user -> refreshed(user, next, rotated.family()));
                    case Rotation.Reused reused -> {
                        LOG.atWarn()
                                .addKeyValue("user_id", reused.userId())
                                .log("a refresh token was used twice; its family is ended");
                        yield tellGate(reused.userId(), reused.family())
                                .thenCompose(told -> refused(Reason.WRONG_REFRESH_TOKEN));
                    }
                    case Rotation.Unknown unknown -> refused(Reason.WRONG_REFRESH_TOKEN);
                });
    }

    /** Ends the token's whole family, its access tokens too; an unknown token is as good as ended. */
    public CompletionStage<Done> signOut(RefreshToken token) {
        return refreshTokens
                .end(token.hash())
                .thenCompose(found -> found.map(ended -> tellGate(ended.userId(), ended.family()))
                        .orElseGet(() -> CompletableFuture.completedStage(Done.getInstance())));
    }

    /** If the gate can't be reached, it starts anew elsewhere and reads the rows. If even that fails, the tokens still expire soon. */
    private CompletionStage<Done> tellGate(String userId, String family) {
        return AskPattern.<GateCommand, Done>ask(
                        entities.gate(userId), replyTo -> new GateCommand.EndFamily(family, replyTo), ASK, scheduler)
                .exceptionally(unreached -> {
                    LOG.atWarn()
                            .addKeyValue("user_id", userId)
                            .log(
                                    "a sign-in is ended, but its access tokens may live until they expire: {}",
                                    unreached.toString());
                    return Done.getInstance();
                });
    }

    private CompletionStage<Boolean> verify(Optional<User> user, String password) {
        return user.map(known -> passwords.verify(password, known.passwordHash()))
                .orElseGet(() -> passwords.verifyNobody(password));
    }

    private CompletionStage<SignIn> unlessSuspended(User user, SignInClient client) {
        return user.suspended() ? refused(Reason.SUSPENDED) : grant(user, client);
    }

    private CompletionStage<SignIn> refreshed(Optional<User> found, RefreshToken next, String family) {
        return found.map(user -> user.suspended()
                        ? refused(Reason.SUSPENDED)
                        : complete(user).thenApply(done -> granted(user, next, family)))
                .orElseGet(() -> refused(Reason.WRONG_REFRESH_TOKEN));
    }

    private CompletionStage<SignIn> grant(User user, SignInClient client) {
        RefreshToken token = RefreshToken.random();
        String family = Ids.family();
        return complete(user)
                .thenCompose(done -> refreshTokens.issue(
                        user.id(),
                        family,
                        token.hash(),
                        clock.instant().plus(RefreshToken.LIFETIME),
                        guard.stored(Users.key(user.username()), client)))
                .thenApply(done -> granted(user, token, family));
    }

    /** Makes sure that the user's Account is open; a crash after the row was written may have left it unopened. */
    public CompletionStage<Done> complete(User user) {
        if (user.registered()) {
            return CompletableFuture.completedStage(Done.getInstance());
        }
        return AskPattern.askWithStatus(
                        entities.account(user.id()),
                        (ActorRef<StatusReply<Done>> replyTo) -> new AccountCommand.Open(user.tier(), replyTo),
                        ASK,
                        scheduler)
                .thenCompose(done -> users.completeRegistration(user.id()));
    }

    /** Tells the user's Account which tier the row says. */
    public CompletionStage<Done> tellTier(User user) {
        return AskPattern.askWithStatus(
                        entities.account(user.id()),
                        (ActorRef<StatusReply<Done>> replyTo) -> new AccountCommand.ChangeTier(user.tier(), replyTo),
                        ASK,
                        scheduler)
                .thenCompose(done -> users.told(user.id(), user.tier()));
    }

    private SignIn granted(User user, RefreshToken token, String family) {
        return new SignIn.Granted(user, accessTokens.issue(user.id(), user.tokenVersion(), family), token);
    }

    private static CompletionStage<SignIn> refused(Reason reason) {
        return CompletableFuture.completedStage(new SignIn.Refused(reason));
    }

    private static Throwable cause(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }
}
