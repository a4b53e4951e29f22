package io.vibee.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class SealedTest {

    private final Sealed sealed = new Sealed("key-1", "c2VjcmV0");

    @Test
    void isStoredAsKeyIdAndCiphertext() throws Exception {
        String json = new ObjectMapper().writeValueAsString(sealed);

        assertThat(json).isEqualTo("{\"key_id\":\"key-1\",\"ciphertext\":\"c2VjcmV0\"}");
        assertThat(new ObjectMapper().readValue(json, Sealed.class)).isEqualTo(sealed);
    }

    @Test
    void showsNoCiphertext() {
        assertThat(sealed.toString()).isEqualTo("Sealed[key-1]");
    }
}
