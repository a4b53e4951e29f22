package io.vibee.chat;

import io.vibee.persistence.read.MessageRow;
import io.vibee.persistence.read.ReadMessages;
import io.vibee.reply.PromptAssembly.Said;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Finds what was said long ago in a chat and may matter now. */
@FunctionalInterface
public interface Recall {

    /** Earlier messages that are shown to a model at most. */
    int MOST = 5;

    /** An answer is worth more than what could be recalled for it. */
    Duration WITHIN = Duration.ofMillis(300);

    /**
     * What is looked for.
     *
     * @param topic only what was written in it; null: in none
     * @param words what they have, any of it
     * @param language of the words, an ISO 639-1 code
     * @param before only what was written before it
     */
    record Search(String owner, String chatId, @Nullable Integer topic, String words, String language, Instant before) {
        @Override
        public String toString() {
            return "Search[" + chatId + ", " + topic + ", " + words.length() + " chars]";
        }
    }

    /** Messages of an owner's chat that have most of the words, oldest first, at most {@value #MOST}; none when they can't be had in time. */
    CompletionStage<List<Said>> relevant(Search search);

    /** From the read tables. */
    static Recall from(ReadMessages messages) {
        return search -> messages.related(
                        new ReadMessages.Related(
                                search.owner(),
                                search.chatId(),
                                search.topic(),
                                search.words(),
                                search.language(),
                                search.before()),
                        MOST)
                .toCompletableFuture()
                .orTimeout(WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .handle((found, failure) -> found == null
                        ? List.of()
                        : found.stream().map(Recall::said).toList());
    }

    private static Said said(MessageRow row) {
        return new Said(
                !row.incoming() || row.byOwner(),
                Objects.requireNonNullElse(row.senderName(), ""),
                Objects.requireNonNullElse(row.text(), ""));
    }
}
