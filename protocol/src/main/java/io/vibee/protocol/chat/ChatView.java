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
 * @param drafts how many answers wait for their owner's leave
 * @param takenOverUntil until when the owner has the chat in hand, or null
 * @param barred where Telegram lets the bot write nothing: the whole chat first, then topics
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
        long seqNr,
        List<Barred> barred,
        int drafts,
        @Nullable Instant takenOverUntil)
        implements ClusterMessage {

    public ChatView {
        // A node of an earlier version leaves it out.
        barred = Stored.listOrEmpty(barred);
    }

    /** See {@link ChatState.Barred}. */
    public record Barred(@Nullable Integer messageThreadId, String reason, Instant since) implements ClusterMessage {}

    /**
     * See {@link ChatSettings}.
     *
     * @param manners as they are in effect, or as they are wanted: see {@link Manners}
     * @param names what people in groups call the bot
     */
    public record Config(
            ChatMode mode,
            List<String> triggerWords,
            double responseProbability,
            OnFailure onFailure,
            WhenInDoubt whenInDoubt,
            List<Forbidden> forbid,
            boolean stateless,
            Integer takeoverMinutes,
            Integer draftMinutes,
            Manners manners,
            List<String> names,
            Contact contact)
            implements ClusterMessage {
        public Config {
            triggerWords = List.copyOf(triggerWords);
            // A node of an earlier version leaves these out.
            forbid = Stored.listOrEmpty(forbid);
            takeoverMinutes = Stored.orElse(takeoverMinutes, ChatSettings.TAKEOVER_MINUTES);
            draftMinutes = Stored.orElse(draftMinutes, ChatSettings.DRAFT_MINUTES);
            manners = Stored.orElse(manners, Manners.DEFAULT);
            names = Stored.listOrEmpty(names);
            contact = Stored.orElse(contact, Contact.ALLOWED);
        }
    }
}
