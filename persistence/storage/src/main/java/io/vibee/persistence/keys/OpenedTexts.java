package io.vibee.persistence.keys;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vibee.protocol.crypto.Sealed;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Texts in the clear that a node has opened lately: a busy chat shows the same forty to its model for each message. At most
 * {@value #MOST_UNITS} UTF-16 units, each for a minute after it was last read and not longer than its sealed form is kept. In memory only,
 * and gone when its key is erased.
 */
final class OpenedTexts {

    private static final long MOST_UNITS = 8 * 1024 * 1024;
    private static final Duration KEPT_FOR = Duration.ofMinutes(1);

    /** What an entry takes beside its text. */
    private static final int ENTRY = 64;

    private record Opened(String owner, String text) {
        @Override
        public String toString() {
            return "Opened[" + text.length() + " chars]";
        }
    }

    private final Cache<Sealed, Opened> texts = Caffeine.newBuilder()
            .weakKeys()
            .weigher((Sealed sealed, Opened opened) -> ENTRY + opened.text().length())
            .maximumWeight(MOST_UNITS)
            .expireAfterAccess(KEPT_FOR)
            .executor(Runnable::run)
            .build();

    /** The text of this very object; another with the same ciphertext has none. */
    Optional<String> of(Sealed sealed) {
        return Optional.ofNullable(texts.getIfPresent(sealed)).map(Opened::text);
    }

    /** Keeps what an owner's key opened. */
    void keep(String owner, Sealed sealed, String text) {
        texts.put(sealed, new Opened(owner, text));
    }

    /** Drops all texts of these owners and what these keys opened. */
    void forget(Set<String> owners, Set<String> keyIds) {
        texts.asMap()
                .entrySet()
                .removeIf(entry -> owners.contains(entry.getValue().owner())
                        || keyIds.contains(entry.getKey().keyId()));
    }
}
