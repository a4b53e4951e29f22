package io.vibee.http;

import io.vibee.cluster.Entities;
import io.vibee.cluster.EntityType;
import io.vibee.persistence.audit.AuditLog;
import io.vibee.persistence.page.Page;
import io.vibee.persistence.read.UsageDays;
import io.vibee.persistence.session.SessionRows;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.session.SessionView;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Everything that Vibee holds about a user, as one JSON object. It reads, decrypts and writes piece by piece, as fast as the client takes
 * it, and holds no connection to the database meanwhile. When something fails, the stream fails, and the object is never closed.
 */
public final class Export {

    private static final int AT_ONCE = 100;
    private static final int MOST_DAYS = 10_000;

    /** White space between two pieces keeps a connection alive while the next piece takes its time. */
    private static final Duration ALIVE_EVERY = Duration.ofSeconds(10);

    private final AuthenticatedEndpoint endpoint;
    private final Entities entities;
    private final SessionRows sessions;
    private final SessionLookup sessionViews;
    private final AuditLog audit;
    private final AuditItems auditItems;
    private final ChatMessages messages;
    private final UsageDays usageDays;

    public Export(
            AuthenticatedEndpoint endpoint,
            Entities entities,
            SessionRows sessions,
            SessionLookup sessionViews,
            AuditLog audit,
            AuditItems auditItems,
            ChatMessages messages,
            UsageDays usageDays) {
        this.endpoint = endpoint;
        this.entities = entities;
        this.sessions = sessions;
        this.sessionViews = sessionViews;
        this.audit = audit;
        this.auditItems = auditItems;
        this.messages = messages;
        this.usageDays = usageDays;
    }

    /** The pieces. Each consists of whole JSON tokens. */
    Source<ByteString, NotUsed> of(String userId, Object user) {
        return text("{\"exported_at\":")
                .concatLazy(value(Instant.now()))
                .concatLazy(text(",\"user\":"))
                .concatLazy(value(user))
                .concatLazy(text(",\"sessions\":"))
                .concatLazy(array(sessions(userId)))
                .concatLazy(text(",\"chats\":["))
                .concatLazy(chats(userId))
                .concatLazy(text("],\"usage\":"))
                .concatLazy(array(usage(userId)))
                .concatLazy(text(",\"journal\":"))
                .concatLazy(array(journal(userId)))
                .concatLazy(text("}\n"))
                .keepAlive(ALIVE_EVERY, () -> ByteString.fromString("\n"));
    }

    private Source<SessionView, NotUsed> sessions(String userId) {
        return pages(cursor -> sessions.list(userId, cursor, AT_ONCE))
                .mapConcat(Page::items)
                .mapAsync(1, sessionViews::of)
                .mapConcat(view -> view.stream().toList());
    }

    private Source<ByteString, NotUsed> chats(String userId) {
        return pages(cursor -> audit.entities(userId, "Chat", null, cursor, AT_ONCE))
                .mapConcat(Page::items)
                .mapConcat(persistenceId ->
                        EntityType.CHAT.entityId(persistenceId).stream().toList())
                .mapAsync(1, chatId -> chat(userId, chatId))
                .mapConcat(view -> view.stream().toList())
                .zipWithIndex()
                .flatMapConcat(numbered -> chat(userId, numbered.first(), numbered.second()));
    }

    private Source<ByteString, NotUsed> chat(String userId, ChatView chat, long number) {
        return text(number == 0 ? "{\"chat\":" : ",{\"chat\":")
                .concatLazy(value(ChatRoutes.ChatItem.whole(chat)))
                .concatLazy(text(",\"messages\":"))
                .concatLazy(array(messages.all(userId, chat)))
                .concatLazy(text("}"));
    }

    private CompletionStage<Optional<ChatView>> chat(String userId, String chatId) {
        return endpoint.<ChatCommand, ChatView>askWithStatus(
                        entities.chat(chatId), replyTo -> new ChatCommand.GetChat(userId, replyTo))
                .thenApply(Optional::of)
                .exceptionallyCompose(failure -> Refusal.CHAT_NOT_FOUND.isIn(failure)
                        ? CompletableFuture.completedStage(Optional.empty())
                        : CompletableFuture.failedStage(failure));
    }

    /**
     * A user's use on a UTC day.
     *
     * @param calls that count against the day's quota
     */
    record UsedDay(LocalDate day, long calls, long promptTokens, long completionTokens, BigDecimal costUsd) {

        private static UsedDay of(UsageDays.Usage usage) {
            return new UsedDay(
                    usage.day(),
                    usage.calls(),
                    usage.promptTokens(),
                    usage.completionTokens(),
                    Dollars.ofMicro(usage.costMicroUsd()));
        }
    }

    private Source<UsedDay, NotUsed> usage(String userId) {
        return Source.completionStage(usageDays.newest(userId, MOST_DAYS))
                .mapConcat(days -> days)
                .map(UsedDay::of);
    }

    private Source<AuditItems.AuditItem, NotUsed> journal(String userId) {
        return pages(cursor -> audit.page(userId, AuditLog.Filter.ALL, cursor, AT_ONCE))
                .mapAsync(1, page -> auditItems.of(userId, page.items()))
                .mapConcat(items -> items);
    }

    /** Where the reading of a list continues. */
    private record Position(boolean ended, @Nullable String cursor) {}

    private static <T> Source<Page<T>, NotUsed> pages(Function<@Nullable String, CompletionStage<Page<T>>> read) {
        return Source.unfoldAsync(
                new Position(false, null),
                place -> place.ended()
                        ? CompletableFuture.completedStage(Optional.empty())
                        : read.apply(place.cursor())
                                .thenApply(page -> Optional.of(Pair.create(
                                        new Position(page.nextCursor() == null, page.nextCursor()), page))));
    }

    private static Source<ByteString, NotUsed> array(Source<?, NotUsed> values) {
        return values.map(Export::json)
                .intersperse(ByteString.fromString("["), ByteString.fromString(","), ByteString.fromString("]"));
    }

    private static Source<ByteString, NotUsed> value(Object value) {
        return Source.single(json(value));
    }

    private static ByteString json(Object value) {
        return ByteString.fromArrayUnsafe(Json.write(value));
    }

    private static Source<ByteString, NotUsed> text(String text) {
        return Source.single(ByteString.fromString(text));
    }
}
