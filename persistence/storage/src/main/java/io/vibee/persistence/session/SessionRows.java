package io.vibee.persistence.session;

import io.r2dbc.spi.Connection;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import io.vibee.persistence.keys.OwnerErasedException;
import io.vibee.persistence.page.Cursor;
import io.vibee.persistence.page.Page;
import io.vibee.persistence.session.Claim.Claimed;
import io.vibee.persistence.session.Claim.OwnedBySame;
import io.vibee.persistence.session.Claim.Resumed;
import io.vibee.persistence.session.Claim.Taken;
import io.vibee.persistence.session.Claim.TooMany;
import io.vibee.protocol.crypto.Sealed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The table of Telegram identities. Every read for a user is bound to that owner. A bot is in the table once, whoever asks and
 * how often.
 */
public final class SessionRows {

    private final Database database;

    public SessionRows(Database database) {
        this.database = database;
    }

    /**
     * Takes a Telegram identity for its owner. For a {@code bot} or {@code operator} the bot id makes the identity, for a
     * {@code business} connection the session id. The claim ignores {@code connected} and {@code createdAt} of the row. Fails
     * with {@link OwnerErasedException} when the owner is gone.
     *
     * @param maxPerUser how many sessions the owner may have; 0 means any number
     */
    public CompletionStage<Claim> claim(SessionRow wanted, int maxPerUser) {
        return database.inTransaction(connection -> lockOwner(connection, wanted.owner())
                        .then(Mono.defer(() -> existing(connection, wanted)))
                        .flatMap(found -> found.map(row -> again(connection, row, wanted))
                                .orElseGet(() -> first(connection, wanted, maxPerUser))))
                .toFuture();
    }

    /**
     * Notes that the Session has stored its token, which then leaves this row. Repeating it is harmless. False when the row was
     * removed meanwhile or its owner is being erased: then the Session must go too.
     */
    public CompletionStage<Boolean> connected(String id) {
        return database.withConnection(
                        connection -> Query.on(connection, """
                        update telegram_session
                           set state = 'connected', token_key_id = null, token_ciphertext = null
                         where id = $1
                           and exists (select 1 from app_user u where u.id = owner and u.state <> 'erasing')""").with(id).update())
                .map(rows -> rows > 0)
                .toFuture();
    }

    /** An owner's sessions, the newest first. A cursor of another list is an {@link IllegalArgumentException}. */
    public CompletionStage<Page<SessionRow>> list(String owner, @Nullable String cursor, int limit) {
        Page.checkLimit(limit);
        List<Object> after = new ArrayList<>();
        if (cursor != null) {
            Cursor last = Cursor.parse(cursor, 2);
            after.add(last.instant(0));
            after.add(last.text(1));
        }
        String beyond = after.isEmpty() ? "" : " and (created_at, id) < ($3, $4)";
        return database.withConnection(connection -> {
                    Query query = Query.on(
                                    connection,
                                    "select " + SessionRow.COLUMNS + " from telegram_session where owner = $1" + beyond
                                            + " order by created_at desc, id desc limit $2")
                            .with(owner)
                            .with(limit + 1);
                    after.forEach(query::with);
                    return query.list(SessionRow::read);
                })
                .map(rows -> Page.of(
                        rows, limit, row -> Cursor.at(row.createdAt(), row.id()).encoded()))
                .toFuture();
    }

    public CompletionStage<Optional<SessionRow>> find(String owner, String id) {
        return database.withConnection(connection -> Query.on(
                                connection,
                                "select " + SessionRow.COLUMNS + " from telegram_session where owner = $1 and id = $2")
                        .with(owner)
                        .with(id)
                        .one(SessionRow::read))
                .toFuture();
    }

    /** The sessions of operators' bots, the newest first: more than one only while another bot takes the place of one. */
    public CompletionStage<List<SessionRow>> operators() {
        return database.withConnection(connection -> Query.on(
                                connection,
                                "select " + SessionRow.COLUMNS
                                        + " from telegram_session where kind = 'operator' order by created_at desc, id desc limit 10")
                        .list(SessionRow::read))
                .toFuture();
    }

