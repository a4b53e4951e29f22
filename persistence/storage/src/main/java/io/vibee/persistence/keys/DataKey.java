package io.vibee.persistence.keys;

import io.vibee.persistence.keys.SymmetricKey.Purpose;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A subject's key, as the {@link KeyStore} keeps it. A key in use becomes an erased one when its store learns of the erasure.
 */
public final class DataKey implements TextCipher {

    private static final int FINGERPRINT_BYTES = 16;

    private final String owner;
    private final String keyId;
    private final OpenedTexts opened;
    private volatile @Nullable SymmetricKey key;

    private DataKey(String owner, String keyId, @Nullable SymmetricKey key, OpenedTexts opened) {
        this.owner = owner;
        this.keyId = keyId;
        this.key = key;
        this.opened = opened;
    }

    static DataKey of(String owner, String keyId, SymmetricKey key, OpenedTexts opened) {
        return new DataKey(owner, keyId, key, opened);
    }

    static DataKey erased(String owner, String keyId, OpenedTexts opened) {
        return new DataKey(owner, keyId, null, opened);
    }

    public String owner() {
        return owner;
    }

    @Override
    public String keyId() {
        return keyId;
    }

    @Override
    public boolean erased() {
        return key == null;
    }

    /** Erases the key. It opens nothing from now on, whoever holds it. */
    void erase() {
        key = null;
    }

    @Override
    public Sealed seal(String text) {
        SymmetricKey known = key;
        if (known == null) {
            throw new IllegalStateException("key " + keyId + " is erased and seals no more");
        }
        byte[] ciphertext = known.encrypt(text.getBytes(StandardCharsets.UTF_8), Purpose.SEAL, owner, keyId);
        return new Sealed(keyId, Base64.getEncoder().encodeToString(ciphertext));
    }

    /**
     * Opens a sealed text; empty when the key is erased.
     *
     * @throws DamagedCiphertextException when the ciphertext was changed
     */
    @Override
    public Optional<String> open(Sealed sealed) {
        if (!sealed.keyId().equals(keyId)) {
            throw new IllegalArgumentException("sealed under key " + sealed.keyId() + " (expected: " + keyId + ")");
        }
        SymmetricKey known = key;
        if (known == null) {
            return Optional.empty();
        }
        Optional<String> text = opened.of(sealed);
        return text.isPresent() ? text : Optional.of(decrypted(known, sealed));
    }

    private String decrypted(SymmetricKey known, Sealed sealed) {
        try {
            byte[] ciphertext = Base64.getDecoder().decode(sealed.ciphertext());
            String text = new String(known.decrypt(ciphertext, Purpose.SEAL, owner, keyId), StandardCharsets.UTF_8);
            opened.keep(owner, sealed, text);
            return text;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new DamagedCiphertextException(keyId, e);
        }
    }

    @Override
    public String fingerprint(String text) {
        SymmetricKey known = key;
        if (known == null) {
            throw new IllegalStateException("key " + keyId + " is erased and makes no fingerprints");
        }
        return HexFormat.of().formatHex(known.mac(text.getBytes(StandardCharsets.UTF_8)), 0, FINGERPRINT_BYTES);
    }

    @Override
    public String toString() {
        return "DataKey[" + keyId + (erased() ? ", erased]" : "]");
    }
}
