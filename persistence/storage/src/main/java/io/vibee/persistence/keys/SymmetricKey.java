package io.vibee.persistence.keys;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Random;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM with a random nonce (Tink). A ciphertext is bound to a purpose, an owner and a key id, and does not open anywhere
 * else.
 */
final class SymmetricKey {

    static final int SIZE = 32;

    /** What a ciphertext is for. This keeps a wrapped key from being taken for a text. */
    enum Purpose {
        WRAP,
        SEAL
    }

    private final Aead aead;
    private final byte[] macKey;

    SymmetricKey(byte[] raw) {
        try {
            this.aead = new AesGcmJce(raw);
            this.macKey = KeyDerivation.derive(raw, "fingerprint", SIZE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available", e);
        }
    }

    static byte[] random() {
        return Random.randBytes(SIZE);
    }

    byte[] encrypt(byte[] plaintext, Purpose purpose, String owner, String keyId) {
        try {
            return aead.encrypt(plaintext, context(purpose, owner, keyId));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Can't encrypt under key " + keyId, e);
        }
    }

    byte[] decrypt(byte[] ciphertext, Purpose purpose, String owner, String keyId) throws GeneralSecurityException {
        return aead.decrypt(ciphertext, context(purpose, owner, keyId));
    }

    /** HMAC-SHA-256 under a key derived from this one. */
    byte[] mac(byte[] text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(macKey, "HmacSHA256"));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 is not available", e);
        }
    }

    private static byte[] context(Purpose purpose, String owner, String keyId) {
        // With the lengths, two different triples never give the same bytes.
        String text = purpose + ":" + owner.length() + ":" + owner + ":" + keyId.length() + ":" + keyId;
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
