package io.vibee.cluster;

import io.vibee.persistence.cluster.ClusterNodes.Traits;
import io.vibee.persistence.keys.KeyDerivation;
import io.vibee.persistence.keys.MasterKey;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the nodes of a cluster must have in common, and what is wrong with a node that has not. */
public final class NodeTraits {

    /**
     * Of what nodes say to each other. It grows by one when a build says what the one before can't read, or no longer reads what that
     * one says. So neighbours understand each other, and an update node by node can't skip one. It grows by two when even neighbours
     * can't, as when encryption came with 3.
     */
    static final int PROTOCOL = 6;

    /** That of the builds which don't say their traits when they join. */
    private static final int UNTOLD = 3;

    /** Bytes of one, as of a master key's. */
    private static final int FINGERPRINT = 8;

    private NodeTraits() {}

    /**
     * Those of a node.
     *
     * @param previousMasterKey null: none
     * @throws IllegalArgumentException when a master key is too short
     */
    public static Traits of(String jwtSecret, String masterKey, @Nullable String previousMasterKey) {
        return new Traits(
                PROTOCOL,
                fingerprint(jwtSecret),
                MasterKey.of(masterKey).id(),
                previousMasterKey == null
                        ? null
                        : MasterKey.of(previousMasterKey).id());
    }

    /** Why a node may not join a cluster of which another one is a member; empty when it may. */
    public static Optional<String> against(Traits own, Traits member) {
        if (!own.jwtSecretId().equals(member.jwtSecretId())) {
            return Optional.of("has another JWT_SECRET. Give both the same");
        }
        // Each wraps keys by its master key, and the other must read them.
        if (!reads(own, member.masterKeyId()) || !reads(member, own.masterKeyId())) {
            return Optional.of("has another VIBEE_MASTER_KEY. Give both the same; to change it, see"
                    + " ops/docs/runbooks/master-key-rotation.md");
        }
        return againstProtocol(own, member.protocol());
    }

    /** Why a node that doesn't say its traits may not join a cluster with this one, and not the other way round; empty when it may. */
    static Optional<String> againstUntold(Traits own) {
        return againstProtocol(own, UNTOLD);
    }

    private static Optional<String> againstProtocol(Traits own, int protocol) {
        return Math.abs(own.protocol() - protocol) <= 1
                ? Optional.empty()
                : Optional.of("speaks version " + protocol + " of what nodes say to each other, and this one "
                        + own.protocol() + ". Update by a build between the two, or stop all nodes first");
    }

    private static boolean reads(Traits node, String masterKeyId) {
        return masterKeyId.equals(node.masterKeyId()) || masterKeyId.equals(node.previousMasterKeyId());
    }

    private static String fingerprint(String secret) {
        return HexFormat.of().formatHex(KeyDerivation.derive(secret, "vibee jwt secret id", FINGERPRINT));
    }
}
