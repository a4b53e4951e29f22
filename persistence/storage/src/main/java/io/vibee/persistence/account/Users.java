package io.vibee.persistence.account;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import io.vibee.persistence.page.Page;
import java.text.Normalizer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The table of users. A name belongs to one user, whatever its letter case. A user who is being erased is not found. */
public final class Users {

    private static final String COLUMNS = """
            id, username, password_hash, telegram_id, tier, suspended, token_version, state = 'registered' as registered,
            created_at""";

    private static final int LONGEST_LANGUAGE = 35;

    private final Database database;

    public Users(Database database) {
        this.database = database;
    }

    /** Adds a user whose registration is not complete yet. Fails with {@link UsernameTakenException}. */
    public CompletionStage<User> register(String id, String username, String passwordHash, @Nullable Long telegramId) {
        return database.withConnection(connection -> Query.on(connection, """
                        insert into app_user (id, username, username_key, password_hash, telegram_id)
                        values ($1, $2, $3, $4, $5)
                        on conflict (username_key) do nothing
                        returning\s""" + COLUMNS)
                        .with(id)
                        .with(username)
                        .with(key(username))
                        .with(passwordHash)
                        .with(telegramId, Long.class)
                        .one(Users::read))
                .flatMap(user -> user.map(Mono::just).orElseGet(() -> Mono.error(new UsernameTakenException(username))))
                .toFuture();
    }

