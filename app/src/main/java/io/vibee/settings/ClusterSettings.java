package io.vibee.settings;

import org.jspecify.annotations.Nullable;

/**
 * Where the other nodes reach this one. Port 0 takes any free one.
 *
 * @param host null: the address from which this node reaches the database
 */
public record ClusterSettings(@Nullable String host, int port, int managementPort) {

    static ClusterSettings read(Environment environment) {
        return new ClusterSettings(
                environment.reachableHost(Variable.VIBEE_CLUSTER_HOST),
                environment.port(Variable.VIBEE_CLUSTER_PORT),
                environment.port(Variable.VIBEE_MANAGEMENT_PORT));
    }
}
