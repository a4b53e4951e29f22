package io.vibee.persistence.account;

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
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The table of users. A name belongs to one user, whatever its letter case. One who is being erased is not found any more. */
public final class Users {

    private static final String COLUMNS = """
            id, username, password_hash, telegram_id, tier, suspended, token_version, state = 'registered' as registered,
            created_at""";

    private final Database database;

    public Users(Database database) {
        this.database = database;
    }

    /** Adds a user who is not completely registered yet; fails with {@link UsernameTakenException}. */
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

    /** Says that the user's Account knows of him. Repeating it is harmless. */
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

    /** Finds by name without regard to letter case. */
    public CompletionStage<Optional<User>> findByUsername(String username) {
        return findBy("username_key = $1", key(username));
    }

    /**
     * Whom a name belongs to.
     *
     * @param knownPlace whether one of the user's live tokens came from where he signs in now
     */
    public record SigningIn(User user, boolean knownPlace) {}

    /** As {@link #findByUsername}, with what is known about the place from which the user signs in; still one statement. */
    public CompletionStage<Optional<SigningIn>> findForSignIn(String username, String signedInFrom) {
        return database.withConnection(connection -> Query.on(connection, "select " + COLUMNS + """
                        , exists (select 1 from refresh_token where user_id = app_user.id and signed_in_from = $2
                                     and expires_at > now()) as known_place
                          from app_user where state <> 'erasing' and username_key = $1""")
                        .with(key(username))
                        .with(signedInFrom)
                        .one(row -> new SigningIn(read(row), Column.flag(row, "known_place"))))
                .toFuture();
    }

    /** Users whose registration was begun longer ago than this and not completed, the oldest first. */
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

    /** Changes a user's tier; the account is told by whoever reads {@link #untold}. Gives whether there is such a user. */
    public CompletionStage<Boolean> changeTier(String username, String tier) {
        return database.withConnection(connection ->
                        Query.on(connection, """
                        update app_user set tier = $2, tier_told = tier_told and tier = $2
                         where username_key = $1 and state <> 'erasing'""").with(key(username)).with(tier).update())
                .map(changed -> changed > 0)
                .toFuture();
    }

    /** Registered users whose account does not know of their tier yet. */
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

    /** Says that the account knows of this tier, unless the row has another one by now. */
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

    /** Compatible characters and letter case are the same; upper case first, as some letters differ in lower case only. */
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
