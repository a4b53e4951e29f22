package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The JVM's cache")
class JvmCacheTest {

    @Test
    @DisplayName("is named when the JVM does not use it")
    void unused() {
        assertThat(JvmCache.complaint(List.of("-Xmx1g", "-XX:AOTCache=target/vibee.aot"), "mixed mode"))
                .hasValueSatisfying(line -> assertThat(line).contains(" target/vibee.aot,", "ops/aot/train"));
    }

    @Test
    @DisplayName("is not named when it is used or nobody gave one")
    void used() {
        assertThat(JvmCache.complaint(List.of("-XX:AOTCache=target/vibee.aot"), "mixed mode, sharing"))
                .isEmpty();
        assertThat(JvmCache.complaint(List.of("-Xmx1g"), "mixed mode")).isEmpty();
    }

    @Test
    @DisplayName("is the last of several")
    void last() {
        assertThat(JvmCache.complaint(List.of("-XX:AOTCache=a", "-XX:AOTCache=b"), "interpreted mode"))
                .hasValueSatisfying(line -> assertThat(line).contains(" b,").doesNotContain(" a,"));
    }
}
