package io.vibee.persistence.keys;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.crypto.tink.util.Bytes;
import io.r2dbc.spi.Connection;
import io.vibee.persistence.database.Database;
import io.vibee.persistence.keys.KeyRows.Row;
import io.vibee.persistence.keys.SymmetricKey.Purpose;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import reactor.core.publisher.Mono;

/**
 * Finds, makes and erases data keys. A subject is {@code account}, {@code chat:<id>} or {@code session:<id>}. Nodes that make the same key at
 * once end up with the same one. An erased key is an answer ({@link DataKey#erased}); a store that can't be reached is a failed
 * stage. Keys are cached for some minutes: who erases tells the other nodes to {@link #forget}.
 */
public final class KeyStore {

    private static final int MOST_CACHED = 20_000;
    private static final Duration CACHED_FOR = Duration.ofMinutes(5);

    private final Database database;
    private final MasterKey master;
    private final Cache<Subject, CompletableFuture<DataKey>> bySubject = cache();
    private final Cache<Id, CompletableFuture<DataKey>> byId = cache();

    private record Subject(String owner, String name) {}

    private record Id(String owner, String keyId) {}

    public KeyStore(Database database, MasterKey master) {
        this.database = database;
        this.master = master;
    }

    /**
     * The living data key of a subject, made when there is none (also after the subject's key was erased).
     * Fails with {@link OwnerErasedException} when the whole owner was, {@link WrongMasterKeyException} or
     * {@link DamagedCiphertextException} when the stored key can't be unwrapped.
     */
    public CompletionStage<DataKey> obtain(String owner, String subject) {
        if (subject.isEmpty() || subject.equals(KeyRows.USER)) {
            throw new IllegalArgumentException("subject: '" + subject + "' (expected: account, chat:… or session:…)");
        }
        return cached(
                bySubject,
                new Subject(owner, subject),
                () -> database.withConnection(connection -> living(connection, owner, subject))
                        .switchIfEmpty(Mono.defer(
                                () -> database.inTransaction(connection -> create(connection, owner, subject)))));
    }

    /** The key with this id, erased or not. Fails with {@link UnknownKeyException} when the owner never had it. */
    public CompletionStage<DataKey> load(String owner, String keyId) {
        return cached(
                byId,
                new Id(owner, keyId),
                () -> database.withConnection(connection -> KeyRows.byId(connection, owner, keyId)
                        .flatMap(row -> row.filter(found -> !found.subject().equals(KeyRows.USER))
                                        .isPresent()
                                ? unwrap(connection, row.get())
                                : Mono.error(new UnknownKeyException(owner, keyId)))));
    }

