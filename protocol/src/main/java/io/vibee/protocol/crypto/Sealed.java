package io.vibee.protocol.crypto;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A text, encrypted (AEAD) with a data key. When that key is erased, nobody can read it ever again.
 *
 * @param keyId the data key's id
 * @param ciphertext nonce, ciphertext and tag in Base64
 * @param tokens of the text, for models' prompts, so that it is counted once; 0 where nobody counted
 */
public record Sealed(
        @JsonProperty("key_id") String keyId,
        @JsonProperty("ciphertext") String ciphertext,

        @JsonProperty("tokens") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
        int tokens) {

    /** One whose tokens nobody counted. */
    public Sealed(String keyId, String ciphertext) {
        this(keyId, ciphertext, 0);
    }

    /** The same text, with its tokens. */
    public Sealed counted(int number) {
        return new Sealed(keyId, ciphertext, number);
    }

    @Override
    public String toString() {
        return "Sealed[" + keyId + "]";
    }
}
