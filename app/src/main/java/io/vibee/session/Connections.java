package io.vibee.session;

import io.vibee.account.Ids;
import io.vibee.cluster.Entities;
import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.session.Claim;
import io.vibee.persistence.session.SessionRow;
import io.vibee.persistence.session.SessionRows;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.Refusal.RefusedException;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.BusinessLink;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.session.SessionView;
import io.vibee.telegram.BotIdentity;
import io.vibee.telegram.BotToken;
import io.vibee.telegram.TelegramClient;
import io.vibee.telegram.TelegramException;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.pattern.StatusReply;

/**
 * Connects a bot: what is row and entity at once. The row is claimed first, with the token in it, then the Session stores the token,
 * then the row is marked connected; whatever breaks off in between is completed by the owner's next call or by {@link #complete}.
 * A stage fails when the database, the keys or the Session can't be reached: calling again heals.
 */
public final class Connections {

    /** The key of tokens that no Session has stored yet: one for each user, whose bots these are. */
    private static final String CONNECTING = "session:connecting";

    private static final Duration ASK = Duration.ofSeconds(5);

    private final TelegramClient telegram;
    private final KeyStore keys;
    private final SessionRows rows;
    private final Entities entities;
    private final Scheduler scheduler;
    private final int maxPerUser;

    /**
     * @param maxPerUser how many sessions a user may have; 0 means any number
     */
    public Connections(
            TelegramClient telegram,
            KeyStore keys,
            SessionRows rows,
            Entities entities,
            Scheduler scheduler,
            int maxPerUser) {
        this.telegram = telegram;
        this.keys = keys;
        this.rows = rows;
        this.entities = entities;
        this.scheduler = scheduler;
        this.maxPerUser = maxPerUser;
    }

    /** Connects a user's own bot, or gives one that is connected its new token: paused it stays paused, otherwise it goes on. */
    public CompletionStage<Connected> connect(String owner, BotToken token, ChatMode defaultMode, Delivery delivery) {
        return telegram.getMe(token)
                .thenCompose(bot -> claim(
                        row(Ids.session(), owner, SessionKind.BOT, bot, defaultMode, delivery), token, bot, maxPerUser))
                .exceptionallyCompose(Connections::telegramsAnswer);
    }

    /** Connects the operator's bot, for the user to whom it belongs; the same token again changes nothing. */
    public CompletionStage<Connected> connectOperator(String owner, BotToken token) {
        return telegram.getMe(token)
                .thenCompose(bot -> claim(
                        row(Ids.session(), owner, SessionKind.OPERATOR, bot, ChatMode.DISABLED, Delivery.POLLING),
                        token,
                        bot,
                        0))
                .exceptionallyCompose(Connections::telegramsAnswer);
    }

    /**
     * Connects a person to the operator's bot, or tells the session of it what changed.
     *
     * @param sessionId of a session that the person has, or of a new one
     */
    public CompletionStage<SessionView> connectBusiness(
            String sessionId,
            String owner,
            String operatorSessionId,
            Bot bot,
            ChatMode defaultMode,
            BusinessLink link) {
        SessionRow wanted = row(
                sessionId,
                owner,
                SessionKind.BUSINESS,
                new BotIdentity(bot.id(), bot.username(), "", false),
                defaultMode,
                Delivery.POLLING);
        return rows.claim(wanted, 0)
                .thenCompose(claim -> keys.obtain(owner, "session:" + sessionId))
                .thenCompose(key -> AskPattern.askWithStatus(
                        entities.session(sessionId),
                        (ActorRef<StatusReply<SessionView>> replyTo) -> new SessionCommand.ConnectBusiness(
                                owner, bot, operatorSessionId, key.keyId(), defaultMode, link, replyTo),
                        ASK,
                        scheduler))
                .thenCompose(view -> rows.connected(sessionId)
                        .thenCompose(still -> still ? CompletableFuture.completedStage(view) : undo(wanted)));
    }

