package io.vibee.protocol.crypto;

import java.util.Optional;

/**
 * Encrypts and decrypts one subject's texts (a chat's, a session's, an account's), in memory, without blocking, from any thread. An
 * erased one still has its id, opens everything as nothing and seals no more.
 */
public interface TextCipher {

    /** The id of its key, which each sealed text names. */
    String keyId();

    /** Whether its key was erased, perhaps just now by another thread. */
    boolean erased();

    /**
     * Encrypts a text.
     *
     * @throws IllegalStateException when the key is erased
     */
    Sealed seal(String text);

    /**
     * Decrypts a text; empty when the key is erased.
     *
     * @throws IllegalArgumentException when it was sealed under another key
     */
    Optional<String> open(Sealed sealed);

    /**
     * A keyed fingerprint of a text, to compare texts by without keeping them: 128 bits in hex, worth nothing without the key.
     *
     * @throws IllegalStateException when the key is erased
     */
    String fingerprint(String text);
}
