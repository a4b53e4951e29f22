package io.vibee.operator;

import io.vibee.cluster.Entities;
import io.vibee.persistence.account.Users;
import io.vibee.persistence.session.SessionRow;
import io.vibee.persistence.session.SessionRows;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.session.Connected;
import io.vibee.session.Connections;
import io.vibee.telegram.BotToken;
import io.vibee.telegram.TelegramClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.pattern.Patterns;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The session of the operator's bot: connected when a node starts with its token, and polled by one node of the cluster like any other. */
public final class OperatorBot {

    /** Who owns it. Nobody can sign in as this user. */
    static final String OWNER = "usr_operator";

    private static final Logger LOG = LoggerFactory.getLogger(OperatorBot.class);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(10);
    private static final Duration ASK = Duration.ofSeconds(5);

    private final ActorSystem<?> system;
    private final @Nullable BotToken token;
    private final Users users;
    private final SessionRows sessions;
    private final Connections connections;
    private final Entities entities;
    private final TelegramClient telegram;

    /**
     * @param token null when this service has no bot of its own
     */
    public OperatorBot(
            ActorSystem<?> system,
            @Nullable BotToken token,
            Users users,
            SessionRows sessions,
            Connections connections,
            Entities entities,
            TelegramClient telegram) {
        this.system = system;
        this.token = token;
        this.users = users;
        this.sessions = sessions;
        this.connections = connections;
        this.entities = entities;
        this.telegram = telegram;
    }

    /** Connects it, and tries again until that is done: Telegram or the database may be away. Does not wait. */
    public void start() {
        BotToken known = token;
        if (known != null) {
            var unused = connect(known).exceptionallyCompose(failure -> {
                LOG.warn("the operator's bot can't be connected now: {}", failure.toString());
                return Patterns.after(AGAIN_AFTER, system, () -> {
                    start();
                    return CompletableFuture.completedStage(Done.getInstance());
                });
            });
        }
    }

    /** Whether this service has one, as far as this node was told. */
    boolean exists() {
        return token != null;
    }

    /** With what it is called. Fails on a node that was not told. */
    BotToken token() {
        BotToken known = token;
        if (known == null) {
            throw new IllegalStateException("this node was started without TELEGRAM_BOT_TOKEN");
        }
        return known;
    }

    /** The bot; empty when this service has none, or Telegram was never reached with its token. */
    public CompletionStage<Optional<Bot>> bot() {
        BotToken known = token;
        return known == null
                ? CompletableFuture.completedStage(Optional.empty())
                : sessions.operators()
                        .thenApply(rows -> rows.stream()
                                .filter(row -> row.botId() == known.botId())
                                .findFirst()
                                .map(row -> new Bot(row.botId(), row.botUsername())));
    }

    private CompletionStage<Done> connect(BotToken known) {
        return users.ensureOperator(OWNER)
                .thenCompose(done -> connections.connectOperator(OWNER, known))
                .thenCompose(connected -> switch (connected) {
                    case Connected.Live live -> connected(known);
                    case Connected.Already already -> connected(known);
                    case Connected.Taken taken -> {
                        LOG.error("the bot of TELEGRAM_BOT_TOKEN is a user's session: it can't be the operator's too");
                        yield CompletableFuture.completedStage(Done.getInstance());
                    }
                    case Connected.TokenRefused refused -> {
                        LOG.error("Telegram refuses TELEGRAM_BOT_TOKEN: there is no operator's bot");
                        yield CompletableFuture.completedStage(Done.getInstance());
                    }
                    case Connected.TooMany tooMany ->
                        CompletableFuture.failedStage(new IllegalStateException("a limit"));
                    case Connected.TelegramAway away ->
                        CompletableFuture.failedStage(new IllegalStateException("Telegram can't be reached"));
                });
    }

    /** Its menu is set, and one that it takes the place of goes. */
    private CompletionStage<Done> connected(BotToken known) {
        return sessions.operators().thenCompose(rows -> {
            LOG.info("the operator's bot is connected: bot {}", known.botId());
            List<CompletableFuture<Done>> gone = rows.stream()
                    .filter(row -> row.botId() != known.botId())
                    .map(row -> remove(row).toCompletableFuture())
                    .toList();
            return CompletableFuture.allOf(gone.toArray(CompletableFuture<?>[]::new))
                    .thenCompose(done -> menu(known));
        });
    }

    private CompletionStage<Done> menu(BotToken known) {
        return telegram.setCommands(known, "", DeskTexts.ENGLISH.commands())
                .thenCompose(done -> telegram.setCommands(known, "ru", DeskTexts.RUSSIAN.commands()))
                .exceptionally(failure -> {
                    LOG.warn("the operator's bot has no menu of commands: {}", failure.toString());
                    return Done.getInstance();
                });
    }

    private CompletionStage<Done> remove(SessionRow row) {
        return AskPattern.<SessionCommand, Done>askWithStatus(
                        entities.session(row.id()),
                        replyTo -> new SessionCommand.Disconnect(row.owner(), replyTo),
                        ASK,
                        system.scheduler())
                .exceptionallyCompose(failure -> Refusal.SESSION_NOT_FOUND.isIn(failure)
                        ? CompletableFuture.completedStage(Done.getInstance())
                        : CompletableFuture.failedStage(failure))
                .thenCompose(done -> sessions.delete(row.owner(), row.id()))
                .thenApply(done -> Done.getInstance());
    }
}
