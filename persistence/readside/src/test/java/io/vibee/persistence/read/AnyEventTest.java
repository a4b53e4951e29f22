package io.vibee.persistence.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.projection.ProjectionHandler;
import io.vibee.persistence.DatabaseSpecification;
import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.keys.MasterKey;
import io.vibee.protocol.account.AccountEvent;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.stored.EventHead;
import io.vibee.protocol.text.Characters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.pekko.persistence.query.NoOffset;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Any event, whatever texts, numbers and times are in it,")
@Tag("database")
class AnyEventTest extends DatabaseSpecification {

    private static final int ROUNDS = 5;
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final KeyStore keys = new KeyStore(database, MasterKey.of("a secret of at least thirty-two characters"));
    private final ReadChats chats = new ReadChats(database);
    private final ReadMessages messages = new ReadMessages(database);
    private final ReadDeadLetters letters = new ReadDeadLetters(database);

    @BeforeEach
    void serve() {
        execute("insert into projection (name) values ('conversations'), ('usage')");
    }

    private <E> void project(ProjectionHandler<E> handler, String persistenceId, List<E> events) {
        List<EventEnvelope<E>> envelopes = new ArrayList<>();
        long seqNr = Math.max(0, number("select coalesce(max(seq_nr), 0) from read_chat"));
        for (E event : events) {
            envelopes.add(new EventEnvelope<>(
                    NoOffset.getInstance(),
                    persistenceId,
                    ++seqNr,
                    scala.Option.apply(event),
                    NOON.toEpochMilli(),
                    scala.Option.empty(),
                    "Any",
                    0));
        }
        var rows = await(handler.prepare(envelopes));
        await(database.inTransaction(connection -> rows.write(connection, 1)).toFuture());
    }

    @Test
    @DisplayName("has its rows in the tables of conversations, and they can be read and searched")
    void conversations() {
        ConversationProjection projection =
                new ConversationProjection(keys, (text, code) -> text.length() % 2 == 0 ? "en" : "ru");
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            String owner = "usr_" + seed;
            DataKey key = await(keys.obtain(owner, "chat:" + seed));
            AnyValue any = new AnyValue(random, new EventHead(owner, "ses_1", true, NOON), key::seal);
            String persistenceId = "Chat|" + seed + any.text();
            List<ChatEvent> first = new ArrayList<>(
                    any.eachKindOf(ChatEvent.class, ChatEvent.ChatOpened.class, ChatEvent.ChatErased.class));
            first.addAll(any.eachKindOf(ChatEvent.class, ChatEvent.ChatOpened.class, ChatEvent.ChatErased.class));
            Collections.shuffle(first, random);
            first.addFirst(any.one(ChatEvent.ChatOpened.class));

            project(projection, persistenceId, first);
            project(
                    projection,
                    persistenceId,
                    any.eachKindOf(ChatEvent.class, ChatEvent.ChatOpened.class, ChatEvent.ChatErased.class));

            readable(seed, owner, any);
            // As when the event that opened the chat was set aside.
            project(projection, "Chat|unopened" + seed, any.eachKindOf(ChatEvent.class, ChatEvent.ChatOpened.class));
            project(projection, persistenceId, any.eachKindOf(ChatEvent.class, ChatEvent.ChatOpened.class));
        }
    }

    private void readable(int seed, String owner, AnyValue any) {
        List<ReadChats.Listed> listed = await(chats.page(owner, null, null, 10)).items();
        assertThat(listed).as("the chat of seed %d", seed).hasSize(1);
        String chatId = listed.getFirst().chat().chatId();
        List<MessageRow> rows = await(messages.page(owner, chatId, Long.MAX_VALUE, 100));
        assertThat(rows).as("the messages of seed %d", seed).isNotEmpty().allSatisfy(row -> {
            assertThat(row.text() == null || Characters.areStorable(row.text())).isTrue();
            assertThat(row.senderName() == null || Characters.areStorable(row.senderName()))
                    .isTrue();
        });
        String asked = Characters.storable(any.text(), 4_096);
        await(messages.search(owner, chatId, asked, 10));
        await(messages.related(new ReadMessages.Related(owner, chatId, null, asked, "en", Instant.now()), 10));
        await(letters.page(owner, null, null, 10));
    }

    @Test
    @DisplayName("is counted in the table of use")
    void usage() {
        UsageProjection projection = new UsageProjection();
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            String text = AnyValue.text(random);
            String owner = seed + text.substring(0, Math.min(text.length(), 1_000));
            AnyValue any = new AnyValue(random, new EventHead(owner, "ses_1", true, Instant.MAX), words -> {
                throw new AssertionError("an account's events hold nothing that is counted and sealed");
            });
            List<AccountEvent> events = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                events.addAll(any.eachKindOf(
                        AccountEvent.class, AccountEvent.SettingsChanged.class, AccountEvent.AccountErased.class));
            }

            project(projection, "Account|" + owner, events);
            project(projection, "Account|" + owner, events);

            assertThat(await(new UsageDays(database).newest(Fitting.id(owner), 10)))
                    .as("the days of seed %d", seed)
                    .isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(SearchLanguage.class)
    @DisplayName("has its words in the index, as many as that takes")
    void words(SearchLanguage language) {
        StringBuilder different = new StringBuilder();
        for (int i = 0; different.length() < Fitting.LONGEST_TEXT; i++) {
            different.append(Integer.toString(i, 36)).append("-x\u00bd\u2167 ");
        }
        MessageRow row = new MessageRow(
                "cht_1",
                "m1",
                "usr_1",
                1,
                null,
                7L,
                "Ann",
                "beginning " + different,
                false,
                language,
                1L,
                MessageStatus.PENDING,
                null,
                NOON,
                null);

        run(connection -> ReadMessages.save(connection, 1, List.of(row)));

        assertThat(await(messages.search("usr_1", "cht_1", "beginning", 10))).hasSize(1);
    }
}
