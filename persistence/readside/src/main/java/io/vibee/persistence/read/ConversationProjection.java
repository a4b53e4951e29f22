package io.vibee.persistence.read;

import io.r2dbc.spi.Connection;
import io.vibee.journal.projection.ProjectionHandler;
import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.keys.WrongMasterKeyException;
import io.vibee.persistence.read.ReadMessages.Keys;
import io.vibee.persistence.read.ReadMessages.MessageId;
import io.vibee.persistence.read.ReadMessages.TelegramId;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.crypto.Sealed;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.Done;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Builds the tables of chats, messages, drafts and dead letters. It writes text only while the text's key lives, and opens a chat only
 * for an owner who is not erased. The transaction that writes also holds the keys. So an erasure comes either before it, and
 * nothing of the text is written, or after it, and takes the text away.
 */
public final class ConversationProjection implements ProjectionHandler<ChatEvent> {

    private final KeyStore keys;
    private final BinaryOperator<String> language;
    private final TableStatistics messages =
            new TableStatistics("read_message (build, chat_id, id, seq_nr, telegram_message_id, in_reply_to, status)");

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

    /** The wrong master key fails for every event. */
    @Override
    public boolean isAround(Throwable failure) {
        return failure instanceof WrongMasterKeyException || failure.getCause() instanceof WrongMasterKeyException;
    }

    @Override
    public Mono<Long> discard(Connection connection, int build, int limit) {
        return ConversationTables.discard(connection, build, limit);
    }

    private Mono<Done> write(
            Connection connection, int build, List<EventEnvelope<ChatEvent>> events, Map<String, DataKey> loaded) {
        // An owner's key comes before the keys under it: an erasure takes them in this order.
        return ReadChats.erasedOwners(connection, ownersOfOpened(events))
                .map(erased -> withoutChatsOf(erased, events))
                .flatMap(kept -> writeKept(connection, build, kept, loaded));
    }

    private Mono<Done> writeKept(
            Connection connection, int build, List<EventEnvelope<ChatEvent>> events, Map<String, DataKey> loaded) {
        Wanted wanted = Wanted.by(events);
        return Mono.zip(
                        ReadChats.livingKeys(connection, loaded.keySet()),
                        ReadChats.load(connection, build, wanted.chats()),
                        ReadMessages.load(connection, build, wanted.keys()))
                .flatMap(found -> {
                    ConversationFold fold = new ConversationFold(
                            found.getT2(), found.getT3(), opener(loaded, new HashSet<>(found.getT1())), language);
                    events.forEach(envelope -> fold.apply(chatId(envelope), envelope.sequenceNr(), envelope.event()));
                    return Mono.when(
                                    ReadChats.save(connection, build, fold.changedChats()),
                                    ReadMessages.save(connection, build, fold.newTexts()),
                                    ReadMessages.change(connection, build, fold.sameTexts()),
                                    ReadDeadLetters.write(connection, build, fold.deadLetters()),
                                    ReadDrafts.write(connection, build, fold.drafts()))
                            .then(messages.wrote(connection, fold.newTexts().size()));
                });
    }

    private static Set<String> ownersOfOpened(List<EventEnvelope<ChatEvent>> events) {
        return events.stream()
                .map(EventEnvelope::event)
                .filter(ChatEvent.ChatOpened.class::isInstance)
                .map(opened -> Fitting.id(opened.head().owner()))
                .collect(Collectors.toSet());
    }

    /** Events of a chat that was not opened make no rows. */
    private static List<EventEnvelope<ChatEvent>> withoutChatsOf(
            Set<String> erasedOwners, List<EventEnvelope<ChatEvent>> events) {
        return events.stream()
                .filter(envelope -> !(envelope.event() instanceof ChatEvent.ChatOpened opened
                        && erasedOwners.contains(Fitting.id(opened.head().owner()))))
                .toList();
    }

    private static Function<Sealed, Optional<String>> opener(Map<String, DataKey> keys, Set<String> living) {
        return text -> Optional.ofNullable(keys.get(text.keyId()))
                .filter(key -> living.contains(text.keyId()))
                .flatMap(key -> key.open(text));
    }

    private static String chatId(EventEnvelope<ChatEvent> envelope) {
        return Fitting.id(PersistenceId.extractEntityId(envelope.persistenceId()));
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
            case ChatEvent.ReplyProposed proposed -> proposed.parts().stream();
            default -> Stream.empty();
        };
    }

    /** The rows that a batch needs, without those that it brings itself. */
    private static final class Wanted {

        private final Set<String> chats = new LinkedHashSet<>();
        private final Set<MessageId> brought = new HashSet<>();
        private final Set<MessageId> messages = new LinkedHashSet<>();
        private final Set<TelegramId> telegram = new LinkedHashSet<>();
        private final Set<MessageId> answered = new LinkedHashSet<>();

        static Wanted by(List<EventEnvelope<ChatEvent>> events) {
            Wanted wanted = new Wanted();
            events.forEach(envelope -> wanted.add(chatId(envelope), envelope.event()));
            return wanted;
        }

        Set<String> chats() {
            return chats;
        }

        Keys keys() {
            return new Keys(messages, telegram, answered);
        }

        private void add(String chatId, ChatEvent event) {
            chats.add(chatId);
            switch (event) {
                case ChatEvent.MessageReceived received -> brought.add(new MessageId(chatId, received.id()));
                case ChatEvent.MessageEdited edited -> telegram.add(new TelegramId(chatId, edited.telegramMessageId()));
                case ChatEvent.MessageDeleted deleted ->
                    deleted.telegramMessageIds().forEach(id -> telegram.add(new TelegramId(chatId, id)));
                case ChatEvent.NotAnswered not -> {
                    message(chatId, not.messageId());
                    answered.add(new MessageId(chatId, not.messageId()));
                }
                case ChatEvent.ReplyDrafted drafted -> {
                    message(chatId, drafted.inReplyTo());
                    brought.add(new MessageId(chatId, drafted.draftId()));
                }
                case ChatEvent.Delivered delivered -> message(chatId, delivered.draftId());
                case ChatEvent.DeliveryInDoubt doubt -> message(chatId, doubt.draftId());
                case ChatEvent.DeadLettered dead -> {
                    message(chatId, dead.draftId());
                    message(chatId, dead.messageId());
                }
                case ChatEvent.DeadLetterRetried retried -> {
                    message(chatId, retried.draftId());
                    message(chatId, retried.messageId());
                }
                default -> {}
            }
        }

        private void message(String chatId, @Nullable String id) {
            if (id != null) {
                MessageId message = new MessageId(chatId, id);
                if (!brought.contains(message)) {
                    messages.add(message);
                }
            }
        }
    }
}
