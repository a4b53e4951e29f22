package io.vibee.persistence.keys;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vibee.protocol.crypto.Sealed;
import java.time.Duration;
import java.util.Optional;

/**
 * Texts in the clear that a node has opened lately: a busy chat shows the same forty to its model for each message. At most
 * {@value #MOST_UNITS} UTF-16 units, each for a minute after it was last read and not longer than its sealed form is kept. In memory only.
 */
final class OpenedTexts {

    private static final long MOST_UNITS = 8 * 1024 * 1024;
    private static final Duration KEPT_FOR = Duration.ofMinutes(1);

    /** What an entry takes beside its text. */
    private static final int ENTRY = 64;

    private final Cache<Sealed, String> texts = Caffeine.newBuilder()
            .weakKeys()
            .weigher((Sealed sealed, String text) -> ENTRY + text.length())
            .maximumWeight(MOST_UNITS)
            .expireAfterAccess(KEPT_FOR)
            .executor(Runnable::run)
            .build();

    /** The text of this very object; another with the same ciphertext has none. */
    Optional<String> of(Sealed sealed) {
        return Optional.ofNullable(texts.getIfPresent(sealed));
    }

    void keep(Sealed sealed, String text) {
        texts.put(sealed, text);
    }
}
