package io.vibee.cluster;

import com.typesafe.config.Config;
import io.vibee.persistence.cluster.ClusterNodes.Traits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.cluster.ConfigValidation;
import org.apache.pekko.cluster.Invalid;
import org.apache.pekko.cluster.JoinConfigCompatChecker;
import org.apache.pekko.cluster.Valid$;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Keeps a node out of a cluster whose database, secrets or protocol it doesn't share, however it found the cluster: a member compares before
 * it lets a node in, and the node before it goes in. Pekko makes it by its name in the configuration, which also says a node's own traits.
 */
public final class JoinCheck extends JoinConfigCompatChecker {

    private static final String DATABASE = "vibee.cluster.traits.database";
    private static final String PROTOCOL = "vibee.cluster.traits.protocol";
    private static final String JWT_SECRET = "vibee.cluster.traits.jwt-secret";
    private static final String MASTER_KEY = "vibee.cluster.traits.master-key";
    private static final String PREVIOUS_MASTER_KEY = "vibee.cluster.traits.previous-master-key";

    /**
     * What a node's configuration says, by which others judge it.
     *
     * @param database names the one that it uses
     */
    public static Map<String, Object> settings(String database, Traits traits) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(DATABASE, database);
        settings.put(PROTOCOL, traits.protocol());
        settings.put(JWT_SECRET, traits.jwtSecretId());
        settings.put(MASTER_KEY, traits.masterKeyId());
        if (traits.previousMasterKeyId() != null) {
            settings.put(PREVIOUS_MASTER_KEY, traits.previousMasterKeyId());
        }
        return settings;
    }

    @Override
    public Seq<String> requiredKeys() {
        return seq(DATABASE, PROTOCOL, JWT_SECRET, MASTER_KEY, PREVIOUS_MASTER_KEY);
    }

    @Override
    public ConfigValidation check(Config other, Config own) {
        return wrong(other, own)
                .<ConfigValidation>map(why -> new Invalid(seq(why)))
                .orElse(Valid$.MODULE$);
    }

    private static Optional<String> wrong(Config other, Config own) {
        if (!other.hasPath(PROTOCOL)) {
            return NodeTraits.againstUntold(traits(own));
        }
        return own.getString(DATABASE).equals(text(other, DATABASE))
                ? NodeTraits.against(traits(own), traits(other))
                : Optional.of("uses another database. Give both the same DATABASE_URL");
    }

    private static Traits traits(Config config) {
        return new Traits(
                config.getInt(PROTOCOL),
                config.getString(JWT_SECRET),
                config.getString(MASTER_KEY),
                text(config, PREVIOUS_MASTER_KEY));
    }

    private static @Nullable String text(Config config, String path) {
        return config.hasPath(path) ? config.getString(path) : null;
    }

    private static Seq<String> seq(String... values) {
        return CollectionConverters.asScala(List.of(values)).toList();
    }
}
