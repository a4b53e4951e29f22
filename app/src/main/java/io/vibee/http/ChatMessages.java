package io.vibee.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vibee.chat.Transcript;
import io.vibee.chat.TranscriptItem;
import io.vibee.persistence.database.Cursor;
import io.vibee.persistence.session.SessionRow;
import io.vibee.persistence.session.SessionRows;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.crypto.Sealed;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/** A chat's messages, read from its journal and opened for its owner. */
public final class ChatMessages {

    private static final String PREFIX = "Chat|";

    /** Each page reads the chat's journal once. */
    private static final int AT_ONCE = 500;

    private final CurrentEventsByPersistenceIdQuery journal;
    private final SessionRows sessions;
    private final ClearTexts texts;
    private final ActorSystem<?> system;

    public ChatMessages(
            CurrentEventsByPersistenceIdQuery journal, SessionRows sessions, ClearTexts texts, ActorSystem<?> system) {
        this.journal = journal;
        this.sessions = sessions;
        this.texts = texts;
        this.system = system;
    }

    /**
     * @param senderId Telegram's id of who wrote it
     * @param text null when it has none, was deleted or was erased
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
            Instant createdAt,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Boolean erased) {
        @Override
        public String toString() {
            return "MessageItem[" + id + "]";
        }
    }

    static String persistenceId(String chatId) {
        return PREFIX + chatId;
    }

    static String chatId(String persistenceId) {
        return persistenceId.substring(PREFIX.length());
    }

    /** Where the page asked for ends. */
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

    /** A page of a chat that is known to be the owner's. */
    CompletionStage<ItemList<MessageItem>> page(String owner, ChatView chat, long before, int limit) {
        // One more than shown tells whether there is more. The stream runs on one thread at a time.
        Transcript transcript = new Transcript(before, limit + 1);
        return journal.currentEventsByPersistenceId(persistenceId(chat.id()), 0, Long.MAX_VALUE)
                .runWith(
                        Sink.foreach(envelope -> {
                            if (envelope.event() instanceof ChatEvent event) {
                                transcript.apply(envelope.sequenceNr(), event);
                            }
                        }),
                        system)
                .thenCompose(done -> sessions.find(owner, chat.sessionId()))
                .thenCompose(session -> page(owner, transcript.newestFirst(), session, limit));
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

    private CompletionStage<ItemList<MessageItem>> page(
            String owner, List<TranscriptItem> newest, Optional<SessionRow> session, int limit) {
        List<TranscriptItem> shown = newest.size() > limit ? newest.subList(0, limit) : newest;
        String next =
                newest.size() > limit ? Cursor.at(shown.getLast().position()).encoded() : null;
        List<Sealed> sealed = shown.stream()
                .flatMap(item -> Stream.concat(item.text().stream(), Stream.ofNullable(item.senderName())))
                .toList();
        return texts.open(owner, sealed)
                .thenApply(open -> new ItemList<>(
                        shown.stream().map(item -> show(item, session, open)).toList(), next));
    }

    private static MessageItem show(
            TranscriptItem item, Optional<SessionRow> session, Function<Sealed, Optional<String>> open) {
        Long bot = session.map(SessionRow::botId).orElse(null);
        String botName = session.map(SessionRow::botUsername).orElse(null);
        Sealed name = item.senderName();
        List<Optional<String>> parts = item.text().stream().map(open).toList();
        boolean erased = parts.stream().anyMatch(Optional::isEmpty);
        return new MessageItem(
                item.id(),
                item.incoming() ? "in" : "out",
                item.incoming() ? item.senderId() : bot,
                item.incoming() ? (name == null ? null : open.apply(name).orElse(null)) : botName,
                parts.isEmpty() || erased
                        ? null
                        : parts.stream().flatMap(Optional::stream).collect(Collectors.joining()),
                item.telegramMessageId(),
                item.status().name().toLowerCase(Locale.ROOT),
                item.createdAt(),
                erased ? Boolean.TRUE : null);
    }
}
