package io.vibee.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Limits the requests of one client address on this node, before anything is looked up for it. The number of addresses it remembers is
 * bounded. An address that was quiet for two minutes counts as new.
 */
public final class AddressLimiter {

    /** The cost of a sign-in or a registration. */
    static final int SIGN_IN_COST = 10;

    private static final int MOST_ADDRESSES = 100_000;

    private final int perMinute;
    private final Cache<String, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(MOST_ADDRESSES)
            .expireAfterAccess(Duration.ofMinutes(2))
            .build();

    /**
     * @param perMinute 0 means no limit
     */
    public AddressLimiter(int perMinute) {
        if (perMinute < 0) {
            throw new IllegalArgumentException("perMinute: " + perMinute + " (expected: 0 or more)");
        }
        this.perMinute = perMinute;
    }

    /** Empty when the request may pass, else how long to wait. */
    Optional<Duration> refusal(ClientAddress address, int cost) {
        if (perMinute == 0) {
            return Optional.empty();
        }
        Bucket bucket = buckets.get(address.key(), key -> newBucket());
        // A limit below the cost would never let a sign-in pass.
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(Math.min(cost, perMinute));
        return probe.isConsumed() ? Optional.empty() : Optional.of(Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }

    /** Lets a request pass, or ends it with how long its address has to wait. */
    void charge(HttpRequest request, int cost) {
        request.getAttribute(AttributeKeys.remoteAddress)
                .flatMap(remote -> remote.getAddress())
                .flatMap(address -> refusal(ClientAddress.of(address), cost))
                .ifPresent(wait -> {
                    throw ProblemException.later(
                            ProblemKind.TOO_MANY_REQUESTS, "Too many requests came from this address.", wait);
                });
    }

    private Bucket newBucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofMinutes(1)))
                .build();
    }
}
