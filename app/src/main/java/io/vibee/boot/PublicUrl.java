package io.vibee.boot;

import io.vibee.settings.HttpSettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** How Telegram's server reaches this node. */
final class PublicUrl {

    private static final String LOOPBACK = "127.0.0.1";

    private PublicUrl() {}

    /**
     * As it is set. Else, when Telegram's server is on this machine, where the API listens; null when that is nowhere known.
     *
     * @param telegram the Bot API server
     */
    static @Nullable URI of(HttpSettings http, URI telegram) {
        if (http.publicUrl() != null || http.port() == 0 || !isHere(telegram.getHost())) {
            return http.publicUrl();
        }
        return URI.create("http://" + ListeningAddresses.nameForPekko(reachable(http.host())) + ":" + http.port());
    }

    /** By its name alone: nothing is looked up. */
    private static boolean isHere(@Nullable String host) {
        return host != null && (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]"));
    }

    private static String reachable(String host) {
        try {
            return InetAddress.getByName(host).isAnyLocalAddress() ? LOOPBACK : host;
        } catch (UnknownHostException e) {
            throw new StartException("The host " + host + " is unknown (VIBEE_HTTP_HOST)", e);
        }
    }
}
