package io.vibee.persistence.keys;

/** The stored keys were wrapped by another master key than this node was given. */
public final class WrongMasterKeyException extends RuntimeException {

    WrongMasterKeyException(String keyId, String stored, String ours) {
        super("key " + keyId + " was wrapped by master key " + stored + " (expected: " + ours
                + "); this node's master key is not the one that the data was written with");
    }
}
