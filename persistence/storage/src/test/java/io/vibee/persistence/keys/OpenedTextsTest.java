package io.vibee.persistence.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.crypto.Sealed;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Texts that were opened")
class OpenedTextsTest {

    private final OpenedTexts texts = new OpenedTexts();
    private final Sealed mine = new Sealed("k1", "aaaa");
    private final Sealed mineToo = new Sealed("k2", "bbbb");
    private final Sealed theirs = new Sealed("k3", "cccc");

    @BeforeEach
    void keep() {
        texts.keep("me", mine, "one");
        texts.keep("me", mineToo, "two");
        texts.keep("them", theirs, "three");
    }

    @Test
    @DisplayName("are known by the very object, not by an equal one")
    void identity() {
        assertThat(texts.of(mine)).contains("one");
        assertThat(texts.of(new Sealed("k1", "aaaa"))).isEmpty();
    }

    @Test
    @DisplayName("go with their key")
    void key() {
        texts.forget(Set.of(), Set.of("k1"));

        assertThat(texts.of(mine)).isEmpty();
        assertThat(texts.of(mineToo)).contains("two");
        assertThat(texts.of(theirs)).contains("three");
    }

    @Test
    @DisplayName("go with their owner")
    void owner() {
        texts.forget(Set.of("me"), Set.of());

        assertThat(texts.of(mine)).isEmpty();
        assertThat(texts.of(mineToo)).isEmpty();
        assertThat(texts.of(theirs)).contains("three");
    }
}
