package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.Stored;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a chat behaves, as its owner set it.
 *
 * @param triggerWords a JSON array of the sniper's words, encrypted; null when there are none
 * @param responseProbability between 0 and 1, for a sniper
 * @param forbid what no answer may hold, each at most once
 * @param stateless whether each message is answered by itself, as if nothing had been said before and nobody were known
 */
public record ChatSettings(
        ChatMode mode,
        @Nullable Sealed triggerWords,
        double responseProbability,
        OnFailure onFailure,
        WhenInDoubt whenInDoubt,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Forbidden> forbid,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean stateless)
        implements Stored {

    public ChatSettings {
        forbid = Stored.listOrEmpty(forbid);
    }

    public static ChatSettings of(ChatMode mode) {
        return new ChatSettings(mode, null, 1.0, OnFailure.PREDEFINED, WhenInDoubt.RESEND, List.of(), false);
    }

    /**
     * As its owner configures it.
     *
     * @param triggerWords those of the configuration, encrypted
     */
    public static ChatSettings of(ChatView.Config config, @Nullable Sealed triggerWords) {
        return new ChatSettings(
                config.mode(),
                triggerWords,
                config.responseProbability(),
                config.onFailure(),
                config.whenInDoubt(),
                config.forbid(),
                config.stateless());
    }

    /**
     * As its owner sees it.
     *
     * @param clearTriggerWords the sniper's words, decrypted
     */
    public ChatView.Config shown(List<String> clearTriggerWords) {
        return new ChatView.Config(
                mode, clearTriggerWords, responseProbability, onFailure, whenInDoubt, forbid, stateless);
    }

    /** The same without the sniper's words. */
    public ChatSettings withoutTriggerWords() {
        return new ChatSettings(mode, null, responseProbability, onFailure, whenInDoubt, forbid, stateless);
    }
}
