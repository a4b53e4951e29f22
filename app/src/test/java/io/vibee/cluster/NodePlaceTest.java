package io.vibee.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisplayName("The place of a node")
class NodePlaceTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("is the same for one address and another for another")
    void named() {
        assertThat(NodePlace.of("vibee@10.0.0.1:17355"))
                .isPresent()
                .isEqualTo(NodePlace.of("vibee@10.0.0.1:17355"))
                .isNotEqualTo(NodePlace.of("vibee@10.0.0.2:17355"))
                .hasValueSatisfying(place -> assertThat(place).endsWith(" vibee@10.0.0.1:17355"));
    }
}
