package io.vibee.chat;

import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.ChatState.Summary;
import io.vibee.protocol.chat.ChatState.WindowEntry;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.reply.ConversationSummary;
import io.vibee.reply.Prompt;
import io.vibee.reply.PromptAssembly.Said;
import io.vibee.reply.ReplyRequest;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a summary is made of: of one topic.
 *
 * @param before the summary that it replaces, or null
 * @param folded what goes into it, oldest first, at least one
 */
record SummaryBasis(@Nullable Integer topic, @Nullable Summary before, List<WindowEntry> folded) {

    SummaryBasis {
        folded = List.copyOf(folded);
    }

    /** The number of the latest entry that goes into it. */
    long upTo() {
        return folded.getLast().number();
    }

    /** Whether the chat still says the same. */
    boolean holds(ChatState state) {
        return Objects.equals(before, state.summaryOf(topic))
                && folded.equals(state.unsummarized(topic).stream()
                        .filter(entry -> entry.number() <= upTo())
                        .toList());
    }

    /** Asks the engine for the summary. */
    ReplyRequest request(String chatId, Profile profile, String callId, TextCipher key, boolean paid) {
        return new ReplyRequest(
                profile.owner(),
                chatId,
                profile.keyId(),
                callId,
                prompt(key),
                "",
                paid,
                ReplyRequest.Purpose.SUMMARY,
                Set.of(),
                false);
    }

    private Prompt prompt(TextCipher key) {
        return ConversationSummary.prompt(
                before == null ? "" : key.open(before.text()).orElse(""),
                folded.stream()
                        .map(entry -> new Said(
                                entry.own(),
                                entry.name() == null
                                        ? ""
                                        : key.open(entry.name()).orElse(""),
                                key.open(entry.text()).orElse("")))
                        .toList());
    }
}