    /** Makes everything that was sealed for the subject unreadable for good. Repeating it is harmless. */
    public CompletionStage<Done> erase(String owner, String subject) {
        return database.withConnection(connection -> KeyRows.erase(connection, owner, subject))
                .doOnNext(keyIds -> {
                    forget(owner, subject);
                    keyIds.forEach(id -> byId.invalidate(new Id(owner, id)));
                })
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    /** The same for everything of the owner; no key is ever made for him again. */
    public CompletionStage<Done> eraseUser(String owner) {
        return database.inTransaction(connection -> KeyRows.eraseUser(connection, owner, newId())
                        // A second statement sees what was added while the first waited for the row.
                        .then(KeyRows.eraseAll(connection, owner)))
                .doOnNext(count -> forget(owner))
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    /** Drops this node's cached keys of an owner, after they were erased elsewhere. */
    public void forget(String owner) {
        bySubject.asMap().keySet().removeIf(key -> key.owner().equals(owner));
        byId.asMap().keySet().removeIf(key -> key.owner().equals(owner));
    }

    /** Drops this node's cached key of one subject, after it was erased elsewhere. */
    public void forget(String owner, String subject) {
        Subject key = new Subject(owner, subject);
        CompletableFuture<DataKey> known = bySubject.getIfPresent(key);
        bySubject.invalidate(key);
        if (known != null && known.isDone() && !known.isCompletedExceptionally()) {
            byId.invalidate(new Id(owner, known.join().keyId()));
        } else {
            byId.asMap().keySet().removeIf(id -> id.owner().equals(owner));
        }
    }

    private Mono<DataKey> living(Connection connection, String owner, String subject) {
        return KeyRows.living(connection, owner, subject)
                .flatMap(row -> row.map(found -> unwrap(connection, found)).orElseGet(Mono::empty));
    }

    private Mono<DataKey> create(Connection connection, String owner, String subject) {
        return KeyRows.insert(connection, newUserRow(owner))
                .then(KeyRows.lockUser(connection, owner))
                .map(user ->
                        user.filter(row -> row.wrapped() != null).orElseThrow(() -> new OwnerErasedException(owner)))
                .flatMap(user -> KeyRows.insert(connection, newDataRow(user, subject)))
                // Read back: another node may have been first.
                .then(Mono.defer(() -> living(connection, owner, subject)));
    }

    private Row newUserRow(String owner) {
        String id = newId();
        Bytes wrapped = wrapped(master.key(), owner, id);
        return new Row(id, owner, KeyRows.USER, null, master.id(), wrapped);
    }

    private Row newDataRow(Row user, String subject) {
        String id = newId();
        Bytes wrapped = wrapped(userKey(user), user.owner(), id);
        return new Row(id, user.owner(), subject, user.id(), null, wrapped);
    }

    private Mono<DataKey> unwrap(Connection connection, Row row) {
        Bytes wrapped = row.wrapped();
        String parent = row.parentId();
        if (wrapped == null || parent == null) {
            return Mono.just(DataKey.erased(row.owner(), row.id()));
        }
        return KeyRows.byId(connection, row.owner(), parent)
                .map(found -> found.orElseThrow(() -> new UnknownKeyException(row.owner(), parent)))
                .map(user -> user.wrapped() == null
                        ? DataKey.erased(row.owner(), row.id())
                        : DataKey.of(row.owner(), row.id(), unwrapped(userKey(user), row.owner(), row.id(), wrapped)));
    }

    private SymmetricKey userKey(Row user) {
        String wrappedBy = Objects.requireNonNullElse(user.masterId(), "unknown");
        if (!wrappedBy.equals(master.id())) {
            throw new WrongMasterKeyException(user.id(), wrappedBy, master.id());
        }
        return unwrapped(master.key(), user.owner(), user.id(), Objects.requireNonNull(user.wrapped()));
    }

    /** A new key, to be stored; it is in the clear nowhere else. */
    private static Bytes wrapped(SymmetricKey by, String owner, String keyId) {
        return Bytes.copyFrom(by.encrypt(SymmetricKey.random(), Purpose.WRAP, owner, keyId));
    }

    private static SymmetricKey unwrapped(SymmetricKey by, String owner, String keyId, Bytes wrapped) {
        try {
            return new SymmetricKey(by.decrypt(wrapped.toByteArray(), Purpose.WRAP, owner, keyId));
        } catch (GeneralSecurityException e) {
            throw new DamagedCiphertextException(keyId, e);
        }
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    private static <K> Cache<K, CompletableFuture<DataKey>> cache() {
        return Caffeine.newBuilder()
                .maximumSize(MOST_CACHED)
                .expireAfterWrite(CACHED_FOR)
                .build();
    }

    /** Asks the store once for all who wait for the same key; a failure is not kept. */
    private static <K> CompletionStage<DataKey> cached(
            Cache<K, CompletableFuture<DataKey>> cache, K key, Supplier<Mono<DataKey>> find) {
        CompletableFuture<DataKey> mine = new CompletableFuture<>();
        CompletableFuture<DataKey> earlier = cache.asMap().putIfAbsent(key, mine);
        if (earlier != null) {
            return earlier.copy();
        }
        find.get()
                // Only when it is erased in the very moment that it is made.
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("a key was erased meanwhile; ask again")))
                .subscribe(mine::complete, failure -> {
                    cache.asMap().remove(key, mine);
                    mine.completeExceptionally(failure);
                });
        // A copy: what a caller does to his stage is not done to the others'.
        return mine.copy();
    }
}
