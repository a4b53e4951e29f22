package io.vibee.boot;

import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.TestKeys;
import io.vibee.protocol.crypto.TextCiphers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Real keys that no database knows: one for each owner. */
public final class MemoryCiphers implements TextCiphers {

    private final Map<String, DataKey> keys = new ConcurrentHashMap<>();

    public DataKey of(String owner) {
        return keys.computeIfAbsent(owner, TestKeys::dataKey);
    }

    /** As an erasure of its owner does. */
    public void erase(String owner) {
        keys.computeIfPresent(owner, (of, key) -> TestKeys.erased(key));
    }

    @Override
    public CompletionStage<DataKey> obtain(String owner, String subject) {
        return CompletableFuture.completedStage(of(owner));
    }

    @Override
    public CompletionStage<DataKey> load(String owner, String keyId) {
        return CompletableFuture.completedStage(of(owner));
    }
}
