package io.vibee.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.persistence.cluster.ClusterNodes.Traits;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What nodes must have in common")
class NodeTraitsTest {

    private static final String JWT = "a JWT secret of tests, long enough";
    private static final String OLD = "the old master key of tests, long";
    private static final String NEW = "the new master key of tests, long";

    private static Traits traits(String masterKey, @Nullable String previous) {
        return NodeTraits.of(JWT, masterKey, previous);
    }

    private static Traits speaking(int protocol) {
        Traits one = traits(OLD, null);
        return new Traits(protocol, one.jwtSecretId(), one.masterKeyId(), null);
    }

    @Test
    @DisplayName("is shown by fingerprints")
    void fingerprints() {
        assertThat(traits(OLD, NEW).toString())
                .doesNotContain(JWT)
                .doesNotContain(OLD)
                .doesNotContain(NEW);
        assertThat(traits(OLD, null)).isEqualTo(traits(OLD, null));
    }

    @Test
    @DisplayName("is the secret of access tokens")
    void jwtSecret() {
        assertThat(NodeTraits.against(NodeTraits.of("another JWT secret of tests, long", OLD, null), traits(OLD, null)))
                .hasValueSatisfying(why -> assertThat(why).startsWith("has another JWT_SECRET"));
    }

    @Test
    @DisplayName("is a master key that each of two can read by, also while it is changed")
    void masterKey() {
        assertThat(NodeTraits.against(traits(OLD, null), traits(OLD, null))).isEmpty();
        assertThat(NodeTraits.against(traits(OLD, NEW), traits(OLD, null))).isEmpty();
        assertThat(NodeTraits.against(traits(NEW, OLD), traits(OLD, NEW))).isEmpty();
        assertThat(NodeTraits.against(traits(NEW, null), traits(OLD, null)))
                .hasValueSatisfying(why -> assertThat(why).startsWith("has another VIBEE_MASTER_KEY"));
        assertThat(NodeTraits.against(traits(NEW, OLD), traits(OLD, null)))
                .as("the member can't read what the new one writes")
                .isPresent();
    }

    @Test
    @DisplayName("is what they say to each other, but for one version")
    void protocol() {
        assertThat(NodeTraits.against(speaking(3), speaking(2))).isEmpty();
        assertThat(NodeTraits.against(speaking(2), speaking(3))).isEmpty();
        assertThat(NodeTraits.against(speaking(3), speaking(1)))
                .hasValueSatisfying(why -> assertThat(why).startsWith("speaks version 1"));
    }
}
