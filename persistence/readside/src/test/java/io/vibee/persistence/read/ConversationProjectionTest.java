package io.vibee.persistence.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.persistence.DatabaseSpecification;
import io.vibee.persistence.erasure.Erasures;
import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.keys.MasterKey;
import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Content;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.Sender;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.stored.EventHead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.persistence.query.NoOffset;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

@DisplayName("The projection of conversations")
@Tag("database")
class ConversationProjectionTest extends DatabaseSpecification {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Carrier CARRIER = new Carrier("ses_1", SessionKind.BOT, null);

    private static final String WAITING =
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

    private final KeyStore keys = new KeyStore(database, MasterKey.of("a secret of at least thirty-two characters"));
    private final Erasures erasures = new Erasures(database, keys, new ReadErasure());
    private final ReadChats chats = new ReadChats(database);
    private final ReadMessages messages = new ReadMessages(database);
    private final ConversationProjection projection = new ConversationProjection(keys, (text, code) -> code);

    private List<EventEnvelope<ChatEvent>> conversation(String owner, String chatId) {
        DataKey key = await(keys.obtain(owner, "chat:" + chatId));
        EventHead head = new EventHead(owner, "ses_1", true, NOON);
        ChatSettings settings = new ChatSettings(
                ChatMode.OBSERVE,
                key.seal("[]"),
                1,
                OnFailure.SILENCE,
                WhenInDoubt.SKIP,
                List.of(),
                false,
                30,
                720,
                null,
                null,
                null);
        return List.of(
                envelope(
                        chatId,
                        1,
                        new ChatEvent.ChatOpened(
                                head, 42, ChatType.PRIVATE, key.seal("Ann"), key.keyId(), CARRIER, settings)),
                envelope(
                        chatId,
                        2,
                        new ChatEvent.MessageReceived(
                                head,
                                "m1",
                                "m:1",
                                1,
                                new Sender(7, key.seal("Ann"), false, "en"),
                                new Content.Text(key.seal("hi")),
                                null,
                                NOON,
                                CARRIER,
                                null,
                                null)));
    }

    private static EventEnvelope<ChatEvent> envelope(String chatId, long seqNr, ChatEvent event) {
        return new EventEnvelope<>(
                NoOffset.getInstance(),
                "Chat|" + chatId,
                seqNr,
                scala.Option.apply(event),
                NOON.toEpochMilli(),
                scala.Option.empty(),
                "Chat",
                0);
    }

    private void project(int build, List<EventEnvelope<ChatEvent>> events) {
        var rows = await(projection.prepare(events));
        await(database.inTransaction(connection -> rows.write(connection, build))
                .toFuture());
    }

    private List<String> titles(String owner) {
        return await(chats.page(owner, null, null, 10)).items().stream()
                .map(listed -> listed.chat().title())
                .toList();
    }

    @Test
    @DisplayName("shows a chat and its messages in the clear")
    void inTheClear() {
        execute("insert into projection (name, serving) values ('conversations', 1)");
        project(1, conversation("usr_1", "cht_1"));

        assertThat(titles("usr_1")).containsExactly("Ann");
        assertThat(await(messages.page("usr_1", "cht_1", Long.MAX_VALUE, 10)))
                .extracting(MessageRow::text)
                .containsExactly("hi");
    }

    @Test
    @DisplayName("leaves the chats of an erased user out when it is built anew")
    void withoutErasedUsers() {
        List<EventEnvelope<ChatEvent>> journal = new ArrayList<>(conversation("usr_1", "cht_1"));
        journal.addAll(conversation("usr_2", "cht_2"));
        project(1, journal);
        await(erasures.beginUser("usr_1"));
        execute("insert into projection (name, serving) values ('conversations', 2)");

        project(2, journal);

        assertThat(number("select count(*) from read_chat where owner = 'usr_1'"))
                .isZero();
        assertThat(number("select count(*) from read_message where owner = 'usr_1'"))
                .isZero();
        assertThat(titles("usr_2")).as("another's").containsExactly("Ann");
    }

    @Test
    @DisplayName("makes nothing of what follows in such a chat in a later batch")
    void laterBatches() {
        List<EventEnvelope<ChatEvent>> journal = conversation("usr_1", "cht_1");
        await(erasures.beginUser("usr_1"));

        journal.forEach(event -> project(2, List.of(event)));

        assertThat(number("select count(*) from read_chat")).isZero();
        assertThat(number("select count(*) from read_message")).isZero();
    }

    @Test
    @DisplayName("keeps a chat that was erased by itself, without its text")
    void erasedChats() {
        List<EventEnvelope<ChatEvent>> journal = new ArrayList<>(conversation("usr_1", "cht_1"));
        journal.add(envelope("cht_1", 3, new ChatEvent.ChatErased(new EventHead("usr_1", "ses_1", false, NOON))));
        await(erasures.chat("usr_1", "cht_1"));

        project(2, journal);

        assertThat(number("select count(*) from read_chat where erased and title is null"))
                .isOne();
        assertThat(number("select count(*) from read_message where erased and text is null"))
                .isOne();
    }

    @Test
    @DisplayName("brings nothing back that is erased while a batch is written")
    void erasedMeanwhile() {
        project(1, conversation("usr_1", "cht_1"));
        project(1, conversation("usr_2", "cht_2"));

        meanwhile("cht_1", () -> erasures.chat("usr_1", "cht_1"));
        meanwhile("cht_2", () -> erasures.beginUser("usr_2"));

        assertThat(number("select count(*) from read_chat where title is not null"))
                .isZero();
    }

    /** Begins what is given between the reading and the writing of a chat, as a batch without texts does both. */
    private void meanwhile(String chatId, Supplier<CompletionStage<Done>> erasing) {
        CompletableFuture<Done> read = new CompletableFuture<>();
        CompletableFuture<Done> goOn = new CompletableFuture<>();
        CompletableFuture<Done> batch = database.inTransaction(
                        connection -> ReadChats.load(connection, 1, List.of(chatId))
                                .doOnNext(loaded -> read.complete(Done.getInstance()))
                                .flatMap(loaded -> Mono.fromFuture(goOn).thenReturn(loaded))
                                .flatMap(loaded -> ReadChats.save(connection, 1, loaded)))
                .toFuture();
        await(read);
        CompletableFuture<Done> erasure = erasing.get().toCompletableFuture();
        Eventually.until("the erasure is done or waits", () -> erasure.isDone() || number(WAITING) > 0);
        goOn.complete(Done.getInstance());
        await(batch);
        await(erasure);
    }
}
