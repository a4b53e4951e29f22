package io.vibee.outgoing;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpRequest;

/**
 * Builds requests for the JDK's client, also to hosts with an underscore in their name, as container networks use them. The JDK refuses
 * such a name, so this looks it up, sends the request to the address, and puts the name into the Host header. Plain http only.
 */
public final class OutgoingRequests {

    /** Whether the JDK lets us write a Host header. The JVM's first request reads it, once. */
    private static final String RESTRICTED_HEADERS = "jdk.httpclient.allowRestrictedHeaders";

    /** A host that nobody has (RFC 6761): a request to it fails like one to an unknown host. */
    private static final String NOWHERE = "unknown-host.invalid";

    /** Finds the address of a name; blocks. */
    interface Lookup {
        InetAddress find(String name) throws UnknownHostException;
    }

    private OutgoingRequests() {}

    /** Call it before the JVM makes its first request. */
    public static void allowHostNamesWithUnderscores() {
        System.setProperty(RESTRICTED_HEADERS, "host");
    }

    /**
     * A request to this address. It looks up a name with an underscore; the JDK caches that for 30 s. A request to an unknown name fails
     * when it is sent.
     */
    public static HttpRequest.Builder to(URI address) {
        return to(address, InetAddress::getByName);
    }

    static HttpRequest.Builder to(URI address, Lookup lookup) {
        String authority = address.getRawAuthority();
        if (address.getHost() != null || authority == null || "https".equalsIgnoreCase(address.getScheme())) {
            return HttpRequest.newBuilder(address);
        }
        int colon = authority.indexOf(':');
        String name = colon < 0 ? authority : authority.substring(0, colon);
        String port = colon < 0 ? "" : authority.substring(colon);
        String path = address.getRawPath() + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery());
        return HttpRequest.newBuilder(URI.create(address.getScheme() + "://" + reached(name, lookup) + port + path))
                .header("Host", authority);
    }

    private static String reached(String name, Lookup lookup) {
        try {
            InetAddress found = lookup.find(name);
            String literal = found.getHostAddress();
            return found instanceof Inet6Address ? "[" + literal.replaceFirst("%.*", "") + "]" : literal;
        } catch (UnknownHostException e) {
            return NOWHERE;
        }
    }
}
