package io.vibee.boot;

import io.vibee.journal.database.DatabaseUrl;
import io.vibee.settings.Secret;
import io.vibee.settings.Settings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The host at which the other nodes reach this one: what VIBEE_CLUSTER_HOST says, or else the address from which it reaches the database. */
final class OwnAddress {

    private static final String LOOPBACK = "127.0.0.1";

    private OwnAddress() {}

    /**
     * Finds it. An embedded database has no other nodes.
     *
     * @throws StartException when DATABASE_URL can't be used
     */
    static String host(Settings settings) {
        String given = settings.cluster().host();
        if (given != null) {
            return given;
        }
        Secret url = settings.database().url();
        return url == null ? LOOPBACK : towards(NodeDatabase.parsed(url));
    }

    /** Asks the system's routes; no packet is sent. */
    private static String towards(DatabaseUrl url) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(url.host()), url.port()));
            // An address of one link names its interface too, which other machines don't know.
            return socket.getLocalAddress().getHostAddress().replaceFirst("%.*", "");
        } catch (IOException noRoute) {
            // Whoever opens the database says what is wrong.
            return LOOPBACK;
        }
    }
}
