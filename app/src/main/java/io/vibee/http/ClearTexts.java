package io.vibee.http;

import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.protocol.crypto.Sealed;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Decrypts texts for their owner. */
public final class ClearTexts {

    private final KeyStore keys;

    public ClearTexts(KeyStore keys) {
        this.keys = keys;
    }

    /** A function that opens these, and returns nothing for what was erased. */
    CompletionStage<Function<Sealed, Optional<String>>> open(String owner, Collection<Sealed> sealed) {
        List<CompletableFuture<DataKey>> needed = sealed.stream()
                .map(Sealed::keyId)
                .distinct()
                .map(keyId -> keys.load(owner, keyId).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(needed.toArray(CompletableFuture[]::new)).thenApply(all -> {
            Map<String, DataKey> byId =
                    needed.stream().map(CompletableFuture::join).collect(Collectors.toMap(DataKey::keyId, key -> key));
            return one -> Optional.ofNullable(byId.get(one.keyId())).flatMap(key -> key.open(one));
        });
    }
}
