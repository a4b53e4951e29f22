package io.vibee.persistence.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.protocol.crypto.Sealed;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A data key that has opened a text")
class DataKeyTest {

    private final DataKey key = TestKeys.dataKey("u1", "k1");
    private final Sealed sealed = key.seal("a secret");

    @Test
    @DisplayName("opens it again, and an equal copy of it")
    void again() {
        assertThat(key.open(sealed)).contains("a secret");
        assertThat(key.open(sealed)).contains("a secret");
        assertThat(key.open(new Sealed("k1", sealed.ciphertext()))).contains("a secret");
    }

    @Test
    @DisplayName("does not once it is erased")
    void erased() {
        assertThat(key.open(sealed)).contains("a secret");

        key.erase();

        assertThat(key.open(sealed)).isEmpty();
    }

    @Test
    @DisplayName("opens no other that was changed")
    void changed() {
        assertThat(key.open(sealed)).contains("a secret");

        char other = sealed.ciphertext().charAt(20) == 'A' ? 'B' : 'A';
        String damaged = sealed.ciphertext().substring(0, 20)
                + other
                + sealed.ciphertext().substring(21);
        assertThatThrownBy(() -> key.open(new Sealed("k1", damaged))).isInstanceOf(DamagedCiphertextException.class);
    }
}
