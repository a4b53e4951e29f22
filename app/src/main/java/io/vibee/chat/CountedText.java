package io.vibee.chat;

import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.reply.TokenCount;

/** What enters the window: its tokens are counted once, here, and not for every prompt that shows it. */
final class CountedText {

    private CountedText() {}

    static Sealed seal(TextCipher key, String text) {
        return key.seal(text).counted(TokenCount.count(text));
    }
}
