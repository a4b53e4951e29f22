package io.vibee.persistence.keys;

import com.google.crypto.tink.subtle.Hkdf;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/** Keys for several purposes from one secret, none of which tells anything about the others: HKDF-SHA256 (RFC 5869) without a salt. */
public final class KeyDerivation {

    private KeyDerivation() {}

    /**
     * The key of a secret for a purpose; the same each time.
     *
     * @param secret as hard to guess as the key shall be
     * @param purpose another one gives another key
     * @param size in bytes, at most 8160
     */
    public static byte[] derive(String secret, String purpose, int size) {
        return derive(secret.getBytes(StandardCharsets.UTF_8), purpose, size);
    }

    /** As {@link #derive(String, String, int)}, for a secret that is bytes. */
    public static byte[] derive(byte[] secret, String purpose, int size) {
        try {
            return Hkdf.computeHkdf("HMACSHA256", secret, new byte[0], purpose.getBytes(StandardCharsets.UTF_8), size);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF-SHA256 is not available", e);
        }
    }
}
