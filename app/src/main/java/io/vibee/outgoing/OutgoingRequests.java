package io.vibee.outgoing;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpRequest;

/**
 * Begins requests of the JDK's client. It refuses hosts with an underscore in their name, which container networks give: such a name
 * is looked up here, the request goes to the address and says in its Host header whom it means. Plain http only.
 */
public final class OutgoingRequests {

    /** Whether the JDK lets us write a Host header; it is read once, by the first request of the JVM. */
    private static final String RESTRICTED_HEADERS = "jdk.httpclient.allowRestrictedHeaders";

    /** Nobody has it (RFC 6761): a request to it fails as one to an unknown host does. */
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

    /** A request to this address. Looks an odd name up, which the JDK keeps for 30 s; one that is unknown fails when it is sent. */
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
