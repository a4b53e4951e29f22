package io.vibee.persistence.keys;

/** The owner never had a key with this id. An erased key is another matter. */
public final class UnknownKeyException extends RuntimeException {

    UnknownKeyException(String owner, String keyId) {
        super("no key " + keyId + " of owner " + owner);
    }
}
