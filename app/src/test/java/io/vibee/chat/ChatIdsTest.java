package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A chat's id")
class ChatIdsTest {

    @Test
    @DisplayName("is the same on every node and in every version")
    void stable() {
        assertThat(ChatIds.of("ses_1", 42)).isEqualTo("cht_9bc192b24d587a8dc4f30395ba4096fa");
    }

    @Test
    @DisplayName("is another in each session and for each chat")
    void distinct() {
        assertThat(ChatIds.of("ses_1", 42))
                .isNotEqualTo(ChatIds.of("ses_2", 42))
                .isNotEqualTo(ChatIds.of("ses_1", -42))
                .isNotEqualTo(ChatIds.of("ses_14", 2));
    }

    @Test
    @DisplayName("does not show Telegram's id")
    void opaque() {
        assertThat(ChatIds.of("ses_1", 7_000_000_001L))
                .matches("cht_[0-9a-f]{32}")
                .doesNotContain("7000000001");
    }
}