    /** Goes on with a row that was claimed and not completed. */
    public CompletionStage<SessionView> complete(SessionRow row) {
        Sealed token = row.token();
        if (token == null) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("session " + row.id() + " has no token waiting to be stored"));
        }
        return keys.load(row.owner(), token.keyId())
                .thenApply(key -> key.open(token)
                        .orElseThrow(
                                () -> new IllegalStateException("the token of session " + row.id() + " was erased")))
                .thenCompose(clear -> open(row, clear));
    }

    /** How a session looks that was claimed and not completed. */
    public static SessionView connecting(SessionRow row) {
        return new SessionView(
                row.id(),
                SessionKind.valueOf(row.kind().toUpperCase(Locale.ROOT)),
                new Bot(row.botId(), row.botUsername()),
                SessionStatus.CONNECTING,
                null,
                ChatMode.valueOf(row.defaultMode().toUpperCase(Locale.ROOT)),
                delivery(row),
                0,
                row.createdAt(),
                null,
                null,
                SessionKind.valueOf(row.kind().toUpperCase(Locale.ROOT)) == SessionKind.BUSINESS);
    }

    private CompletionStage<Connected> claim(SessionRow wanted, BotToken token, BotIdentity bot, int most) {
        return keys.obtain(wanted.owner(), CONNECTING)
                .thenCompose(key -> rows.claim(wanted.with(key.seal(token.reveal())), most))
                .thenCompose(claim -> switch (claim) {
                    case Claim.Claimed claimed -> live(open(claimed.row(), token.reveal()));
                    case Claim.Resumed resumed ->
                        live(open(resumed.row(), token.reveal()))
                                .thenCompose(live -> replace(resumed.row(), token, bot)
                                        .thenApply(other -> other instanceof Connected.Already ? live : other));
                    case Claim.OwnedBySame same -> replace(same.row(), token, bot);
                    case Claim.Taken taken -> CompletableFuture.completedStage(new Connected.Taken());
                    case Claim.TooMany tooMany ->
                        CompletableFuture.completedStage(new Connected.TooMany(tooMany.limit()));
                });
    }

    private static Delivery delivery(SessionRow row) {
        return Delivery.valueOf(row.delivery().toUpperCase(Locale.ROOT));
    }

    private static SessionRow row(
            String id, String owner, SessionKind kind, BotIdentity bot, ChatMode defaultMode, Delivery delivery) {
        return new SessionRow(
                id,
                owner,
                kind.name().toLowerCase(Locale.ROOT),
                bot.id(),
                bot.username(),
                false,
                null,
                defaultMode.name().toLowerCase(Locale.ROOT),
                delivery.name().toLowerCase(Locale.ROOT),
                Instant.EPOCH);
    }

    private CompletionStage<SessionView> open(SessionRow row, String token) {
        return sessionKey(row)
                .thenCompose(key -> AskPattern.askWithStatus(
                        entities.session(row.id()),
                        (ActorRef<StatusReply<SessionView>> replyTo) -> new SessionCommand.Connect(
                                row.owner(),
                                SessionKind.valueOf(row.kind().toUpperCase(Locale.ROOT)),
                                new Bot(row.botId(), row.botUsername()),
                                key.seal(token),
                                ChatMode.valueOf(row.defaultMode().toUpperCase(Locale.ROOT)),
                                delivery(row),
                                replyTo),
                        ASK,
                        scheduler))
                .thenCompose(view -> rows.connected(row.id())
                        .thenCompose(still -> still ? CompletableFuture.completedStage(view) : undo(row)));
    }

    /** The session or its owner was removed meanwhile. */
    private CompletionStage<SessionView> undo(SessionRow row) {
        return AskPattern.<SessionCommand, Done>askWithStatus(
                        entities.session(row.id()),
                        replyTo -> new SessionCommand.Disconnect(row.owner(), replyTo),
                        ASK,
                        scheduler)
                .thenCompose(gone -> CompletableFuture.failedStage(new RefusedException(Refusal.SESSION_NOT_FOUND)));
    }

    /** Only the key tells whether a session has a token already, for each is sealed anew. */
    private CompletionStage<Connected> replace(SessionRow row, BotToken token, BotIdentity bot) {
        return sessionKey(row)
                .thenCompose(key -> AskPattern.<SessionCommand, SessionCommand.StoredToken>askWithStatus(
                                entities.session(row.id()),
                                replyTo -> new SessionCommand.GetToken(row.owner(), replyTo),
                                ASK,
                                scheduler)
                        .thenCompose(stored -> stored.phase() != Phase.REVOKED
                                        && key.open(stored.token())
                                                .filter(token.reveal()::equals)
                                                .isPresent()
                                ? CompletableFuture.completedStage(new Connected.Already())
                                : live(replaceToken(row, token, bot, key))));
    }

    private CompletionStage<SessionView> replaceToken(SessionRow row, BotToken token, BotIdentity bot, DataKey key) {
        return AskPattern.askWithStatus(
                entities.session(row.id()),
                (ActorRef<StatusReply<SessionView>> replyTo) -> new SessionCommand.ReplaceToken(
                        row.owner(), new Bot(bot.id(), bot.username()), key.seal(token.reveal()), replyTo),
                ASK,
                scheduler);
    }

    private CompletionStage<DataKey> sessionKey(SessionRow row) {
        return keys.obtain(row.owner(), "session:" + row.id());
    }

    private static CompletionStage<Connected> live(CompletionStage<SessionView> session) {
        return session.thenApply(Connected.Live::new);
    }

    private static CompletionStage<Connected> telegramsAnswer(Throwable thrown) {
        if (!(unwrap(thrown) instanceof TelegramException exception)) {
            return CompletableFuture.failedStage(thrown);
        }
        return CompletableFuture.completedStage(
                switch (exception.failure()) {
                    case TelegramFailure.Unauthorized refused -> new Connected.TokenRefused();
                    case TelegramFailure.Forbidden refused -> new Connected.TokenRefused();
                    case TelegramFailure.NotFound refused -> new Connected.TokenRefused();
                    case TelegramFailure.BadRequest refused -> new Connected.TokenRefused();
                    case TelegramFailure.FloodWait wait -> new Connected.TelegramAway(wait.retryAfter());
                    case TelegramFailure.Conflict conflict -> new Connected.TelegramAway(null);
                    case TelegramFailure.ServerError error -> new Connected.TelegramAway(null);
                    case TelegramFailure.Unreachable away -> new Connected.TelegramAway(null);
                    case TelegramFailure.LostConnection lost -> new Connected.TelegramAway(null);
                });
    }

    private static Throwable unwrap(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }
}
