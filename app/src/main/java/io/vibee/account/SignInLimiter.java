package io.vibee.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.vibee.persistence.keys.KeyDerivation;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Limits tries under one name on this node, whether anybody has that name or not. An address from which its owner signed in before has its
 * own tries, which nobody else can use up. All others share those of the name, and each network has a part of them. A successful try is
 * given back. Memory is bounded: what no longer limits anything is forgotten.
 */
public final class SignInLimiter {

    static final int TRIES_OF_ADDRESS = 10;
    static final int TRIES_OF_NETWORK = 10;
    static final int TRIES_OF_NAME = 20;

    private static final Duration ADDRESS_EVERY = Duration.ofMinutes(1);
    private static final Duration NETWORK_EVERY = Duration.ofMinutes(1);
    private static final Duration NAME_EVERY = Duration.ofSeconds(20);
    /** After this time each of them is full again. */
    private static final Duration REMEMBERED = Duration.ofMinutes(15);

    private static final int MOST_REMEMBERED = 100_000;
    private static final String MAC = "HmacSHA256";

    private record At(String name, String place) {}

    private final SecretKeySpec key;
    private final Cache<At, Bucket> addresses = cache();
    private final Cache<At, Bucket> networks = cache();
    private final Cache<String, Bucket> names = cache();

    /**
     * @param secret that all nodes share; addresses are stored by a hash with a key that is derived from it
     */
    public SignInLimiter(String secret) {
        this.key = new SecretKeySpec(KeyDerivation.derive(secret, "vibee sign-in addresses v1", 32), MAC);
    }

    private static <K> Cache<K, Bucket> cache() {
        return Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterAccess(REMEMBERED)
                .build();
    }

    /** What is stored of the address from which this name signs in. It tells nothing without the key. */
    String stored(String name, SignInClient client) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            mac.update(name.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return HexFormat.of().formatHex(mac.doFinal(client.address().getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 is not available", e);
        }
    }

    /**
     * Takes one try: empty when it may be made, else how long to wait.
     *
     * @param name as names are compared
     * @param known whether the name's owner signed in from this address before
     */
    Optional<Duration> refusal(String name, SignInClient client, boolean known) {
        if (known) {
            return taken(ofAddress(name, client));
        }
        Bucket network = ofNetwork(name, client);
        Optional<Duration> wait = taken(network);
        if (wait.isEmpty()) {
            wait = taken(ofName(name));
            if (wait.isPresent()) {
                network.addTokens(1);
            }
        }
        return wait;
    }

    /** Gives a try back, since it succeeded or was not judged. */
    void giveBack(String name, SignInClient client, boolean known) {
        if (known) {
            ofAddress(name, client).addTokens(1);
        } else {
            ofNetwork(name, client).addTokens(1);
            ofName(name).addTokens(1);
        }
    }

    private Bucket ofAddress(String name, SignInClient client) {
        return addresses.get(new At(name, client.address()), at -> bucket(TRIES_OF_ADDRESS, ADDRESS_EVERY));
    }

    private Bucket ofNetwork(String name, SignInClient client) {
        return networks.get(new At(name, client.network()), at -> bucket(TRIES_OF_NETWORK, NETWORK_EVERY));
    }

    private Bucket ofName(String name) {
        return names.get(name, at -> bucket(TRIES_OF_NAME, NAME_EVERY));
    }

    private static Bucket bucket(int tries, Duration every) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(tries).refillGreedy(1, every))
                .build();
    }

    private static Optional<Duration> taken(Bucket bucket) {
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        return probe.isConsumed() ? Optional.empty() : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }
}
