package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.Stored;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a chat behaves, as its owner set it.
 *
 * @param triggerWords a JSON array of the sniper's words, encrypted; null when there are none
 * @param responseProbability between 0 and 1, for a sniper
 * @param forbid what no answer may hold, each at most once
 * @param takeoverMinutes for how long the chat is in the owner's hand after the owner wrote there; 0: not at all; null: see
 *     {@link #takeover}
 * @param draftMinutes for how long an answer waits for its owner's leave; null: see {@link #draftLife}
 * @param stateless whether each message is answered by itself, as if nothing had been said before and nobody were known
 */
public record ChatSettings(
        ChatMode mode,
        @Nullable Sealed triggerWords,
        double responseProbability,
        OnFailure onFailure,
        WhenInDoubt whenInDoubt,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Forbidden> forbid,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean stateless,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer takeoverMinutes,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer draftMinutes)
        implements Stored {

    static final int TAKEOVER_MINUTES = 30;
    static final int DRAFT_MINUTES = 12 * 60;

    public ChatSettings {
        forbid = Stored.listOrEmpty(forbid);
        // What is as ever is not stored.
        takeoverMinutes = unlessDefault(takeoverMinutes, TAKEOVER_MINUTES);
        draftMinutes = unlessDefault(draftMinutes, DRAFT_MINUTES);
    }

    private static @Nullable Integer unlessDefault(@Nullable Integer minutes, int otherwise) {
        return minutes != null && minutes == otherwise ? null : minutes;
    }

    /** For how long the chat is in the owner's hand after the owner wrote there, half an hour if nothing else is set; zero: not at all. */
    public Duration takeover() {
        return Duration.ofMinutes(takeoverMinutes == null ? TAKEOVER_MINUTES : takeoverMinutes);
    }

    /** For how long an answer waits for its owner's leave, twelve hours if nothing else is set. */
    public Duration draftLife() {
        return Duration.ofMinutes(draftMinutes == null ? DRAFT_MINUTES : draftMinutes);
    }

    public static ChatSettings of(ChatMode mode) {
        return new ChatSettings(
                mode, null, 1.0, OnFailure.PREDEFINED, WhenInDoubt.RESEND, List.of(), false, null, null);
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
                config.stateless(),
                config.takeoverMinutes(),
                config.draftMinutes());
    }

    /**
     * As its owner sees it.
     *
     * @param clearTriggerWords the sniper's words, decrypted
     */
    public ChatView.Config shown(List<String> clearTriggerWords) {
        return new ChatView.Config(
                mode,
                clearTriggerWords,
                responseProbability,
                onFailure,
                whenInDoubt,
                forbid,
                stateless,
                Math.toIntExact(takeover().toMinutes()),
                Math.toIntExact(draftLife().toMinutes()));
    }

    /** What happens when no model answers. A ready sentence is nothing that anybody would be asked to approve. */
    public OnFailure withoutAnswer() {
        return mode == ChatMode.DRAFT && onFailure == OnFailure.PREDEFINED ? OnFailure.DEAD_LETTER : onFailure;
    }

    /** The same without the sniper's words. */
    public ChatSettings withoutTriggerWords() {
        return new ChatSettings(
                mode,
                null,
                responseProbability,
                onFailure,
                whenInDoubt,
                forbid,
                stateless,
                takeoverMinutes,
                draftMinutes);
    }
}
