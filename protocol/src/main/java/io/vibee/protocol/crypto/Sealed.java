package io.vibee.protocol.crypto;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A text that was encrypted (AEAD) under a data key. It becomes unreadable for good when that key is erased.
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
