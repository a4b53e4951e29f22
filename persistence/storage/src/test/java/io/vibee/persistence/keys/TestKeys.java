package io.vibee.persistence.keys;

/** Data keys for tests that need no key store. */
public final class TestKeys {

    private TestKeys() {}

    /** A new key of an owner; no other opens what it sealed. */
    public static DataKey dataKey(String owner) {
        return dataKey(owner, "key-of-" + owner);
    }

    /** The same with an id. */
    public static DataKey dataKey(String owner, String keyId) {
        return DataKey.of(owner, keyId, new SymmetricKey(SymmetricKey.random()), new OpenedTexts());
    }

    /** Erases it, wherever it is in use. */
    public static void erase(DataKey key) {
        key.erase();
    }

    /** The same key after it was erased. */
    public static DataKey erased(DataKey key) {
        return DataKey.erased(key.owner(), key.keyId(), new OpenedTexts());
    }
}