    /** Notes that the user's Account knows the user. Repeating it is harmless. */
    public CompletionStage<Done> completeRegistration(String id) {
        return database.withConnection(connection -> Query.on(
                                connection,
                                "update app_user set state = 'registered' where id = $1 and state = 'registering'")
                        .with(id)
                        .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    public CompletionStage<Optional<User>> findById(String id) {
        return findBy("id = $1", id);
    }

    /** Finds a user by name, whatever its letter case. */
    public CompletionStage<Optional<User>> findByUsername(String username) {
        return findBy("username_key = $1", key(username));
    }

    /**
     * The user who has a name.
     *
     * @param knownPlace whether one of the user's live tokens comes from the place of this sign-in
     */
    public record SigningIn(User user, boolean knownPlace) {}

    /** As {@link #findByUsername}, but for the operator, and tells whether the place of the sign-in is known; still one statement. */
    public CompletionStage<Optional<SigningIn>> findForSignIn(String username, String signedInFrom) {
        return database.withConnection(connection -> Query.on(connection, "select " + COLUMNS + """
                        , exists (select 1 from refresh_token where user_id = app_user.id and signed_in_from = $2
                                     and expires_at > now()) as known_place
                          from app_user where state <> 'erasing' and username_key = $1 and password_hash <> ''""")
                        .with(key(username))
                        .with(signedInFrom)
                        .one(row -> new SigningIn(read(row), Column.flag(row, "known_place"))))
                .toFuture();
    }

    /** The user whose Telegram account this is, as Telegram has shown. */
    public CompletionStage<Optional<User>> findByTelegram(long telegramId) {
        return database.withConnection(connection -> Query.on(
                                connection,
                                "select " + COLUMNS
                                        + " from app_user where state <> 'erasing' and telegram_verified and telegram_id = $1")
                        .with(telegramId)
                        .one(Users::read))
                .toFuture();
    }

    /**
     * An account in Telegram that a user has shown to have.
     *
     * @param language the IETF tag that Telegram knows of it, or null
     */
    public record TelegramAccount(long id, @Nullable String language) {}

    /** A user's Telegram account, if Telegram has shown that it is the user's. */
    public CompletionStage<Optional<TelegramAccount>> telegramOf(String id) {
        return database.withConnection(connection -> Query.on(
                                connection,
                                "select telegram_id, telegram_language from app_user"
                                        + " where state <> 'erasing' and telegram_verified and id = $1")
                        .with(id)
                        .one(row -> new TelegramAccount(
                                Column.number(row, "telegram_id"), row.get("telegram_language", String.class))))
                .toFuture();
    }

    /**
     * Adds a user whose Telegram account Telegram has shown, and whose registration is not complete yet; gives the user who has that
     * account, if there is one already. Fails with {@link UsernameTakenException} when only the name is another's.
     */
    public CompletionStage<User> registerFromTelegram(
            String id, String username, String passwordHash, TelegramAccount account) {
        return database.withConnection(connection -> Query.on(connection, """
                        insert into app_user
                          (id, username, username_key, password_hash, telegram_id, telegram_verified, telegram_language)
                        values ($1, $2, $3, $4, $5, true, $6)
                        on conflict do nothing
                        returning\s""" + COLUMNS)
                        .with(id)
                        .with(username)
                        .with(key(username))
                        .with(passwordHash)
                        .with(account.id())
                        .with(language(account), String.class)
                        .one(Users::read))
                .toFuture()
                .thenCompose(added -> added.<CompletionStage<User>>map(CompletableFuture::completedStage)
                        .orElseGet(() -> findByTelegram(account.id())
                                .thenApply(known -> known.orElseThrow(() -> new UsernameTakenException(username)))));
    }

    /** Telegram has shown whose account a user's is. False when it is another user's, or there is no such user. */
    static Mono<Boolean> verify(Connection connection, String id, TelegramAccount account) {
        return Query.on(connection, """
                        update app_user set telegram_id = $2, telegram_verified = true, telegram_language = $3
                         where id = $1 and state <> 'erasing'
                           and not exists (
                             select 1 from app_user o where o.telegram_id = $2 and o.telegram_verified and o.id <> $1)""")
                .with(id)
                .with(account.id())
                .with(language(account), String.class)
                .update()
                .map(rows -> rows > 0);
    }

    /**
     * Makes sure that there is the user to whom the operator's bot belongs. Nobody can sign in as that one: it has no password, and a name
     * that no user can have.
     */
    public CompletionStage<Done> ensureOperator(String id) {
        return database.withConnection(
                        connection -> Query.on(connection, """
                        insert into app_user (id, username, username_key, password_hash, state)
                        values ($1, '(operator)', '(operator)', '', 'registered') on conflict do nothing""").with(id).update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    /** Users whose registration began longer ago than this and is not complete, the oldest first. */
    public CompletionStage<List<User>> registering(Duration olderThan, int limit) {
        Page.checkLimit(limit);
        return database.withConnection(connection -> Query.on(connection, "select " + COLUMNS + """
                         from app_user where state = 'registering' and created_at < now() - make_interval(secs => $1)
                        order by created_at, id limit $2""")
                        .with(olderThan.toMillis() / 1000.0)
                        .with(limit)
                        .list(Users::read))
                .toFuture();
    }

    /** Changes a user's tier. Whoever reads {@link #untold} tells the account. Gives whether there is such a user. */
    public CompletionStage<Boolean> changeTier(String username, String tier) {
        return database.withConnection(connection ->
                        Query.on(connection, """
                        update app_user set tier = $2, tier_told = tier_told and tier = $2
                         where username_key = $1 and state <> 'erasing'""").with(key(username)).with(tier).update())
                .map(changed -> changed > 0)
                .toFuture();
    }

    /** Registered users whose account does not know their tier yet. */
    public CompletionStage<List<User>> untold(int limit) {
        Page.checkLimit(limit);
        return database.withConnection(connection -> Query.on(
                                connection,
                                "select " + COLUMNS
                                        + " from app_user where not tier_told and state = 'registered' order by id limit $1")
                        .with(limit)
                        .list(Users::read))
                .toFuture();
    }

    /** Notes that the account knows this tier, unless the row has another tier by now. */
    public CompletionStage<Done> told(String id, String tier) {
        return database.withConnection(connection -> Query.on(
                                connection, "update app_user set tier_told = true where id = $1 and tier = $2")
                        .with(id)
                        .with(tier)
                        .update())
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    private CompletionStage<Optional<User>> findBy(String condition, String value) {
        return database.withConnection(connection -> Query.on(
                                connection,
                                "select " + COLUMNS + " from app_user where state <> 'erasing' and " + condition)
                        .with(value)
                        .one(Users::read))
                .toFuture();
    }

    private static @Nullable String language(TelegramAccount account) {
        String language = account.language();
        return language == null || language.length() > LONGEST_LANGUAGE ? null : language;
    }

    /**
     * The form of a name that must be unique. Compatible characters and letter case make no difference. It goes through upper
     * case, because some letters differ only in lower case.
     */
    public static String key(String username) {
        return Normalizer.normalize(username, Normalizer.Form.NFKC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
    }

    private static User read(Readable row) {
        return new User(
                Column.text(row, "id"),
                Column.text(row, "username"),
                Column.text(row, "password_hash"),
                row.get("telegram_id", Long.class),
                Column.text(row, "tier"),
                Column.flag(row, "suspended"),
                Column.integer(row, "token_version"),
                Column.flag(row, "registered"),
                Column.instant(row, "created_at"));
    }
}