    /** Frees the identity; false when the owner has no such session. */
    public CompletionStage<Boolean> delete(String owner, String id) {
        return database.withConnection(
                        connection -> Query.on(connection, "delete from telegram_session where owner = $1 and id = $2")
                                .with(owner)
                                .with(id)
                                .update())
                .map(rows -> rows > 0)
                .toFuture();
    }

    /**
     * Sessions that were begun longer ago than this and are not connected, the oldest first; not those of people who connected the
     * operator's bot, which Telegram's next word of them completes.
     */
    public CompletionStage<List<SessionRow>> connecting(Duration olderThan, int limit) {
        Page.checkLimit(limit);
        return database.withConnection(connection -> Query.on(connection, "select " + SessionRow.COLUMNS + """
                         from telegram_session
                         where state = 'connecting' and kind <> 'business' and created_at < now() - make_interval(secs => $1)
                           and not exists (select 1 from app_user u where u.id = owner and u.state = 'erasing')
                        order by created_at, id limit $2""")
                        .with(olderThan.toMillis() / 1000.0)
                        .with(limit)
                        .list(SessionRow::read))
                .toFuture();
    }

    /** An owner makes one claim at a time. Otherwise two at once could both take the last free place. */
    private static Mono<String> lockOwner(Connection connection, String owner) {
        return Query.on(connection, "select id from app_user where id = $1 and state <> 'erasing' for no key update")
                .with(owner)
                .one(row -> Column.text(row, "id"))
                .map(found -> found.orElseThrow(() -> new OwnerErasedException(owner)));
    }

    private static Mono<Optional<SessionRow>> existing(Connection connection, SessionRow wanted) {
        boolean byId = wanted.kind().equals("business");
        String same = byId ? "id = $1" : "bot_id = $1 and kind in ('bot', 'operator')";
        return Query.on(
                        connection,
                        "select " + SessionRow.COLUMNS + " from telegram_session where " + same + " for update")
                .with(byId ? wanted.id() : (Object) wanted.botId())
                .one(SessionRow::read);
    }

    private static Mono<Claim> again(Connection connection, SessionRow found, SessionRow wanted) {
        if (!found.owner().equals(wanted.owner())) {
            return Mono.just(new Taken());
        }
        if (found.connected()) {
            return Mono.just(new OwnedBySame(found));
        }
        Sealed token = wanted.token();
        return Query.on(connection, """
                        update telegram_session set token_key_id = $2, token_ciphertext = $3, bot_username = $4
                         where id = $1 returning\s""" + SessionRow.COLUMNS)
                .with(found.id())
                .with(token == null ? null : token.keyId(), String.class)
                .with(token == null ? null : token.ciphertext(), String.class)
                .with(wanted.botUsername())
                .one(SessionRow::read)
                .map(row -> new Resumed(row.orElse(found)));
    }

    private static Mono<Claim> first(Connection connection, SessionRow wanted, int maxPerUser) {
        Mono<Long> count = Query.on(connection, "select count(*) as n from telegram_session where owner = $1")
                .with(wanted.owner())
                .one(row -> Column.number(row, "n"))
                .map(n -> n.orElse(0L));
        return count.flatMap(n -> maxPerUser > 0 && n >= maxPerUser
                ? Mono.just(new TooMany(maxPerUser))
                // This owner is locked, so only another one can have come between.
                : insert(connection, wanted)
                        .map(row -> row.<Claim>map(Claimed::new).orElseGet(Taken::new)));
    }

    private static Mono<Optional<SessionRow>> insert(Connection connection, SessionRow wanted) {
        Sealed token = wanted.token();
        return Query.on(connection, """
                        insert into telegram_session
                          (id, owner, kind, bot_id, bot_username, token_key_id, token_ciphertext, default_mode,
                           delivery)
                        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                        on conflict do nothing
                        returning\s""" + SessionRow.COLUMNS)
                .with(wanted.id())
                .with(wanted.owner())
                .with(wanted.kind())
                .with(wanted.botId())
                .with(wanted.botUsername())
                .with(token == null ? null : token.keyId(), String.class)
                .with(token == null ? null : token.ciphertext(), String.class)
                .with(wanted.defaultMode())
                .with(wanted.delivery())
                .one(SessionRow::read);
    }
}
