package io.vibee.boot;

import io.vibee.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses on which a node listens, tried before anything else starts: one that is taken ends the start with a line, while there
 * is nothing to stop yet.
 */
final class ListeningAddresses {

    private record Wanted(String what, String host, int port, String variables) {}

    private ListeningAddresses() {}

    /**
     * Takes each of them for a moment.
     *
     * @param cluster the host at which other nodes reach this one
     * @throws StartException for the first that can't be had
     */
    static void requireFree(Settings settings, String cluster) {
        List<ServerSocketChannel> held = new ArrayList<>();
        try {
            for (Wanted wanted : wanted(settings, cluster)) {
                // All at once, so that two of our own on one port are found as well.
                held.add(bound(wanted));
            }
        } finally {
            held.forEach(ListeningAddresses::release);
        }
    }

    private static List<Wanted> wanted(Settings settings, String cluster) {
        List<Wanted> all = new ArrayList<>();
        all.add(new Wanted(
                "The API's", settings.http().host(), settings.http().port(), "VIBEE_HTTP_HOST, VIBEE_HTTP_PORT"));
        if (settings.service().sandbox()) {
            all.add(new Wanted("The sandbox's", "127.0.0.1", settings.service().sandboxPort(), "VIBEE_SANDBOX_PORT"));
        }
        all.add(new Wanted(
                "The cluster's", cluster, settings.cluster().port(), "VIBEE_CLUSTER_HOST, VIBEE_CLUSTER_PORT"));
        all.add(new Wanted(
                "The management",
                cluster,
                settings.cluster().managementPort(),
                "VIBEE_CLUSTER_HOST, VIBEE_MANAGEMENT_PORT"));
        return all;
    }

    private static ServerSocketChannel bound(Wanted wanted) {
        ServerSocketChannel channel = null;
        try {
            channel = ServerSocketChannel.open();
            InetAddress address = InetAddress.getByName(wanted.host());
            return channel.bind(new InetSocketAddress(address, wanted.port()));
        } catch (UnknownHostException e) {
            release(channel);
            throw refused(wanted, "the host is unknown", e);
        } catch (IOException e) {
            release(channel);
            throw refused(
                    wanted, String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
        }
    }

    private static StartException refused(Wanted wanted, String why, IOException cause) {
        return new StartException(
                wanted.what() + " address " + wanted.host() + ":" + wanted.port() + " can't be used ("
                        + wanted.variables() + "): " + why,
                cause);
    }

    private static void release(@org.jspecify.annotations.Nullable ServerSocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /**
     * A host as Pekko's addresses have it, which are URIs: an IPv6 address stands in brackets, and a name with an underscore is none;
     * then what it stands for now.
     */
    static String nameForPekko(String host) {
        if (host.indexOf(':') >= 0) {
            return "[" + host + "]";
        }
        if (host.indexOf('_') < 0) {
            return host;
        }
        try {
            return nameForPekko(InetAddress.getByName(host).getHostAddress());
        } catch (UnknownHostException e) {
            throw new StartException("The cluster's host " + host + " is unknown (VIBEE_CLUSTER_HOST)", e);
        }
    }
}
