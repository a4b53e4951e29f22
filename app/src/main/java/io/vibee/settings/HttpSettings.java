package io.vibee.settings;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where the API listens (port 0: any free one), how many requests a minute it accepts from one user and from one client address, and how
 * many connections an address may hold open. A limit of 0 means none.
 *
 * @param publicUrl how the internet reaches the API, without a slash at its end; null: not at all, as far as is known
 */
public record HttpSettings(
        String host,
        int port,
        @Nullable URI publicUrl,
        int requestsPerMinute,
        int addressRequestsPerMinute,
        int connectionsPerAddress) {
    static HttpSettings read(Environment environment) {
        return new HttpSettings(
                environment.host(Variable.VIBEE_HTTP_HOST),
                environment.port(Variable.VIBEE_HTTP_PORT),
                environment.isSet(Variable.VIBEE_PUBLIC_URL)
                        ? environment.httpAddress(Variable.VIBEE_PUBLIC_URL)
                        : null,
                environment.limit(Variable.VIBEE_API_REQUESTS_PER_MINUTE),
                environment.limit(Variable.VIBEE_ADDRESS_REQUESTS_PER_MINUTE),
                environment.limit(Variable.VIBEE_ADDRESS_CONNECTIONS));
    }
}
