package io.vibee.protocol.chat;

import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.Stored;
import org.jspecify.annotations.Nullable;

/**
 * How a chat behaves, as its owner set it.
 *
 * @param triggerWords a JSON array of the sniper's words, encrypted; null when there are none
 * @param responseProbability between 0 and 1, for a sniper
 */
public record ChatSettings(
        ChatMode mode,
        @Nullable Sealed triggerWords,
        double responseProbability,
        OnFailure onFailure,
        WhenInDoubt whenInDoubt)
        implements Stored {

    public static ChatSettings of(ChatMode mode) {
        return new ChatSettings(mode, null, 1.0, OnFailure.PREDEFINED, WhenInDoubt.RESEND);
    }
}
