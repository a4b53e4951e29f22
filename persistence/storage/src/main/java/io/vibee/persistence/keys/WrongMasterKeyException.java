package io.vibee.persistence.keys;

/** Another master key wrapped the stored keys, not the one that this node has. */
public final class WrongMasterKeyException extends RuntimeException {

    WrongMasterKeyException(String keyId, String stored, String ours) {
        super("key " + keyId + " was wrapped by master key " + stored + " (expected: " + ours
                + "); this node's master key is not the one that the data was written with");
    }
}
