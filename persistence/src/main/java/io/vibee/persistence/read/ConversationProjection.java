package io.vibee.persistence.read;

import io.r2dbc.spi.Connection;
import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.projection.ProjectionHandler;
import io.vibee.persistence.read.ReadMessages.MessageId;
import io.vibee.persistence.read.ReadMessages.TelegramId;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.crypto.Sealed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.pekko.Done;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Builds the tables of chats and messages. Text is written only while its key lives: the keys are held in the transaction that
 * writes, so that an erasure comes before it, and nothing of it is written, or after it, and takes it away.
 */
public final class ConversationProjection implements ProjectionHandler<ChatEvent> {

    private final KeyStore keys;
    private final BinaryOperator<String> language;

    /**
     * Opens texts with these keys.
     *
     * @param language guesses a text's language (ISO 639-1) from the text and its sender's language, which may be empty
     */
    public ConversationProjection(KeyStore keys, BinaryOperator<String> language) {
        this.keys = keys;
        this.language = language;
    }

    @Override
    public CompletionStage<Rows> prepare(List<EventEnvelope<ChatEvent>> events) {
        Map<String, CompletableFuture<DataKey>> loading = new HashMap<>();
        for (EventEnvelope<ChatEvent> envelope : events) {
            String owner = envelope.event().head().owner();
            personal(envelope.event())
                    .map(Sealed::keyId)
                    .forEach(keyId -> loading.computeIfAbsent(
                            keyId, id -> keys.load(owner, id).toCompletableFuture()));
        }
        return CompletableFuture.allOf(loading.values().toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    Map<String, DataKey> loaded = new HashMap<>();
                    loading.forEach((id, key) -> loaded.put(id, key.join()));
                    return (connection, build) -> write(connection, build, events, loaded);
                });
    }

    @Override
    public Mono<Long> discard(Connection connection, int build, int limit) {
        return ReadChats.discard(connection, build, limit);
    }

    private Mono<Done> write(
            Connection connection, int build, List<EventEnvelope<ChatEvent>> events, Map<String, DataKey> loaded) {
        Wanted wanted = Wanted.by(events);
        return ReadChats.livingKeys(connection, loaded.keySet())
                .flatMap(living -> ReadChats.load(connection, build, wanted.chats())
                        .flatMap(chats -> ReadMessages.load(connection, build, wanted.messages(), wanted.telegram())
                                .flatMap(messages -> {
                                    ConversationFold fold = new ConversationFold(
                                            chats, messages, opener(loaded, new HashSet<>(living)), language);
                                    events.forEach(envelope ->
                                            fold.apply(chatId(envelope), envelope.sequenceNr(), envelope.event()));
                                    return ReadChats.save(connection, build, fold.changedChats())
                                            .then(ReadMessages.save(connection, build, fold.changedMessages()));
                                })));
    }

    private static Function<Sealed, Optional<String>> opener(Map<String, DataKey> keys, Set<String> living) {
        return text -> Optional.ofNullable(keys.get(text.keyId()))
                .filter(key -> living.contains(text.keyId()))
                .flatMap(key -> key.open(text));
    }

    private static String chatId(EventEnvelope<ChatEvent> envelope) {
        return PersistenceId.extractEntityId(envelope.persistenceId());
    }

    private static Stream<Sealed> personal(ChatEvent event) {
        return switch (event) {
            case ChatEvent.ChatOpened opened -> Stream.ofNullable(opened.title());
            case ChatEvent.ChatRenamed renamed -> Stream.ofNullable(renamed.title());
            case ChatEvent.MessageReceived received ->
                Stream.of(received.sender().name(), received.content().words()).flatMap(Stream::ofNullable);
            case ChatEvent.MessageEdited edited ->
                Stream.ofNullable(edited.content().words());
            case ChatEvent.ReplyDrafted drafted -> drafted.parts().stream();
            default -> Stream.empty();
        };
    }

    /** The rows that a batch is about. */
    private record Wanted(Set<String> chats, List<MessageId> messages, List<TelegramId> telegram) {

        static Wanted by(List<EventEnvelope<ChatEvent>> events) {
            Wanted wanted = new Wanted(new LinkedHashSet<>(), new ArrayList<>(), new ArrayList<>());
            for (EventEnvelope<ChatEvent> envelope : events) {
                String chatId = chatId(envelope);
                wanted.chats.add(chatId);
                switch (envelope.event()) {
                    case ChatEvent.MessageEdited edited ->
                        wanted.telegram.add(new TelegramId(chatId, edited.telegramMessageId()));
                    case ChatEvent.MessageDeleted deleted ->
                        deleted.telegramMessageIds().forEach(id -> wanted.telegram.add(new TelegramId(chatId, id)));
                    case ChatEvent.NotAnswered not -> wanted.add(chatId, not.messageId());
                    case ChatEvent.ReplyDrafted drafted -> wanted.add(chatId, drafted.inReplyTo());
                    case ChatEvent.Delivered delivered -> wanted.add(chatId, delivered.draftId());
                    case ChatEvent.DeliveryInDoubt doubt -> wanted.add(chatId, doubt.draftId());
                    case ChatEvent.DeadLettered dead -> {
                        wanted.add(chatId, dead.draftId());
                        wanted.add(chatId, dead.messageId());
                    }
                    default -> {}
                }
            }
            return wanted;
        }

        private void add(String chatId, @Nullable String id) {
            if (id != null) {
                messages.add(new MessageId(chatId, id));
            }
        }
    }
}
