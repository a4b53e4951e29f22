package io.vibee.persistence.keys;

/** Data keys for tests that need no key store. */
public final class TestKeys {

    private TestKeys() {}

    /** A new key of an owner; no other opens what it sealed. */
    public static DataKey dataKey(String owner) {
        return DataKey.of(owner, "key-of-" + owner, new SymmetricKey(SymmetricKey.random()));
    }

    /** The same key after it was erased. */
    public static DataKey erased(DataKey key) {
        return DataKey.erased(key.owner(), key.keyId());
    }
}
