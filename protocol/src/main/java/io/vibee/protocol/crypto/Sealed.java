package io.vibee.protocol.crypto;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A text, encrypted (AEAD) with a data key. When that key is erased, nobody can read it ever again.
 *
 * @param keyId the data key's id
 * @param ciphertext nonce, ciphertext and tag in Base64
 */
public record Sealed(
        @JsonProperty("key_id") String keyId,
        @JsonProperty("ciphertext") String ciphertext) {

    @Override
    public String toString() {
        return "Sealed[" + keyId + "]";
    }
}
