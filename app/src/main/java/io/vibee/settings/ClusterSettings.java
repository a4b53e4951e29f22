package io.vibee.settings;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the other nodes reach this one, and where this one looks for them. Without contact points it is a cluster of one. Port 0 takes any
 * free one.
 */
public record ClusterSettings(String host, int port, int managementPort, List<ContactPoint> contactPoints) {
    /** Another node's management address. */
    public record ContactPoint(String host, int port) {}

    public ClusterSettings {
        contactPoints = List.copyOf(contactPoints);
    }

    static ClusterSettings read(Environment environment) {
        return new ClusterSettings(
                environment.reachableHost(Variable.VIBEE_CLUSTER_HOST),
                environment.port(Variable.VIBEE_CLUSTER_PORT),
                environment.port(Variable.VIBEE_MANAGEMENT_PORT),
                contactPoints(environment));
    }

    private static List<ContactPoint> contactPoints(Environment environment) {
        List<ContactPoint> points = new ArrayList<>();
        for (String text : environment.list(Variable.VIBEE_CLUSTER_CONTACT_POINTS)) {
            int colon = text.lastIndexOf(':');
            String hostText = colon < 0 ? "" : text.substring(0, colon);
            String host = Hosts.parse(hostText);
            Integer port = colon < 0 ? null : Numbers.between(text.substring(colon + 1), 1, 65535);
            boolean bareIpv6 = hostText.contains(":") && !hostText.startsWith("[");
            if (host == null || port == null || bareIpv6 || Hosts.isWildcard(host)) {
                throw environment.wrong(
                        Variable.VIBEE_CLUSTER_CONTACT_POINTS,
                        "host:management-port of the other nodes, separated by commas");
            }
            points.add(new ContactPoint(host, port));
        }
        return points;
    }
}
