package io.vibee.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Texts that the operator's session sent in people's names a moment ago. Telegram does not tell who gets such a text that a bot wrote it.
 * If both of a chat are answered for by this service, that would go on for ever; so who gets one is looked for here. The session sends
 * and takes updates on the same node. One that begins anew elsewhere knows of none: then one text more is answered.
 */
public final class TwinTexts {

    private static final int MOST = 20_000;
    private static final Duration KEPT = Duration.ofMinutes(10);

    /** To whom, and a digest of the text. */
    private record Sent(long telegramUserId, UUID digest) {
        static Sent of(long telegramUserId, String text) {
            return new Sent(telegramUserId, UUID.nameUUIDFromBytes(text.strip().getBytes(StandardCharsets.UTF_8)));
        }
    }

    private final Cache<Sent, String> connections =
            Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(KEPT).build();

    /** A text is sent: to be said before Telegram can show it. */
    void sends(String connectionId, long telegramUserId, String text) {
        connections.put(Sent.of(telegramUserId, text), connectionId);
    }

    /** By whose connection such a text was sent to somebody; empty when none was. It is the same for an update that comes again. */
    public Optional<String> sentBy(long telegramUserId, String text) {
        return Optional.ofNullable(connections.getIfPresent(Sent.of(telegramUserId, text)));
    }
}
