package io.vibee.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.vibee.protocol.account.SignInTry;
import java.time.Duration;
import java.util.Optional;

/**
 * Limits tries under one name, whether anybody has that name or not. An address from which its owner signed in before has its
 * own tries, which nobody else can use up. All others share those of the name, and each network has a part of them. A successful try is
 * given back. Memory is bounded: what no longer limits anything is forgotten.
 */
final class SignInLimiter {

    static final int TRIES_OF_ADDRESS = 10;
    static final int TRIES_OF_NETWORK = 10;
    static final int TRIES_OF_NAME = 20;

    private static final Duration ADDRESS_EVERY = Duration.ofMinutes(1);
    private static final Duration NETWORK_EVERY = Duration.ofMinutes(1);
    private static final Duration NAME_EVERY = Duration.ofSeconds(20);
    /** After this time each of them is full again. */
    private static final Duration REMEMBERED = Duration.ofMinutes(15);

    /** Of each kind, on one node. */
    static final int MOST_REMEMBERED = 100_000;

    private record At(String name, String place) {}

    private final Cache<At, Bucket> addresses;
    private final Cache<At, Bucket> networks;
    private final Cache<String, Bucket> names;

    /**
     * @param mostRemembered of names, of their networks, and of their addresses
     */
    SignInLimiter(int mostRemembered) {
        addresses = cache(mostRemembered);
        networks = cache(mostRemembered);
        names = cache(mostRemembered);
    }

    private static <K> Cache<K, Bucket> cache(int mostRemembered) {
        return Caffeine.newBuilder()
                .maximumSize(mostRemembered)
                .expireAfterAccess(REMEMBERED)
                .build();
    }

    /** Takes one try: empty when it may be made, else how long to wait. */
    Optional<Duration> refusal(SignInTry made) {
        if (made.known()) {
            return taken(ofAddress(made));
        }
        Bucket network = ofNetwork(made);
        Optional<Duration> wait = taken(network);
        if (wait.isEmpty()) {
            wait = taken(ofName(made));
            if (wait.isPresent()) {
                network.addTokens(1);
            }
        }
        return wait;
    }

    /** Gives a try back, since it succeeded or was not judged. */
    void giveBack(SignInTry made) {
        if (made.known()) {
            ofAddress(made).addTokens(1);
        } else {
            ofNetwork(made).addTokens(1);
            ofName(made).addTokens(1);
        }
    }

    private Bucket ofAddress(SignInTry made) {
        return addresses.get(new At(made.name(), made.address()), at -> bucket(TRIES_OF_ADDRESS, ADDRESS_EVERY));
    }

    private Bucket ofNetwork(SignInTry made) {
        return networks.get(new At(made.name(), made.network()), at -> bucket(TRIES_OF_NETWORK, NETWORK_EVERY));
    }

    private Bucket ofName(SignInTry made) {
        return names.get(made.name(), at -> bucket(TRIES_OF_NAME, NAME_EVERY));
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
