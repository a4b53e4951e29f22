package io.vibee.chat;

import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.OwnerErasedException;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Profile;
import java.time.Duration;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The key of a chat's texts: loaded once per incarnation, and again until it can be had. */
final class ChatKey {

    private static final Logger LOG = LoggerFactory.getLogger(ChatKey.class);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

    private final Neighbours neighbours;
    private final TimerScheduler<ChatCommand> timers;
    private @Nullable DataKey key;
    private boolean wanted;
    private boolean refused;

    ChatKey(Neighbours neighbours, TimerScheduler<ChatCommand> timers) {
        this.neighbours = neighbours;
        this.timers = timers;
    }

    /** The key, or null while it is not there. */
    @Nullable
    DataKey get() {
        return key;
    }

    /** The key when it must be there, because something is composed or sent. */
    DataKey require() {
        DataKey known = key;
        if (known == null) {
            throw new IllegalStateException("nothing is composed or sent before the key is there");
        }
        return known;
    }

    /** Takes what was asked for, unless the chat was erased meanwhile and needs another one. */
    void ready(ChatState state, DataKey found) {
        Profile profile = state.profile();
        if (!state.erased() || profile == null || !found.keyId().equals(profile.keyId())) {
            key = found;
        }
    }

    /** Whether the owner was erased, so that no key is made for the chat any more. */
    boolean refused() {
        return refused;
    }

    void unavailable(Throwable cause) {
        if (cause instanceof OwnerErasedException || cause.getCause() instanceof OwnerErasedException) {
            refused = true;
            return;
        }
        LOG.warn("the chat's key can't be had: {}", cause.toString());
        timers.startSingleTimer(ChatStep.LoadKey.NOW, AGAIN_AFTER);
    }

    /** Another incarnation, or the chat was erased: nothing is known. */
    void forget() {
        key = null;
        wanted = false;
    }

    void loadAgain(ChatState state) {
        wanted = false;
        load(state, null);
    }

    /**
     * Asks for the key, once.
     *
     * @param newOwner who is to own a chat that is seen for the first time, or again after it was erased; null: such a chat gets no key
     */
    void load(ChatState state, @Nullable String newOwner) {
        if (wanted) {
            return;
        }
        Profile profile = state.profile();
        if (profile != null && !state.erased()) {
            wanted = true;
            neighbours.loadKey(profile);
        } else if (newOwner != null) {
            wanted = true;
            neighbours.obtainKey(newOwner);
        }
    }
}
