package io.vibee.persistence.keys;

import java.util.HexFormat;

/**
 * The key above all others, derived from a secret with HKDF-SHA256 (RFC 5869). Its id is a fingerprint, stored with every key
 * that it wraps. So a wrong master key is noticed. The id says nothing about the secret.
 */
public final class MasterKey {

    /** The fewest characters of a secret. */
    public static final int SHORTEST = 32;

    private final String id;
    private final SymmetricKey key;

    private MasterKey(String id, SymmetricKey key) {
        this.id = id;
        this.key = key;
    }

    /**
     * Derives the key.
     *
     * @throws IllegalArgumentException when the secret has fewer than {@link #SHORTEST} characters
     */
    public static MasterKey of(String secret) {
        if (secret.length() < SHORTEST) {
            throw new IllegalArgumentException(
                    "master key: " + secret.length() + " characters (expected: " + SHORTEST + " or more)");
        }
        return new MasterKey(
                HexFormat.of().formatHex(KeyDerivation.derive(secret, "vibee master key id", 8)),
                new SymmetricKey(KeyDerivation.derive(secret, "vibee master key", SymmetricKey.SIZE)));
    }

    public String id() {
        return id;
    }

    SymmetricKey key() {
        return key;
    }

    @Override
    public String toString() {
        return "MasterKey[" + id + "]";
    }
}
