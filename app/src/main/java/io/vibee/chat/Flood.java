package io.vibee.chat;

import io.vibee.moderation.PlainText;
import io.vibee.protocol.chat.ChatState.WindowEntry;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells a text that its sender wrote just before, again and again; pure. */
final class Flood {

    private static final Duration WITHIN = Duration.ofSeconds(60);

    private Flood() {}

    /**
     * Whether a message is one too many. The conversation that a chat remembers bounds how far it looks back.
     *
     * @param window before the message
     * @param repeats the how many-th time is too many; 0: none
     */
    static boolean isOne(TextCipher key, List<WindowEntry> window, Incoming.Message message, int repeats) {
        String words = message.body().words();
        if (words == null || repeats == 0) {
            return false;
        }
        String plain = PlainText.folded(words);
        Instant since = message.sentAt().minus(WITHIN);
        long before = window.stream()
                .filter(entry -> !entry.own() && !entry.at().isBefore(since))
                .filter(entry ->
                        Objects.equals(open(key, entry.name()), message.sender().name()))
                .filter(entry -> plain.equals(folded(key, entry.text())))
                .count();
        return before + 1 >= repeats;
    }

    private static @Nullable String folded(TextCipher key, Sealed text) {
        String clear = open(key, text);
        return clear == null ? null : PlainText.folded(clear);
    }

    private static @Nullable String open(TextCipher key, @Nullable Sealed sealed) {
        return sealed == null ? null : key.open(sealed).orElse(null);
    }
}
