package io.vibee.chat;

import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.reply.ReplyOutcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One call of a model: the account's leave, what is recalled, the text, the settlement. {@link ModelCalls} makes it, whatever it is for.
 *
 * @param id unique in its chat while it runs; the account knows the call by it
 * @param prompt what the model of a preview was given; null before, and for all else
 * @param draft whether what comes of it needs the owner's leave, whatever the chat's mode
 * @param conversation what it is asked about, while something older is looked for; else null
 */
record ModelCall(
        String id,
        Purpose purpose,
        Stage stage,
        ChatCommand.@Nullable PromptSize prompt,
        @Nullable Conversation conversation,
        boolean draft) {

    /** What is awaited. */
    enum Stage {
        LEAVE,
        RECALL,
        TEXT
    }

    /** What the text is for. */
    sealed interface Purpose {

        /** It answers a pending message, whose id is the call's. */
        record Answer() implements Purpose {}

        /**
         * It is shown to the owner only.
         *
         * @param message the text, as if somebody had written it
         * @param until when each of its steps must have ended
         */
        record Preview(ChatCommand.Preview asked, Pending message, Instant until) implements Purpose {}

        /** It sums up what was said. */
        record Summary(SummaryBasis basis) implements Purpose {}
    }

    /** How a call ends. */
    sealed interface End {

        /** The account gave no leave. */
        record Refused(GrantReply reply) implements End {}

        /** What it was for is gone: its message, its key, or its chat. */
        record Unwanted() implements End {}

        record Ended(ReplyOutcome outcome) implements End {}

        /** The chat's own code failed. */
        record Failed(String cause) implements End {}
    }

    /** One that begins. */
    ModelCall(String id, Purpose purpose) {
        this(id, purpose, Stage.LEAVE, null, null, false);
    }

    /** The same, and what comes of it needs the owner's leave. */
    ModelCall drafting() {
        return new ModelCall(id, purpose, stage, prompt, conversation, true);
    }

    ModelCall recalling(Conversation conversation) {
        return new ModelCall(id, purpose, Stage.RECALL, prompt, conversation, draft);
    }

    ModelCall composing(ChatCommand.@Nullable PromptSize given) {
        return new ModelCall(id, purpose, Stage.TEXT, given, null, draft);
    }
}
