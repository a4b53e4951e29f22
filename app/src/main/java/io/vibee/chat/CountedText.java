package io.vibee.chat;

import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.reply.TokenCount;

/** What prompts will show: its tokens are counted once, here, and not for every prompt. */
final class CountedText {

    private CountedText() {}

    static Sealed seal(TextCipher key, String text) {
        return key.seal(text).counted(TokenCount.count(text));
    }
}
