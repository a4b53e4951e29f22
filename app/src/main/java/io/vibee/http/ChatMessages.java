package io.vibee.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vibee.persistence.page.Cursor;
import io.vibee.persistence.read.MessageRow;
import io.vibee.persistence.read.ReadChats;
import io.vibee.persistence.read.ReadMessages;
import io.vibee.persistence.session.SessionRow;
import io.vibee.persistence.session.SessionRows;
import io.vibee.protocol.chat.ChatView;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/**
 * A chat's messages, from the read tables. These are some milliseconds behind the journal. A reader waits, a second at most, until they
 * have everything that the chat had stored when it was asked, so people see what they have just done.
 */
public final class ChatMessages {

    private static final int AT_ONCE = 500;
    private static final int MOST_REMEMBERED = 1_000;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final ReadChats chats;
    private final ReadMessages messages;
    private final SessionRows sessions;
    private final ActorSystem<?> system;

    /** Nobody waits a second time for what did not arrive within a second: the projection stands still, or it set the event aside. */
    private final Map<String, Vain> waited = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Vain> eldest) {
            return size() > MOST_REMEMBERED;
        }
    });

    public ChatMessages(ReadChats chats, ReadMessages messages, SessionRows sessions, ActorSystem<?> system) {
        this.chats = chats;
        this.messages = messages;
        this.sessions = sessions;
        this.system = system;
    }

    /**
     * @param senderId the Telegram id of its sender
     * @param text null when it has none, was deleted or was erased
     * @param reason why it is not answered, or {@code length} for an answer that the model could not end; else left out
     * @param detail which rule of moderation stopped it or its answer, else left out
     * @param erased true when its text was erased, else left out
     */
    record MessageItem(
            String id,
            String direction,
            @Nullable Long senderId,
            @Nullable String senderName,
            @Nullable String text,
            @Nullable Long telegramMessageId,
            String status,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String reason,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String detail,

            Instant createdAt,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Boolean erased) {
        @Override
        public String toString() {
            return "MessageItem[" + id + "]";
        }
    }

    /** Rows that were at one event although another was wanted. */
    private record Vain(long at, long wanted) {}

    /** Where the requested page ends. */
    static long before(Parameters parameters) {
        String cursor = parameters.cursor();
        if (cursor == null) {
            return Long.MAX_VALUE;
        }
        try {
            return Cursor.parse(cursor, 1).number(0);
        } catch (IllegalArgumentException e) {
            parameters.violations().query("cursor", "next_cursor of the page before");
            return Long.MAX_VALUE;
        }
    }

    /** A page of a chat that belongs to the owner. */
    CompletionStage<ItemList<MessageItem>> page(String owner, ChatView chat, long before, int limit) {
        return upTo(chat, System.nanoTime() + LONGEST_WAIT.toNanos())
                // One more than the page shows whether there is another page.
                .thenCompose(done -> messages.page(owner, chat.id(), before, limit + 1))
                .thenCombine(sessions.find(owner, chat.sessionId()), (newest, session) -> page(newest, session, limit));
    }

    private CompletionStage<Done> upTo(ChatView chat, long deadline) {
        return chats.seqNr(chat.id()).thenCompose(seqNr -> {
            Vain vain = new Vain(seqNr, chat.seqNr());
            if (seqNr >= chat.seqNr() || vain.equals(waited.get(chat.id()))) {
                return CompletableFuture.completedStage(Done.getInstance());
            }
            if (System.nanoTime() > deadline) {
                waited.put(chat.id(), vain);
                return CompletableFuture.completedStage(Done.getInstance());
            }
            return Patterns.after(LOOK_AGAIN, system.classicSystem(), () -> upTo(chat, deadline));
        });
    }

    /** All messages of a chat, the newest first, some hundreds in memory at a time. */
    Source<MessageItem, NotUsed> all(String owner, ChatView chat) {
        return Source.unfoldAsync(
                        Optional.of(Long.MAX_VALUE),
                        before -> before.<CompletionStage<Optional<Pair<Optional<Long>, List<MessageItem>>>>>map(
                                        position -> page(owner, chat, position, AT_ONCE)
                                                .thenApply(page ->
                                                        Optional.of(Pair.create(following(page), page.items()))))
                                .orElseGet(() -> CompletableFuture.completedStage(Optional.empty())))
                .mapConcat(items -> items);
    }

    private static Optional<Long> following(ItemList<MessageItem> page) {
        return Optional.ofNullable(page.nextCursor())
                .map(cursor -> Cursor.parse(cursor, 1).number(0));
    }

    private static ItemList<MessageItem> page(List<MessageRow> newest, Optional<SessionRow> session, int limit) {
        List<MessageRow> shown = newest.size() > limit ? newest.subList(0, limit) : newest;
        String next = newest.size() > limit ? Cursor.at(shown.getLast().seqNr()).encoded() : null;
        return new ItemList<>(
                shown.stream().map(message -> show(message, session)).toList(), next);
    }

    private static MessageItem show(MessageRow message, Optional<SessionRow> session) {
        boolean incoming = message.incoming();
        MessageRow.Reason reason = message.byOwner() ? null : message.reason();
        return new MessageItem(
                message.id(),
                incoming && !message.byOwner() ? "in" : "out",
                incoming ? message.senderId() : session.map(SessionRow::botId).orElse(null),
                incoming
                        ? message.senderName()
                        : session.map(SessionRow::botUsername).orElse(null),
                message.text(),
                message.telegramMessageId(),
                message.status().name().toLowerCase(Locale.ROOT),
                reason == null ? null : reason.name(),
                reason == null ? null : reason.detail(),
                message.createdAt(),
                message.erased() ? Boolean.TRUE : null);
    }
}
