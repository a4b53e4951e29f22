package io.vibee.persistence.keys;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.crypto.tink.util.Bytes;
import io.r2dbc.spi.Connection;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.GroupedReads;
import io.vibee.persistence.keys.KeyRows.Row;
import io.vibee.persistence.keys.KeyRows.Wanted;
import io.vibee.persistence.keys.KeyRows.WithUser;
import io.vibee.protocol.crypto.TextCiphers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Finds, makes and erases data keys. A subject is {@code account}, {@code cache}, {@code chat:<id>} or {@code session:<id>}.
 * Nodes that make the same key at once end up with the same one. An erased key is an answer ({@link DataKey#erased}); a store
 * that can't be reached is a failed stage. Keys are cached for 5 min, and held as long as somebody uses them. An erasure
 * reaches both: on its own node at once, on other nodes by {@link #heedErasures}.
 */
public final class KeyStore implements TextCiphers {

    private static final int MOST_CACHED = 20_000;
    private static final Duration CACHED_FOR = Duration.ofMinutes(5);

    /** An erasure has the time at which its transaction began. No transaction takes longer than this. */
    private static final Duration LONGEST_TRANSACTION = Duration.ofMinutes(5);

    /** No key in use is older than this before the first look. */
    private static final Duration FIRST_LOOK_BACK = Duration.ofDays(1);

    /** Keys that are asked for in one statement, at most. */
    private static final int TOGETHER = 64;

    private final Database database;
    private final KeyWrapping wrapping;
    private final GroupedReads<Wanted, WithUser> bySubjects;
    private final GroupedReads<Wanted, WithUser> byIds;
    private final Cache<Wanted, CompletableFuture<DataKey>> bySubject = cache();
    private final Cache<Id, CompletableFuture<DataKey>> byId = cache();
    private final OpenedTexts opened = new OpenedTexts();
    private final Cache<Id, DataKey> inUse = Caffeine.newBuilder().weakValues().build();
    private volatile @Nullable Instant heededUntil;

    private record Id(String owner, String keyId) {}

    /**
     * Keeps the keys under these master keys.
     *
     * @param master wraps new keys
     * @param alsoAccepted unwraps keys that it wrapped earlier, until they are wrapped anew
     */
    public KeyStore(Database database, MasterKey master, MasterKey... alsoAccepted) {
        this.database = database;
        this.wrapping = new KeyWrapping(master, alsoAccepted);
        this.bySubjects = new GroupedReads<>(database, TOGETHER, KeyRows::living, WithUser::read);
        this.byIds = new GroupedReads<>(database, TOGETHER, KeyRows::byIds, WithUser::read);
    }

    /**
     * The living data key of a subject. It is made when there is none, also after the subject's key was erased. Fails with
     * {@link OwnerErasedException} when the owner was erased, and with {@link WrongMasterKeyException} or {@link
     * DamagedCiphertextException} when the stored key can't be unwrapped.
     */
    @Override
    public CompletionStage<DataKey> obtain(String owner, String subject) {
        if (subject.isEmpty() || subject.equals(KeyRows.USER)) {
            throw new IllegalArgumentException(
                    "subject: '" + subject + "' (expected: account, cache, chat:… or session:…)");
        }
        Wanted wanted = new Wanted(owner, subject);
        return cached(
                        bySubject,
                        wanted,
                        () -> found(bySubjects, wanted)
                                .map(this::unwrapped)
                                .switchIfEmpty(Mono.defer(() ->
                                        database.inTransaction(connection -> create(connection, owner, subject)))))
                .thenCompose(key -> {
                    if (!key.erased()) {
                        return CompletableFuture.completedStage(key);
                    }
                    // It was erased since it was cached, so the subject begins anew.
                    bySubject.asMap().computeIfPresent(wanted, (same, cached) -> holdsErased(cached) ? null : cached);
                    return obtain(owner, subject);
                });
    }

    private static boolean holdsErased(CompletableFuture<DataKey> cached) {
        return cached.state() == Future.State.SUCCESS && cached.resultNow().erased();
    }

    /** The key with this id, erased or not. Fails with {@link UnknownKeyException} when the owner never had it. */
    @Override
    public CompletionStage<DataKey> load(String owner, String keyId) {
        Id wanted = new Id(owner, keyId);
        DataKey used = inUse.getIfPresent(wanted);
        if (used != null) {
            return CompletableFuture.completedFuture(used);
        }
        return cached(
                byId,
                wanted,
                () -> found(byIds, new Wanted(owner, keyId))
                        .filter(found -> !found.key().subject().equals(KeyRows.USER))
                        .switchIfEmpty(Mono.error(() -> new UnknownKeyException(owner, keyId)))
                        .map(this::unwrapped));
    }

    private static Mono<WithUser> found(GroupedReads<Wanted, WithUser> reads, Wanted wanted) {
        return Mono.fromCompletionStage(reads.ask(wanted))
                .flatMap(found -> Mono.justOrEmpty(found.stream().findFirst()));
    }

    /**
     * Erases a subject's key within a transaction, and gives the ids of what it erased. The caller passes them to {@link
     * #forget(String, List)} after the commit. Repeating it is harmless.
     */
    public Mono<List<String>> erase(Connection connection, String owner, String subject) {
        return KeyRows.erase(connection, owner, subject);
    }

    /**
     * Erases all keys of the owner within a transaction; no key is ever made for the owner again. The caller calls {@link
     * #forget(String)} after the commit.
     */
    public Mono<Done> eraseUser(Connection connection, String owner) {
        return KeyRows.eraseUser(connection, owner, KeyRows.newId())
                // A second statement sees keys that were added while the first waited for the row.
                .then(KeyRows.eraseAll(connection, owner))
                .thenReturn(Done.getInstance());
    }

    /** Learns that all keys of an owner are erased. Those in use on this node open nothing any more. */
    public void forget(String owner) {
        forget(Set.of(owner), Set.of());
    }

    /** Learns that these keys are erased. Those in use on this node open nothing any more. */
    public void forget(String owner, List<String> keyIds) {
        forget(Set.of(), keyIds.stream().map(id -> new Id(owner, id)).collect(Collectors.toSet()));
    }

    /**
     * Learns of the keys that other nodes erased since the last call. When it runs every few seconds, a key that was erased
     * elsewhere lives no longer than that. It misses nothing while the database is away.
     */
    public CompletionStage<Done> heedErasures() {
        return database.withConnection(connection -> KeyRows.erasedSince(connection, heededUntil, FIRST_LOOK_BACK))
                .doOnNext(erased -> {
                    forget(owners(erased.keys()), ids(erased.keys()));
                    heededUntil = erased.now().minus(LONGEST_TRANSACTION);
                })
                .thenReturn(Done.getInstance())
                .toFuture();
    }

    private static Set<String> owners(List<Row> erased) {
        return erased.stream()
                .filter(row -> row.subject().equals(KeyRows.USER))
                .map(Row::owner)
                .collect(Collectors.toSet());
    }

    private static Set<Id> ids(List<Row> erased) {
        return erased.stream()
                .filter(row -> !row.subject().equals(KeyRows.USER))
                .map(row -> new Id(row.owner(), row.id()))
                .collect(Collectors.toSet());
    }

    private void forget(Set<String> owners, Set<Id> ids) {
        if (owners.isEmpty() && ids.isEmpty()) {
            return;
        }
        Predicate<Id> erased = id -> ids.contains(id) || owners.contains(id.owner());
        inUse.asMap().forEach((id, key) -> {
            if (erased.test(id)) {
                key.erase();
            }
        });
        opened.forget(owners, ids.stream().map(Id::keyId).collect(Collectors.toSet()));
        byId.asMap().keySet().removeIf(erased);
        bySubject.asMap().keySet().removeIf(subject -> owners.contains(subject.owner()));
    }

    private Mono<DataKey> create(Connection connection, String owner, String subject) {
        return KeyRows.lockUser(connection, owner)
                .flatMap(known -> known.map(Mono::just).orElseGet(() -> createUser(connection, owner)))
                .filter(user -> user.wrapped() != null)
                .switchIfEmpty(Mono.error(() -> new OwnerErasedException(owner)))
                .flatMap(user -> {
                    Row made = wrapping.newDataKey(user, subject);
                    return KeyRows.insert(connection, made)
                            .flatMap(added -> added > 0
                                    ? Mono.just(inUse(made, user))
                                    // Another node was first.
                                    : KeyRows.living(connection, List.of(new Wanted(owner, subject)))
                                            .one(WithUser::read)
                                            .flatMap(Mono::justOrEmpty)
                                            .map(this::unwrapped));
                });
    }

    private Mono<Row> createUser(Connection connection, String owner) {
        return KeyRows.insert(connection, wrapping.newUserKey(owner))
                // Read back: another node may have been first.
                .then(KeyRows.lockUser(connection, owner))
                .map(user -> user.orElseThrow(() -> new OwnerErasedException(owner)));
    }

    private DataKey unwrapped(WithUser found) {
        Row key = found.key();
        String parent = key.parentId();
        if (key.wrapped() == null || parent == null) {
            return erased(key);
        }
        Row user = found.user();
        if (user == null) {
            throw new UnknownKeyException(key.owner(), parent);
        }
        return user.wrapped() == null ? erased(key) : inUse(key, user);
    }

    private DataKey inUse(Row row, Row user) {
        Bytes wrapped = Objects.requireNonNull(row.wrapped());
        return inUse.get(
                new Id(row.owner(), row.id()),
                id -> DataKey.of(id.owner(), id.keyId(), wrapping.dataKey(user, id.keyId(), wrapped), opened));
    }

    /** An erased key. The key that is in use becomes erased too. */
    private DataKey erased(Row row) {
        DataKey used = inUse.getIfPresent(new Id(row.owner(), row.id()));
        if (used != null) {
            used.erase();
        }
        return DataKey.erased(row.owner(), row.id(), opened);
    }

    private static <K> Cache<K, CompletableFuture<DataKey>> cache() {
        return Caffeine.newBuilder()
                .maximumSize(MOST_CACHED)
                .expireAfterWrite(CACHED_FOR)
                .build();
    }

    /** Asks the store once for all callers that wait for the same key. It does not keep a failure. */
    private static <K> CompletionStage<DataKey> cached(
            Cache<K, CompletableFuture<DataKey>> cache, K key, Supplier<Mono<DataKey>> find) {
        CompletableFuture<DataKey> mine = new CompletableFuture<>();
        CompletableFuture<DataKey> earlier = cache.asMap().putIfAbsent(key, mine);
        if (earlier != null) {
            return earlier.copy();
        }
        find.get()
                // This happens only when the key is erased in the moment in which it is made.
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("a key was erased meanwhile; ask again")))
                .subscribe(mine::complete, failure -> {
                    cache.asMap().remove(key, mine);
                    mine.completeExceptionally(failure);
                });
        // A copy, so that one caller can't complete or cancel the stage of another.
        return mine.copy();
    }
}
