package io.vibee.chat;

import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.crypto.TextCipher;
import java.time.Duration;
import java.time.Instant;

/** When a person would have written an answer, in chats that are to be answered no sooner; pure. */
final class HumanDelay {

    private static final Duration TO_READ = Duration.ofSeconds(2);

    /** About 200 characters a minute, as people type on a phone. */
    private static final Duration TO_TYPE_ONE = Duration.ofMillis(300);

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private HumanDelay() {}

    /** From when on a draft may be sent; the past in chats that want no delay. */
    static Instant until(Turn turn, Pending pending, Activity.Draft draft) {
        if (!turn.profile().settings().mannersInEffect().humanDelay()) {
            return Instant.EPOCH;
        }
        TextCipher key = turn.key().orElseThrow();
        long characters = draft.parts().stream()
                .flatMap(part -> key.open(part).stream())
                .mapToLong(text -> text.codePointCount(0, text.length()))
                .sum();
        Duration needed = TO_READ.plus(TO_TYPE_ONE.multipliedBy(characters));
        return pending.receivedAt().plus(needed.compareTo(LONGEST) < 0 ? needed : LONGEST);
    }
}
