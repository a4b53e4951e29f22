package io.vibee.chat;

import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.chat.ChatCommand.Preview;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.stored.EventHead;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a chat does beside the one thing that it is doing, and what that never waits for: its summary, and previews. */
final class Asides {

    private final Summarizing summarizing;
    private final Previews previews;

    /**
     * @param composition with the chat's key, which must be there when it is asked for
     */
    Asides(String chatId, Neighbours neighbours, Supplier<Composition> composition) {
        this.summarizing = new Summarizing(chatId, neighbours);
        this.previews = new Previews(neighbours, composition);
    }

    /** A chat has nothing else to do. */
    void idle(ChatState state) {
        summarizing.look(state);
    }

    void preview(Profile profile, DataKey key, Preview preview, Instant now) {
        previews.begin(profile, key, preview, now);
    }

    /** Gives the events to store. */
    List<ChatEvent> on(ChatState state, ChatStep.Aside step, @Nullable DataKey key, EventHead head) {
        switch (step) {
            case ChatStep.Summarized summarized -> {
                return summarizing.onSummarized(state, summarized, key, head);
            }
            case ChatStep.SummaryGrantAnswered answered -> summarizing.onGrantAnswered(state, answered, key);
            case ChatStep.PreviewGrantAnswered answered -> previews.onGrantAnswered(state, answered, key);
            case ChatStep.PreviewRecalled recalled -> previews.onRecalled(state, recalled);
            case ChatStep.PreviewComposed composed -> previews.onComposed(state, composed);
        }
        return List.of();
    }

    /** What was running is forgotten, as in a crash. */
    void forget() {
        summarizing.forget();
        previews.forget();
    }
}
