package io.vibee.reply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.vibee.persistence.cache.CachedReplies;
import io.vibee.persistence.cache.CachedReplies.Kept;
import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.reply.ReplyObserver.Lookup;
import io.vibee.reply.ReplyOutcome.Answered;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that models gave lately, in this process and, behind it, in a table that all nodes share. Each belongs to one owner, is found by
 * a keyed fingerprint of its {@link CacheKey}, and is encrypted in both places with the key of the chat that asked. So an erasure of that
 * chat or of the owner removes it. A fault counts as a miss, and a look-up takes half a second at most. Safe for all threads.
 */
public final class ReplyCache {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyCache.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SUBJECT = "cache";
    private static final Duration WITHIN = Duration.ofMillis(250);
    private static final Duration TABLE_LEFT_ALONE = Duration.ofSeconds(5);

    /** The characters of all ciphertexts together. */
    private static final long MOST_CHARACTERS = 32L << 20;

    /** Where a request's answer is cached: under which fingerprint, with whose key. */
    record EntryKey(String owner, String fingerprint, DataKey key) {
        byte[] bytes() {
            return HexFormat.of().parseHex(fingerprint);
        }
    }

    /** The result of a look-up. */
    sealed interface Found {

        /** The answer. */
        record Hit(Answered answered, Lookup lookup) implements Found {}

        /**
         * None.
         *
         * @param place null when, for the moment, no answer can be cached either
         */
        record Miss(@Nullable EntryKey place) implements Found {}
    }

    /** The encrypted content. Its fingerprint reveals another answer that was put in its place. */
    private record Words(String fingerprint, String text, String provider, String model) {}

    private record Entry(DataKey key, Sealed words, Duration life) {}

    private final KeyStore keys;
    private final CachedReplies table;
    private final Chains<Provider> chains;
    private final Duration life;
    private final Duration within;
    private final Cache<String, Entry> process;
    private volatile long tableLeftAloneUntil = System.nanoTime();

    /**
     * An empty cache before the table.
     *
     * @param chains the providers in the order in which they are asked
     * @param life how long an answer lives
     */
    public ReplyCache(KeyStore keys, CachedReplies table, Chains<Provider> chains, Duration life) {
        this(keys, table, chains, life, WITHIN, Ticker.systemTicker());
    }

    /** With another time limit for each of the two steps of a look-up, and another clock. */
    ReplyCache(
            KeyStore keys,
            CachedReplies table,
            Chains<Provider> chains,
            Duration life,
            Duration within,
            Ticker ticker) {
        this.keys = keys;
        this.table = table;
        this.chains = chains;
        this.life = life;
        this.within = within;
        this.process = Caffeine.newBuilder()
                .maximumWeight(MOST_CHARACTERS)
                .weigher((String fingerprint, Entry entry) ->
                        fingerprint.length() + entry.words().ciphertext().length())
                .expireAfter(Expiry.writing((String fingerprint, Entry entry) -> entry.life()))
                .ticker(ticker)
                .build();
    }

    /** Looks for the answer to a request. */
    CompletableFuture<Found> find(ReplyRequest request) {
        return place(request)
                .orTimeout(within.toNanos(), TimeUnit.NANOSECONDS)
                .exceptionally(unknown -> Optional.empty())
                .thenCompose(place ->
                        place.map(this::find).orElseGet(() -> CompletableFuture.completedFuture(new Found.Miss(null))));
    }

    /** The place; empty for an erased chat. Fails while the keys can't be read, and when the owner was erased. */
    private CompletableFuture<Optional<EntryKey>> place(ReplyRequest request) {
        String owner = request.owner();
        return keys.obtain(owner, SUBJECT)
                .thenCombine(
                        keys.load(owner, request.keyId()),
                        (own, chats) -> chats.erased()
                                ? Optional.<EntryKey>empty()
                                : Optional.of(new EntryKey(
                                        owner, own.fingerprint(CacheKey.of(request, chains.of(request))), chats)))
                .toCompletableFuture();
    }

    private CompletableFuture<Found> find(EntryKey place) {
        Entry here = process.getIfPresent(place.fingerprint());
        Optional<Answered> answered = here == null ? Optional.empty() : open(place, here);
        if (answered.isPresent()) {
            return CompletableFuture.completedFuture(new Found.Hit(answered.get(), Lookup.PROCESS));
        }
        if (here != null) {
            process.invalidate(place.fingerprint());
        }
        return System.nanoTime() - tableLeftAloneUntil < 0
                ? CompletableFuture.completedFuture(new Found.Miss(place))
                : inTable(place)
                        .orTimeout(within.toNanos(), TimeUnit.NANOSECONDS)
                        .handle((found, failure) -> {
                            if (failure != null) {
                                leaveTableAlone(failure);
                            }
                            return found == null ? new Found.Miss(place) : found;
                        });
    }

    private CompletableFuture<Found> inTable(EntryKey place) {
        return table.find(place.owner(), place.bytes())
                .<Found>thenCompose(row -> row.map(kept -> loaded(place, kept))
                        .orElseGet(() -> CompletableFuture.completedFuture(new Found.Miss(place))))
                .toCompletableFuture();
    }

    private CompletableFuture<Found> loaded(EntryKey place, Kept kept) {
        return keys.load(place.owner(), kept.answer().keyId())
                .<Found>thenApply(key -> {
                    Entry entry = new Entry(key, kept.answer(), kept.life());
                    Optional<Answered> answered = open(place, entry);
                    if (answered.isEmpty()) {
                        return new Found.Miss(place);
                    }
                    process.put(place.fingerprint(), entry);
                    return new Found.Hit(answered.get(), Lookup.TABLE);
                })
                .toCompletableFuture();
    }

    /** Caches a model's answer, unless its chat was erased meanwhile. */
    void keep(EntryKey place, Answered answered) {
        Sealed words;
        try {
            words = place.key()
                    .seal(JSON.writeValueAsString(
                            new Words(place.fingerprint(), answered.text(), answered.provider(), answered.model())));
        } catch (IllegalStateException erased) {
            return;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("four strings are always JSON", e);
        }
        process.put(place.fingerprint(), new Entry(place.key(), words, life));
        if (System.nanoTime() - tableLeftAloneUntil >= 0) {
            table.keep(place.owner(), place.bytes(), new Kept(words, life)).whenComplete((kept, failure) -> {
                if (failure != null) {
                    leaveTableAlone(failure);
                }
            });
        }
    }

    private static Optional<Answered> open(EntryKey place, Entry entry) {
        return entry.key()
                .open(entry.words())
                .map(ReplyCache::parsed)
                .filter(words -> words.fingerprint().equals(place.fingerprint()))
                .map(words -> Answered.again(words.text(), words.provider(), words.model()));
    }

    private static Words parsed(String json) {
        try {
            return JSON.readValue(json, Words.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what is kept is no answer", e);
        }
    }

    private void leaveTableAlone(Throwable failure) {
        tableLeftAloneUntil = System.nanoTime() + TABLE_LEFT_ALONE.toNanos();
        LOG.debug("the table of cached answers is left alone for a while", failure);
    }
}
