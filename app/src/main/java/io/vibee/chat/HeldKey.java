package io.vibee.chat;

import io.vibee.protocol.crypto.TextCipher;
import java.util.Optional;

/** How far a chat is with the key of its texts. An incarnation loads it once, and asks again until it can be had. */
sealed interface HeldKey {

    /** Nobody asked for it yet. */
    record Absent() implements HeldKey {}

    /** The key store is asked, or will be again. */
    record Asked() implements HeldKey {}

    record Held(TextCipher key) implements HeldKey {}

    /** The owner was erased, so that no key is made for the chat any more. */
    record Refused() implements HeldKey {}

    default Optional<TextCipher> cipher() {
        return this instanceof Held held ? Optional.of(held.key()) : Optional.empty();
    }
}
