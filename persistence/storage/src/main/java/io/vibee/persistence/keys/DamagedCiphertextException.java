package io.vibee.persistence.keys;

/** A ciphertext that was altered, cut, or belongs to another owner or key. Never means that a key was erased. */
public final class DamagedCiphertextException extends RuntimeException {

    DamagedCiphertextException(String keyId, Throwable cause) {
        super("a ciphertext under key " + keyId + " is damaged", cause);
    }
}
