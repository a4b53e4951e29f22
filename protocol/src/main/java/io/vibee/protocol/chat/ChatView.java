package io.vibee.protocol.chat;

import io.vibee.protocol.ClusterMessage;
import io.vibee.protocol.stored.Stored;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chat as its owner sees it, in the clear.
 *
 * @param pending how many messages wait for an answer or to be sent
 * @param erased whether what was said in it was erased, and nobody wrote since
 * @param seqNr of its last event: what is read of it elsewhere may not be so far yet
 */
public record ChatView(
        String id,
        String sessionId,
        long telegramChatId,
        @Nullable String title,
        ChatType type,
        int pending,
        @Nullable Instant lastMessageAt,
        Config config,
        boolean erased,
        long seqNr)
        implements ClusterMessage {

    /** See {@link ChatSettings}. */
    public record Config(
            ChatMode mode,
            List<String> triggerWords,
            double responseProbability,
            OnFailure onFailure,
            WhenInDoubt whenInDoubt,
            List<Forbidden> forbid,
            boolean stateless)
            implements ClusterMessage {
        public Config {
            triggerWords = List.copyOf(triggerWords);
            // A node of an earlier version says nothing of it.
            forbid = Stored.listOrEmpty(forbid);
        }
    }
}
