package io.vibee.persistence.keys;

/** A ciphertext was altered or cut, or belongs to another owner or key. An erased key is never the cause. */
public final class DamagedCiphertextException extends RuntimeException {

    DamagedCiphertextException(String keyId, Throwable cause) {
        super("a ciphertext under key " + keyId + " is damaged", cause);
    }
}
