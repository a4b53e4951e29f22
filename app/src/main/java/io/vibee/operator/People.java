package io.vibee.operator;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vibee.account.Ids;
import io.vibee.cluster.Entities;
import io.vibee.persistence.account.User;
import io.vibee.persistence.account.Users;
import io.vibee.persistence.telegram.BusinessRow;
import io.vibee.persistence.telegram.BusinessRows;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.Acceptance;
import io.vibee.session.Connections;
import io.vibee.session.OperatorRoute;
import io.vibee.session.OperatorUpdate;
import io.vibee.session.OperatorUpdates.Operator;
import io.vibee.session.TwinTexts;
import io.vibee.telegram.TelegramClient;
import io.vibee.telegram.TelegramException;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * People who connected the operator's bot to their profile. A row says whose a connection is, its session knows the rest. A person is
 * known by the Telegram account that a user has shown to have.
 */
final class People {

    private static final Logger LOG = LoggerFactory.getLogger(People.class);

    /** Longer than a session needs to give up on a chat and park its update. */
    private static final Duration TAKEN_WITHIN = Duration.ofSeconds(20);

    private static final int MOST_CACHED = 50_000;

    /** What another node changes, such as a session that its owner removes, counts after this time. */
    private static final Duration CACHED_FOR = Duration.ofMinutes(1);

    private final BusinessRows rows;
    private final Users users;
    private final Connections connections;
    private final Entities entities;
    private final TelegramClient telegram;
    private final OperatorBot bot;
    private final TwinTexts twinTexts;
    private final Scheduler scheduler;
    private final Cache<String, Served> sessions = Caffeine.newBuilder()
            .maximumSize(MOST_CACHED)
            .expireAfterWrite(CACHED_FOR)
            .build();

    People(
            BusinessRows rows,
            Users users,
            Connections connections,
            Entities entities,
            TelegramClient telegram,
            OperatorBot bot,
            TwinTexts twinTexts,
            Scheduler scheduler) {
        this.rows = rows;
        this.users = users;
        this.connections = connections;
        this.entities = entities;
        this.telegram = telegram;
        this.bot = bot;
        this.twinTexts = twinTexts;
        this.scheduler = scheduler;
    }

    /** A person whose chats are answered, and by which session. */
    private record Served(String sessionId, long telegramUserId) {}

    /** What became of a person's connection. */
    sealed interface Met {
        /**
         * @param owner whose session it is
         * @param defaultMode of new chats
         */
        record Known(BusinessRow row, String owner, ChatMode defaultMode) implements Met {}

        /** Nobody knows the person. */
        record Unknown(BusinessRow row) implements Met {}

        /** Its owner removed the session here. */
        record Removed() implements Met {}
    }

    /** Telegram tells of a connection. */
    CompletionStage<Met> told(Operator operator, OperatorUpdate.OfConnection told) {
        sessions.invalidate(told.link().connectionId());
        return rows.told(operator.bot().id(), told.link(), told.at()).thenCompose(row -> meet(operator, row, null));
    }

    /**
     * A person is a user from now on, or was: a connection that waited for that is given to the user.
     *
     * @param defaultMode of new chats, if there is such a connection
     */
    CompletionStage<Optional<Met>> arrived(Operator operator, long telegramUserId, @Nullable ChatMode defaultMode) {
        return rows.ofPerson(operator.bot().id(), telegramUserId)
                .thenCompose(found -> found.filter(
                                row -> row.owner() == null && row.link().enabled())
                        .map(row -> meet(operator, row, defaultMode).thenApply(Optional::of))
                        .orElseGet(() -> CompletableFuture.completedStage(Optional.empty())));
    }

    /** True the first time that a person is told what to do. */
    CompletionStage<Boolean> instruct(Operator operator, long telegramUserId) {
        return rows.instruct(operator.bot().id(), telegramUserId);
    }

    /** Brings something of a person's chat to the person's session; done when it is kept, or nobody wants it. */
    CompletionStage<Done> bring(Operator operator, OperatorUpdate.OfPerson update) {
        return session(operator, update.connectionId())
                .thenCompose(served -> served.map(known -> attributed(operator, known, update)
                                .thenCompose(incoming -> bring(known.sessionId(), update, incoming)))
                        .orElseGet(() -> CompletableFuture.completedStage(Done.getInstance())));
    }

    /** What an update says, as from a bot where this service sent it in the other's name: Telegram does not tell that. */
    private CompletionStage<Incoming> attributed(Operator operator, Served person, OperatorUpdate.OfPerson update) {
        if (!(update.incoming() instanceof Incoming.Message message)) {
            return CompletableFuture.completedStage(update.incoming());
        }
        long other = update.place().telegramChatId();
        return sentHere(person, message)
                .map(connectionId -> rows.find(operator.bot().id(), connectionId)
                        .thenApply(sender -> sender.filter(row -> row.link().telegramUserId() == other)
                                .<Incoming>map(row -> message.byBot())
                                .orElse(message)))
                .orElseGet(() -> CompletableFuture.completedStage(message));
    }

