package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.EventHead;
import io.vibee.protocol.stored.Stored;
import io.vibee.protocol.stored.StoredState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a chat remembers.
 *
 * @param profile null before the first message
 * @param counter the highest number ever used in a message's or draft's id
 * @param seen identities of the latest updates, oldest first
 * @param window the latest of the conversation, oldest first
 * @param pending messages still to be answered, oldest first
 * @param outbox texts still to be sent, in order; a draft that answers a pending message takes that message's place
 * @param answeredAt when the answers of the last minute were drafted, oldest first
 * @param deadLetters what failed for good and can be retried, oldest first
 * @param noticedAt when people were last told that no answers come, or null
 * @param lastDeadLetter how many dead letters there ever were: the number in the latest one's id
 * @param summary of what was said before what the window still shows word for word, or null; in no topic, where the chat has some
 * @param barred where Telegram lets the bot write nothing: the whole chat, or topics of it, the latest last
 * @param topicSummaries the same of each topic that has one, by its thread; the latest {@value #MOST_SUMMARIES} are kept
 * @param proposals answers that wait for their owner's leave, oldest first
 * @param closedProposals what became of the latest ones, oldest first
 * @param takenOverUntil until when the owner has the chat in hand, or null; it may be over
 * @param botTurns how many messages of bots were to be answered since a person last wrote
 * @param lastHeardAt when somebody else than the owner last wrote, or null
 */
public record ChatState(
        @Nullable Profile profile,
        long counter,
        List<String> seen,
        List<WindowEntry> window,
        List<Pending> pending,
        List<Outgoing> outbox,
        List<Instant> answeredAt,
        List<Accepted> accepted,
        @Nullable Instant lastMessageAt,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<DeadLetter> deadLetters,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long lastDeadLetter,
        @Nullable Instant noticedAt,
        @Nullable Summary summary,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Barred> barred,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<Integer, Summary> topicSummaries,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Proposal> proposals,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ClosedProposal> closedProposals,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant takenOverUntil,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant lastHeardAt,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int botTurns)
        implements StoredState {

    /** Summaries of topics that are kept. */
    public static final int MOST_SUMMARIES = 20;

    /** The general topic of a forum: what is written in it names no thread. */
    private static final int GENERAL_TOPIC = 1;

    public static final ChatState EMPTY = new ChatState(
            null, 0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), null, List.of(), 0, null, null,
            List.of(), Map.of(), List.of(), List.of(), null, null, 0);

    public ChatState {
        proposals = Stored.listOrEmpty(proposals);
        closedProposals = Stored.listOrEmpty(closedProposals);
        barred = Stored.listOrEmpty(barred);
        seen = Stored.listOrEmpty(seen);
        window = Stored.listOrEmpty(window);
        pending = Stored.listOrEmpty(pending);
        outbox = Stored.listOrEmpty(outbox);
        answeredAt = Stored.listOrEmpty(answeredAt);
        accepted = Stored.listOrEmpty(accepted);
        deadLetters = Stored.listOrEmpty(deadLetters);
        topicSummaries = Stored.mapOrEmpty(topicSummaries);
    }

    /** The topic of its own that a message thread is: null for what is in none, and for the general one. */
    public static @Nullable Integer ownTopic(@Nullable Integer messageThreadId) {
        return messageThreadId == null || messageThreadId == GENERAL_TOPIC ? null : messageThreadId;
    }

    /** Whether something is left to do. */
    public boolean unfinished() {
        return (!pending.isEmpty() && !underReview()) || !outbox.isEmpty();
    }

    /** Whether the owner is to decide first about who writes here. */
    public boolean underReview() {
        return profile != null && profile.settings().contactInEffect() == Contact.NEW;
    }

    /** Whether its key was erased and nobody wrote since. */
    public boolean erased() {
        return profile != null && profile.erasedAt() != null;
    }

    public Optional<Pending> pending(String messageId) {
        return pending.stream()
                .filter(message -> message.messageId().equals(messageId))
                .findFirst();
    }

    public Optional<Outgoing> outgoing(String draftId) {
        return outbox.stream().filter(out -> out.draftId().equals(draftId)).findFirst();
    }

    public Optional<DeadLetter> deadLetter(String id) {
        return deadLetters.stream().filter(letter -> letter.id().equals(id)).findFirst();
    }

    public Optional<Proposal> proposal(String draftId) {
        return proposals.stream()
                .filter(proposal -> proposal.draftId().equals(draftId))
                .findFirst();
    }

    /** What became of an answer that waited for leave; empty when it waits, never was, or was forgotten. */
    public Optional<DraftEnd> endOf(String draftId) {
        return closedProposals.stream()
                .filter(closed -> closed.draftId().equals(draftId))
                .map(ClosedProposal::end)
                .findFirst();
    }

    /** Whether the owner has the chat in hand. */
    public boolean isTakenOver(Instant now) {
        return takenOverUntil != null && takenOverUntil.isAfter(now);
    }

    /** The number of the next entry of the window. */
    public long nextEntry() {
        long shown = window.isEmpty() ? 0 : window.getLast().number();
        long ofTopics =
                topicSummaries.values().stream().mapToLong(Summary::upTo).max().orElse(0);
        return Math.max(shown, Math.max(ofTopics, summary == null ? 0 : summary.upTo())) + 1;
    }

    /** The summary of a topic, or null. */
    public @Nullable Summary summaryOf(@Nullable Integer topic) {
        return topic == null ? summary : topicSummaries.get(topic);
    }

    /** What the window has of a topic beyond its summary, oldest first. */
    public List<WindowEntry> unsummarized(@Nullable Integer topic) {
        Summary known = summaryOf(topic);
        return window.stream()
                .filter(entry ->
                        Objects.equals(entry.topic(), topic) && (known == null || entry.number() > known.upTo()))
                .toList();
    }

    /** When the oldest of {@link #unsummarized} was written, if anything was written before it. */
    public Optional<Instant> shownSince(@Nullable Integer topic) {
        return unsummarized(topic).stream()
                .findFirst()
                .filter(oldest -> oldest.number() > 1)
                .map(WindowEntry::at);
    }

    /** Why the bot may write nothing in a topic, or outside of any: it, or the whole chat, is barred. */
    public Optional<Barred> barredIn(@Nullable Integer messageThreadId) {
        return barred.stream()
                .filter(place -> {
                    Integer topic = place.messageThreadId();
                    return topic == null || topic == topic(messageThreadId);
                })
                .findFirst();
    }

    /** The topic in which something is written that names this thread. */
    public static int topic(@Nullable Integer messageThreadId) {
        return messageThreadId == null ? GENERAL_TOPIC : messageThreadId;
    }

    /** The id of the next draft. */
    public String nextDraftId() {
        return "out" + (counter + 1);
    }

    /** The head of an event of this chat; whether something stays open is set when the event is stored. */
    public EventHead headAt(Instant at) {
        return profile == null
                ? new EventHead("", "", false, at)
                : new EventHead(profile.owner(), profile.carrier().sessionId(), false, at);
    }

    /**
     * @param keyId of the key under which its texts are encrypted
     * @param erasedAt when that key was erased, or null
     */
    public record Profile(
            String owner,
            long telegramChatId,
            ChatType type,
            @Nullable Sealed title,
            String keyId,
            Carrier carrier,
            ChatSettings settings,
            @Nullable Instant erasedAt)
            implements Stored {

        /** The same under another title, or none. */
        public Profile titled(@Nullable Sealed other) {
            return new Profile(owner, telegramChatId, type, other, keyId, carrier, settings, erasedAt);
        }

        /** The same with other settings. */
        public Profile configured(ChatSettings other) {
            return new Profile(owner, telegramChatId, type, title, keyId, carrier, other, erasedAt);
        }

        /** The same as the supergroup that it became. */
        public Profile migrated(long toTelegramChatId) {
            return new Profile(owner, toTelegramChatId, ChatType.SUPERGROUP, title, keyId, carrier, settings, erasedAt);
        }

        /** What is left when its key is erased: nothing that could be read. */
        public Profile erased(Instant at) {
            return new Profile(owner, telegramChatId, type, null, keyId, carrier, settings.withoutWords(), at);
        }
    }

    /**
     * Where Telegram lets the bot write nothing.
     *
     * @param messageThreadId a topic, or null for the whole chat
     * @param code as in {@link ChatEvent.ChatBarred}
     * @param since when Telegram said so last
     */
    public record Barred(@Nullable Integer messageThreadId, int code, String reason, Instant since) implements Stored {
        public boolean isWholeChat() {
            return messageThreadId == null;
        }
    }

    /**
     * What was said earlier, in short.
     *
     * @param upTo the number of the latest window entry that is in it
     */
    public record Summary(Sealed text, long upTo) implements Stored {}

    /**
     * @param own written by the bot or its owner
     * @param telegramMessageId 0 for what is not sent yet
     * @param number grows by 1 with each entry; 0 in what was stored before entries were numbered
     * @param messageThreadId the topic that it was said in, or null
     * @param quote what it refers to, or null
     */
    public record WindowEntry(
            boolean own,
            @Nullable Sealed name,
            Sealed text,
            Instant at,
            long telegramMessageId,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) long number,
            @Nullable Integer messageThreadId,
            @Nullable Quote quote)
            implements Stored {

        /** One that was said in no topic and refers to nothing. */
        public WindowEntry(
                boolean own, @Nullable Sealed name, Sealed text, Instant at, long telegramMessageId, long number) {
            this(own, name, text, at, telegramMessageId, number, null, null);
        }

        /** As {@link ChatState#ownTopic} has it. */
        public @Nullable Integer topic() {
            return ChatState.ownTopic(messageThreadId);
        }

        /** The same in other words. */
        public WindowEntry reworded(Sealed words) {
            return new WindowEntry(own, name, words, at, telegramMessageId, number, messageThreadId, quote);
        }
    }

    /**
     * A message still to be answered.
     *
     * @param receivedAt when it came, or was last retried
     * @param retried whether it was a dead letter and was taken up again
     * @param quote what it refers to, or null
     */
    public record Pending(
            String messageId,
            long telegramMessageId,
            Sender sender,
            Sealed text,
            @Nullable Integer messageThreadId,
            Instant receivedAt,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean retried,
            @Nullable Quote quote)
            implements Stored {

        /** As {@link ChatState#ownTopic} has it. */
        public @Nullable Integer topic() {
            return ChatState.ownTopic(messageThreadId);
        }

        /** The same in other words. */
        public Pending reworded(Sealed words) {
            return new Pending(
                    messageId, telegramMessageId, sender, words, messageThreadId, receivedAt, retried, quote);
        }

        /** The same, taken up again. */
        public Pending again(Instant at) {
            return new Pending(messageId, telegramMessageId, sender, text, messageThreadId, at, true, quote);
        }
    }

    /**
     * A text still to be sent.
     *
     * @param nextPart the first part that is not settled
     * @param attempts how often that part was started
     * @param doubts how often nobody could know whether that part was sent
     * @param retried whether it, or the message that it answers, was a dead letter and was taken up again
     * @param formats as in {@link ChatEvent.ReplyDrafted}; none once Telegram refused one of them
     * @param approved whether its owner gave leave to send it
     */
    public record Outgoing(
            String draftId,
            @Nullable String inReplyTo,
            List<Sealed> parts,
            @Nullable Integer messageThreadId,
            boolean answer,
            Instant receivedAt,
            int nextPart,
            Step step,
            int attempts,
            int doubts,
            @Nullable Instant retryAt,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean retried,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<Integer, Sealed> formats,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean approved)
            implements Stored {
        public Outgoing {
            parts = Stored.listOrEmpty(parts);
            step = Stored.orElse(step, Step.READY);
            formats = Stored.mapOrEmpty(formats);
        }

        /** The same, all of it plain. */
        public Outgoing plainly() {
            return new Outgoing(
                    draftId,
                    inReplyTo,
                    parts,
                    messageThreadId,
                    answer,
                    receivedAt,
                    nextPart,
                    step,
                    attempts,
                    doubts,
                    retryAt,
                    retried,
                    Map.of(),
                    approved);
        }
    }

    /**
     * An answer that waits for its owner's leave.
     *
     * @param message that it answers, as it waited; null when it was drafted before the chat asked for leave
     * @param origin as in {@link ChatEvent.ReplyProposed}
     * @param retried as in {@link Outgoing}
     */
    public record Proposal(
            String draftId,
            String inReplyTo,
            @Nullable Pending message,
            List<Sealed> parts,
            @Nullable Integer messageThreadId,
            @Nullable DraftOrigin origin,
            Instant proposedAt,
            Instant expiresAt,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean retried,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<Integer, Sealed> formats)
            implements Stored {
        public Proposal {
            parts = List.copyOf(parts);
            formats = Stored.mapOrEmpty(formats);
        }
    }

    /** What became of an answer that waited for its owner's leave. */
    public record ClosedProposal(String draftId, DraftEnd end) implements Stored {}

    /** How far the next part of an outgoing text is. */
    public enum Step {
        /** Certainly not on its way. */
        @JsonProperty("ready")
        READY,
        /** Perhaps on its way. */
        @JsonProperty("started")
        STARTED
    }

    /** What the owner sent with an Idempotency-Key. */
    public record Accepted(String idempotencyKey, String draftId) implements Stored {}

    /**
     * What failed for good, as it was then: one of the two is there.
     *
     * @param message that no answer could be made for
     * @param draft that could not be sent
     */
    public record DeadLetter(
            String id, @Nullable Pending message, @Nullable Outgoing draft) implements Stored {}
}
