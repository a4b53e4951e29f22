package io.vibee.chat;

import io.vibee.cluster.Defect;
import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.chat.ChatCommand.Preview;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.stored.EventHead;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a chat does beside the one thing that it is doing, and what that never waits for: its summary, and previews. */
final class Asides {

    private static final Logger LOG = LoggerFactory.getLogger(Asides.class);

    private final Summarizing summarizing;
    private final Previews previews;

    /**
     * @param composition with the chat's key, which must be there when it is asked for
     * @param within the longest time after which a preview has ended
     */
    Asides(String chatId, Neighbours neighbours, Supplier<Composition> composition, Duration within) {
        this.summarizing = new Summarizing(chatId, neighbours);
        this.previews = new Previews(neighbours, composition, within);
    }

    /** A chat has nothing else to do. */
    void idle(ChatState state) {
        try {
            summarizing.look(state);
        } catch (RuntimeException e) {
            LOG.error("a defect in a chat's summary", Defect.of(e));
            summarizing.fail(state);
        }
    }

    void preview(Profile profile, DataKey key, Preview preview, Instant now) {
        previews.begin(profile, key, preview, now);
    }

    /**
     * Gives the events to store.
     *
     * @param key null when the chat has none, or it was erased
     */
    List<ChatEvent> on(ChatState state, ChatStep.Aside step, @Nullable DataKey key, EventHead head) {
        switch (step) {
            case ChatStep.Summarized summarized -> {
                return summarizing.onSummarized(state, summarized, key, head);
            }
            case ChatStep.SummaryGrantAnswered answered -> summarizing.onGrantAnswered(state, answered, key);
            case ChatStep.PreviewGrantAnswered answered -> previews.onGrantAnswered(state, answered, key);
            case ChatStep.PreviewRecalled recalled -> previews.onRecalled(state, recalled, key);
            case ChatStep.PreviewComposed composed -> previews.onComposed(state, composed, key);
        }
        return List.of();
    }

    /** A step's own code failed: nothing comes of what it belongs to, and what that holds is free again. */
    void fail(ChatState state, ChatStep.Aside step) {
        switch (step) {
            case ChatStep.Summarized summarized -> summarizing.fail(state);
            case ChatStep.SummaryGrantAnswered answered -> summarizing.fail(state, answered.callId());
            case ChatStep.PreviewGrantAnswered answered -> previews.fail(state, answered.callId());
            case ChatStep.PreviewRecalled recalled -> previews.fail(state, recalled.callId());
            case ChatStep.PreviewComposed composed -> previews.fail(composed.callId());
        }
    }

    /** What was running is forgotten, as in a crash. */
    void forget() {
        summarizing.forget();
        previews.forget();
    }
}