    /** By whose connection the same words were sent to this person a moment ago. */
    private Optional<String> sentHere(Served person, Incoming.Message message) {
        String words = message.body().words();
        return words == null || message.own() || message.hand() != Incoming.Hand.OTHERS
                ? Optional.empty()
                : twinTexts.sentBy(person.telegramUserId(), words);
    }

    private CompletionStage<Done> bring(String sessionId, OperatorUpdate.OfPerson update, Incoming incoming) {
        return AskPattern.<SessionCommand, Acceptance>ask(
                        entities.session(sessionId),
                        replyTo -> new SessionCommand.TakeIn(update.place(), incoming, replyTo),
                        TAKEN_WITHIN,
                        scheduler)
                .thenApply(acceptance -> switch (acceptance) {
                    case KEPT, NOT_WANTED -> Done.getInstance();
                    case LATER -> throw new IllegalStateException("the session can't take it in now");
                    case NO_SESSION -> {
                        sessions.invalidate(update.connectionId());
                        yield Done.getInstance();
                    }
                });
    }

    private CompletionStage<Optional<Served>> session(Operator operator, String connectionId) {
        Served cached = sessions.getIfPresent(connectionId);
        return cached == null
                ? rows.find(operator.bot().id(), connectionId)
                        .thenCompose(row ->
                                row.map(known -> session(operator, known)).orElseGet(() -> ask(operator, connectionId)))
                : CompletableFuture.completedStage(Optional.of(cached));
    }

    private CompletionStage<Optional<Served>> session(Operator operator, BusinessRow row) {
        String sessionId = row.sessionId();
        if (sessionId == null) {
            return row.removed()
                    ? CompletableFuture.completedStage(Optional.empty())
                    : meet(operator, row, null).thenApply(People::sessionOf);
        }
        Served served = new Served(sessionId, row.link().telegramUserId());
        sessions.put(row.link().connectionId(), served);
        return CompletableFuture.completedStage(Optional.of(served));
    }

    /** An id that nobody told of, as after a time in which no updates were taken: Telegram knows. */
    private CompletionStage<Optional<Served>> ask(Operator operator, String connectionId) {
        return telegram.getBusinessConnection(bot.token(), connectionId)
                .thenCompose(connection -> told(operator, OperatorRoute.of(connection)))
                .thenApply(People::sessionOf)
                .exceptionallyCompose(failure -> isUnknown(failure)
                        ? CompletableFuture.completedStage(Optional.empty())
                        : CompletableFuture.failedStage(failure));
    }

    private static boolean isUnknown(Throwable thrown) {
        Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        return failure instanceof TelegramException refused && refused.failure() instanceof TelegramFailure.BadRequest;
    }

    private static Optional<Served> sessionOf(Met met) {
        return met instanceof Met.Known known
                ? Optional.ofNullable(known.row().sessionId())
                        .map(id -> new Served(id, known.row().link().telegramUserId()))
                : Optional.empty();
    }

    private CompletionStage<Met> meet(Operator operator, BusinessRow row, @Nullable ChatMode defaultMode) {
        if (row.removed()) {
            return CompletableFuture.completedStage(new Met.Removed());
        }
        String owner = row.owner();
        if (owner != null) {
            return connect(operator, row, owner, defaultMode);
        }
        return users.findByTelegram(row.link().telegramUserId())
                .thenCompose(user -> user.map(known -> connect(operator, row, known.id(), defaultMode))
                        .orElseGet(() -> CompletableFuture.completedStage(new Met.Unknown(row))));
    }

    /** A person's own chats begin with drafts: nothing is sent that the person has not seen. */
    private CompletionStage<Met> connect(
            Operator operator, BusinessRow row, String owner, @Nullable ChatMode defaultMode) {
        String known = row.sessionId();
        String sessionId = known == null ? Ids.session() : known;
        Bot bot = operator.bot();
        return connections
                .connectBusiness(
                        sessionId,
                        owner,
                        operator.sessionId(),
                        bot,
                        defaultMode == null ? ChatMode.DRAFT : defaultMode,
                        row.link())
                .thenCompose(view -> rows.give(bot.id(), row.link().telegramUserId(), owner, sessionId)
                        .<Met>thenApply(done -> {
                            sessions.put(
                                    row.link().connectionId(),
                                    new Served(sessionId, row.link().telegramUserId()));
                            return new Met.Known(
                                    new BusinessRow(
                                            bot.id(), row.link(), row.toldAt(), sessionId, owner, row.instructed()),
                                    owner,
                                    view.defaultMode());
                        }))
                .exceptionallyCompose(failure -> {
                    if (Refusal.SESSION_NOT_FOUND.isIn(failure)) {
                        LOG.info("session {} was removed while its person connected", sessionId);
                        return CompletableFuture.completedStage(new Met.Removed());
                    }
                    return CompletableFuture.failedStage(failure);
                });
    }

    /** The user whose Telegram account this is. */
    CompletionStage<Optional<User>> user(long telegramUserId) {
        return users.findByTelegram(telegramUserId);
    }
}
