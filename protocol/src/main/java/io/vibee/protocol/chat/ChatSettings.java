package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vibee.protocol.carrier.SessionKind;
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
 * @param manners null: {@link Manners#DEFAULT}
 * @param names a JSON array of what people in groups call the bot, encrypted; null when there are none
 * @param contact what the owner thinks of the other one in a private chat; null: {@link Contact#ALLOWED}
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
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer draftMinutes,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Manners manners,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Sealed names,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Contact contact)
        implements Stored {

    static final int TAKEOVER_MINUTES = 30;
    static final int DRAFT_MINUTES = 12 * 60;

    public ChatSettings {
        forbid = Stored.listOrEmpty(forbid);
        // What is as ever is not stored.
        takeoverMinutes = unlessDefault(takeoverMinutes, TAKEOVER_MINUTES);
        draftMinutes = unlessDefault(draftMinutes, DRAFT_MINUTES);
        contact = contact == Contact.ALLOWED ? null : contact;
        manners = Manners.DEFAULT.equals(manners) ? null : manners;
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

    /** How the chat behaves among people, also where nothing is set. */
    public Manners mannersInEffect() {
        return manners == null ? Manners.DEFAULT : manners;
    }

    public static ChatSettings of(ChatMode mode) {
        return new ChatSettings(
                mode,
                null,
                1.0,
                OnFailure.PREDEFINED,
                WhenInDoubt.RESEND,
                List.of(),
                false,
                null,
                null,
                null,
                null,
                null);
    }

    /** Those of a chat with somebody whom the owner does not know yet. */
    public static ChatSettings ofNewcomer(ChatMode mode) {
        return of(mode).with(mode, null, null, Contact.NEW);
    }

    /**
     * As its owner configures it.
     *
     * @param triggerWords those of the configuration, encrypted
     * @param names those of the configuration, encrypted
     */
    public static ChatSettings of(ChatView.Config config, @Nullable Sealed triggerWords, @Nullable Sealed names) {
        return new ChatSettings(
                config.mode(),
                triggerWords,
                config.responseProbability(),
                config.onFailure(),
                config.whenInDoubt(),
                config.forbid(),
                config.stateless(),
                config.takeoverMinutes(),
                config.draftMinutes(),
                config.manners(),
                names,
                config.contact());
    }

    /**
     * As its owner sees it.
     *
     * @param clearTriggerWords the sniper's words, decrypted
     * @param clearNames the bot's names, decrypted
     * @param botPause as in {@link Manners#pause}
     */
    public ChatView.Config shown(
            List<String> clearTriggerWords, List<String> clearNames, SessionKind kind, Duration botPause) {
        return new ChatView.Config(
                mode,
                clearTriggerWords,
                responseProbability,
                onFailure,
                whenInDoubt,
                forbid,
                stateless,
                Math.toIntExact(takeover().toMinutes()),
                Math.toIntExact(draftLife().toMinutes()),
                mannersInEffect().pausing(mannersInEffect().pause(kind, mode, botPause)),
                clearNames,
                contactInEffect());
    }

    /** What happens when no model answers. A ready sentence is nothing that anybody would be asked to approve. */
    public OnFailure withoutAnswer() {
        return mode == ChatMode.DRAFT && onFailure == OnFailure.PREDEFINED ? OnFailure.DEAD_LETTER : onFailure;
    }

    /** The same without what its owner wrote. */
    public ChatSettings withoutWords() {
        return with(mode, null, null, contact);
    }

    /** The same in another mode. Who sets it lets the other one in, except by switching a blocked one's chat off. */
    public ChatSettings in(ChatMode other) {
        boolean stays = contact == Contact.BLOCKED && other == ChatMode.DISABLED;
        return with(other, triggerWords, names, stays ? contact : Contact.ALLOWED);
    }

    /** The same after a decision about somebody new. */
    public ChatSettings decided(ContactDecision decision) {
        return with(decision.mode(), triggerWords, names, decision.contact());
    }

    /** What the owner thinks of the other one, also where nothing is set. */
    public Contact contactInEffect() {
        return contact == null ? Contact.ALLOWED : contact;
    }

    /** Whether messages are kept. */
    public boolean keeps() {
        return mode != ChatMode.DISABLED && contact != Contact.BLOCKED;
    }

    private ChatSettings with(
            ChatMode otherMode, @Nullable Sealed words, @Nullable Sealed otherNames, @Nullable Contact otherContact) {
        return new ChatSettings(
                otherMode,
                words,
                responseProbability,
                onFailure,
                whenInDoubt,
                forbid,
                stateless,
                takeoverMinutes,
                draftMinutes,
                manners,
                otherNames,
                otherContact);
    }
}
