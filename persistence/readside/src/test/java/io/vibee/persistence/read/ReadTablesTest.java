package io.vibee.persistence.read;

import static io.vibee.journal.PersistenceFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.vibee.journal.PersistenceFixture;
import io.vibee.persistence.page.Page;
import io.vibee.persistence.read.MessageRow.Sending;
import io.vibee.persistence.read.ReadMessages.Keys;
import io.vibee.persistence.read.ReadMessages.MessageId;
import io.vibee.persistence.read.ReadMessages.TelegramId;
import io.vibee.persistence.read.UsageDays.Block;
import io.vibee.persistence.read.UsageDays.BlockId;
import io.vibee.persistence.read.UsageDays.Usage;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatType;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

@DisplayName("The read tables")
@Timeout(60)
@Tag("database")
class ReadTablesTest {

    private static final PersistenceFixture fixture = new PersistenceFixture();
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final ReadChats chats = new ReadChats(fixture.database());
    private final ReadMessages messages = new ReadMessages(fixture.database());

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @BeforeEach
    void empty() {
        fixture.execute(
                "truncate read_chat, read_message, read_dead_letter, read_usage_daily, read_usage_block, projection cascade");
        fixture.execute("insert into projection (name, serving) values ('conversations', 2), ('usage', 2)");
    }

    private static <T> List<T> listed(Function<Connection, Mono<List<T>>> work) throws Exception {
        return in(work);
    }

    private static long counted(Function<Connection, Mono<Long>> work) throws Exception {
        return in(work);
    }

    private static <T> T in(Function<Connection, Mono<T>> work) throws Exception {
        return await(fixture.database().inTransaction(work).toFuture());
    }

    private static ChatRow chat(String id, String owner, String session) {
        return new ChatRow(id, owner, session, 42, ChatType.PRIVATE, "Ann", ChatMode.DIGITAL_TWIN, NOON, false, 3);
    }

    private static MessageRow came(String chat, String id, long seqNr, String text, SearchLanguage language) {
        return new MessageRow(
                chat,
                id,
                "usr_1",
                seqNr,
                null,
                7L,
                "Ann",
                text,
                false,
                language,
                seqNr,
                MessageStatus.PENDING,
                null,
                NOON,
                null);
    }

    private static MessageRow inTopic(int topic, MessageRow row) {
        return new MessageRow(
                row.chatId(),
                row.id(),
                row.owner(),
                row.seqNr(),
                row.sending(),
                row.senderId(),
                row.senderName(),
                row.text(),
                row.erased(),
                row.language(),
                row.telegramMessageId(),
                row.status(),
                row.reason(),
                row.createdAt(),
                topic);
    }

    private static MessageRow goes(String chat, String id, long seqNr, @Nullable String inReplyTo) {
        return new MessageRow(
                chat,
                id,
                "usr_1",
                seqNr,
                new Sending(inReplyTo, 2, 0, 0),
                null,
                null,
                "answer",
                false,
                SearchLanguage.ENGLISH,
                null,
                MessageStatus.QUEUED,
                null,
                NOON,
                null);
    }

    @Nested
    @DisplayName("of conversations")
    class Conversations {

        @Test
        @DisplayName("list an owner's chats of the served build by pages, with what waits in them")
        void pages() throws Exception {
            in(c -> ReadChats.save(
                    c,
                    2,
                    List.of(
                            chat("cht_1", "usr_1", "ses_1"),
                            chat("cht_2", "usr_1", "ses_2"),
                            chat("cht_3", "usr_2", "ses_3"))));
            in(c -> ReadChats.save(c, 1, List.of(chat("cht_0", "usr_1", "ses_1"))));
            in(c -> ReadMessages.save(
                    c,
                    2,
                    List.of(
                            came("cht_1", "m1", 1, "hi", SearchLanguage.ENGLISH),
                            goes("cht_1", "out2", 2, "m1"),
                            came("cht_1", "m3", 3, "ok", SearchLanguage.ENGLISH).with(MessageStatus.RECEIVED))));

            Page<ReadChats.Listed> first = await(chats.page("usr_1", null, null, 1));
            assertThat(first.items()).containsExactly(new ReadChats.Listed(chat("cht_1", "usr_1", "ses_1"), 2));
            Page<ReadChats.Listed> second = await(chats.page("usr_1", null, first.nextCursor(), 1));
            assertThat(second.items())
                    .extracting(listed -> listed.chat().chatId())
                    .containsExactly("cht_2");
            assertThat(second.nextCursor()).isNull();
            assertThat(await(chats.page("usr_1", "ses_2", null, 50)).items()).hasSize(1);
            assertThat(await(chats.seqNr("cht_1"))).isEqualTo(3);
            assertThat(await(chats.seqNr("cht_9"))).isZero();
        }

        @Test
        @DisplayName("give messages, the newest first, and keep what they become")
        void messagesOfAChat() throws Exception {
            MessageRow draft = goes("cht_1", "out2", 2, "m1");
            in(c -> ReadMessages.save(c, 2, List.of(came("cht_1", "m1", 1, "hi", SearchLanguage.ENGLISH), draft)));
            MessageRow sent = draft.sent(new Sending("m1", 2, 2, 1), 99L).with(MessageStatus.IN_DOUBT);
            in(c -> ReadMessages.change(c, 2, List.of(sent)));

            assertThat(await(messages.page("usr_1", "cht_1", Long.MAX_VALUE, 10)))
                    .containsExactly(sent, came("cht_1", "m1", 1, "hi", SearchLanguage.ENGLISH));
            assertThat(await(messages.page("usr_1", "cht_1", 2, 10))).hasSize(1);
            assertThat(await(messages.page("usr_2", "cht_1", Long.MAX_VALUE, 10)))
                    .isEmpty();
        }

        @Test
        @DisplayName("load with a message what it answers, what answers it, and by Telegram's id the newest that came")
        void load() throws Exception {
            MessageRow one = came("cht_1", "m1", 1, "hi", SearchLanguage.ENGLISH);
            MessageRow draft = goes("cht_1", "out2", 2, "m1");
            MessageRow other = came("cht_2", "m1", 1, "hi", SearchLanguage.ENGLISH);
            in(c -> ReadMessages.save(c, 2, List.of(one, draft, other)));

            assertThat(listed(c -> ReadMessages.load(c, 2, ids(new MessageId("cht_1", "out2")))))
                    .containsExactlyInAnyOrder(one, draft);
            assertThat(listed(c -> ReadMessages.load(c, 2, ids(new MessageId("cht_1", "m1")))))
                    .containsExactly(one);
            assertThat(listed(c -> ReadMessages.load(
                            c, 2, new Keys(List.of(), List.of(), List.of(new MessageId("cht_1", "m1"))))))
                    .as("the answers on their way, with what they answer")
                    .containsExactlyInAnyOrder(one, draft);
            assertThat(listed(c -> ReadMessages.load(
                            c, 2, new Keys(List.of(), List.of(new TelegramId("cht_2", 1)), List.of()))))
                    .containsExactly(other);
            assertThat(listed(c -> ReadMessages.load(c, 2, ids()))).isEmpty();
        }

        @Test
        @DisplayName("find words in any of their forms, with and without accents, else what looks alike")
        void search() throws Exception {
            in(c -> ReadMessages.save(
                    c,
                    2,
                    List.of(
                            came("cht_1", "m1", 1, "We were running to the café", SearchLanguage.ENGLISH),
                            came("cht_1", "m2", 2, "Встретимся в ресторанах города", SearchLanguage.RUSSIAN),
                            came("cht_1", "m3", 3, "明日の会議は午後三時です", SearchLanguage.SIMPLE),
                            came("cht_2", "m1", 1, "another chat runs", SearchLanguage.ENGLISH))));

            assertThat(found("run")).containsExactly("m1");
            assertThat(found("cafe")).containsExactly("m1");
            assertThat(found("ресторан")).containsExactly("m2");
            assertThat(found("会議は午後")).containsExactly("m3");
            assertThat(found("runing")).as("misspelt").containsExactly("m1");
            assertThat(found("elephant")).isEmpty();
            assertThat(found("%")).as("no wildcard").isEmpty();
        }

        @Test
        @DisplayName("find what is related to a text: of before a time, by most of its words, in the chat alone")
        void related() throws Exception {
            in(c -> ReadMessages.save(
                    c,
                    2,
                    List.of(
                            came("cht_1", "m1", 1, "The flour comes from the old mill", SearchLanguage.ENGLISH),
                            came("cht_1", "m2", 2, "I like trains", SearchLanguage.ENGLISH),
                            came("cht_1", "m3", 3, "Which mills sell flour on Sunday?", SearchLanguage.ENGLISH),
                            came("cht_1", "m4", 4, "Mill", SearchLanguage.ENGLISH),
                            came("cht_2", "m1", 1, "The flour of another chat's mill", SearchLanguage.ENGLISH))));

            assertThat(related("usr_1", "Is there flour at the mill today?", NOON.plusSeconds(1), 2))
                    .as("the best, in their order")
                    .containsExactly("m1", "m3");
            assertThat(related("usr_1", "Is there flour at the mill today?", NOON.plusSeconds(1), 10))
                    .containsExactly("m1", "m3", "m4");
            assertThat(related("usr_1", "flour", NOON, 10)).as("before then").isEmpty();
            assertThat(related("usr_2", "flour", NOON.plusSeconds(1), 10)).isEmpty();
            assertThat(related("usr_1", "the and of", NOON.plusSeconds(1), 10))
                    .as("words that say nothing")
                    .isEmpty();
            assertThat(related("usr_1", "'; | & ! :* \\ (", NOON.plusSeconds(1), 10))
                    .isEmpty();
        }

        @Test
        @DisplayName("find what is related in the same topic only, and know the topic of a message")
        void topics() throws Exception {
            MessageRow bread = inTopic(7, came("cht_1", "m2", 2, "Flour for bread", SearchLanguage.ENGLISH));
            in(c -> ReadMessages.save(
                    c,
                    2,
                    List.of(
                            came("cht_1", "m1", 1, "Flour for all", SearchLanguage.ENGLISH),
                            bread,
                            inTopic(8, came("cht_1", "m3", 3, "Flour for cakes", SearchLanguage.ENGLISH)))));

            assertThat(related("usr_1", null, "flour", NOON.plusSeconds(1), 10)).containsExactly("m1");
            assertThat(related("usr_1", 7, "flour", NOON.plusSeconds(1), 10)).containsExactly("m2");
            assertThat(related("usr_1", 9, "flour", NOON.plusSeconds(1), 10)).isEmpty();
            List<MessageRow> loaded = in(c -> ReadMessages.load(c, 2, ids(new MessageId("cht_1", "m2"))));
            assertThat(loaded).containsExactly(bread);
        }

        @Test
        @DisplayName("answer searches that come together each by itself")
        void relatedTogether() throws Exception {
            in(c -> ReadMessages.save(
                    c,
                    2,
                    List.of(
                            came("cht_1", "m1", 1, "Flour for all", SearchLanguage.ENGLISH),
                            came("cht_1", "m2", 2, "Trains are late", SearchLanguage.ENGLISH),
                            came("cht_1", "m3", 3, "More flour, late", SearchLanguage.ENGLISH))));
            List<String> asked = List.of("flour", "trains", "sugar", "late", "flour", "trains", "sugar", "late");

            List<CompletableFuture<List<String>>> searches = asked.stream()
                    .map(text -> new ReadMessages.Related("usr_1", "cht_1", null, text, "en", NOON.plusSeconds(1)))
                    .map(to -> messages.related(to, 10)
                            .thenApply(
                                    found -> found.stream().map(MessageRow::id).toList())
                            .toCompletableFuture())
                    .toList();

            assertThat(searches)
                    .map(CompletableFuture::join)
                    .containsExactly(
                            List.of("m1", "m3"),
                            List.of("m2"),
                            List.of(),
                            List.of("m2", "m3"),
                            List.of("m1", "m3"),
                            List.of("m2"),
                            List.of(),
                            List.of("m2", "m3"));
        }

        private List<String> related(String owner, String text, Instant before, int limit) throws Exception {
            return related(owner, null, text, before, limit);
        }

        private List<String> related(String owner, @Nullable Integer topic, String text, Instant before, int limit)
                throws Exception {
            return await(messages.related(new ReadMessages.Related(owner, "cht_1", topic, text, "en", before), limit))
                    .stream()
                    .map(MessageRow::id)
                    .toList();
        }

        private static Keys ids(MessageId... ids) {
            return new Keys(List.of(ids), List.of(), List.of());
        }

        private List<String> found(String text) throws Exception {
            return await(messages.search("usr_1", "cht_1", text, 10)).stream()
                    .map(MessageRow::id)
                    .toList();
        }

        @Test
        @DisplayName("lose the text of a chat and all of an owner in every build, and an old build by and by")
        void erased() throws Exception {
            for (int build : List.of(1, 2)) {
                in(c -> ReadChats.save(
                        c, build, List.of(chat("cht_1", "usr_1", "ses_1"), chat("cht_2", "usr_1", "ses_1"))));
                in(c -> ReadMessages.save(
                        c,
                        build,
                        List.of(
                                came("cht_1", "m1", 1, "hi", SearchLanguage.ENGLISH),
                                came("cht_2", "m1", 1, "hi", SearchLanguage.ENGLISH))));
            }
            in(c -> ConversationTables.eraseChat(c, "usr_2", "cht_1"));
            assertThat(fixture.rows("select count(*) from read_message where erased"))
                    .containsExactly("0");
            in(c -> ConversationTables.eraseChat(c, "usr_1", "cht_1"));
            assertThat(fixture.rows(
                            "select chat_id, text, sender_name, erased from read_message where erased or text is null"))
                    .containsExactly("cht_1,null,null,t", "cht_1,null,null,t");
            assertThat(fixture.rows("select build from read_chat where erased and title is null"))
                    .hasSize(2);

            assertThat(counted(c -> ConversationTables.discard(c, 1, 10))).isEqualTo(2);
            assertThat(counted(c -> ConversationTables.discard(c, 1, 10))).isEqualTo(2);
            assertThat(counted(c -> ConversationTables.discard(c, 1, 10))).isZero();
            in(c -> ConversationTables.eraseOwner(c, "usr_1"));
            assertThat(fixture.rows("select 1 from read_message union all select 1 from read_chat"))
                    .isEmpty();
        }

        private static DeadLetterRow dead(String chat, String id, String owner, String session, Instant at) {
            return new DeadLetterRow(chat, id, owner, session, "m1", null, "openrouter: 503", 3, at);
        }

        private static WaitingChanges<DeadLetterRow> letters(DeadLetterRow... rows) {
            WaitingChanges<DeadLetterRow> changes = new WaitingChanges<>();
            Stream.of(rows).forEach(row -> changes.add(row.chatId(), row.id(), row));
            return changes;
        }

        private static DraftRow draft(String chat, String id, String owner, String session, Instant expires) {
            return new DraftRow(chat, id, owner, session, "m1", "hello", NOON, expires);
        }

        @Test
        @DisplayName("list an owner's drafts that can still be approved, and tell which chats have some that can't")
        void drafts() throws Exception {
            ReadDrafts drafts = new ReadDrafts(fixture.database());
            Instant later = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(3600);
            DraftRow first = draft("cht_1", "out1", "usr_1", "ses_1", later);
            DraftRow second = draft("cht_2", "out1", "usr_1", "ses_2", later);
            WaitingChanges<DraftRow> added = new WaitingChanges<>();
            for (DraftRow row : List.of(
                    first,
                    second,
                    draft("cht_3", "out1", "usr_1", "ses_1", NOON),
                    draft("cht_4", "out1", "usr_2", "ses_3", later))) {
                added.add(row.chatId(), row.id(), row);
            }
            in(c -> ReadDrafts.write(c, 2, added));

            Page<WaitingDraft> page = await(drafts.page("usr_1", null, null, 1));
            assertThat(page.items()).extracting(WaitingDraft::draft).containsExactly(second);
            assertThat(await(drafts.page("usr_1", null, page.nextCursor(), 1)).items())
                    .extracting(WaitingDraft::draft)
                    .containsExactly(first);
            assertThat(await(drafts.page("usr_1", "ses_2", null, 50)).items())
                    .extracting(WaitingDraft::draft)
                    .containsExactly(second);
            assertThat(await(drafts.expired(10))).containsExactly("cht_3");

            WaitingChanges<DraftRow> settled = new WaitingChanges<>();
            settled.settle("cht_1", "out1");
            settled.empty("cht_3");
            in(c -> ReadDrafts.write(c, 2, settled));
            assertThat(await(drafts.page("usr_1", null, null, 50)).items())
                    .extracting(WaitingDraft::draft)
                    .containsExactly(second);
            assertThat(await(drafts.expired(10))).isEmpty();

            in(c -> new ReadErasure().eraseChat(c, "usr_1", "cht_2"));
            in(c -> new ReadErasure().eraseOwner(c, "usr_2"));
            assertThat(fixture.rows("select 1 from read_draft")).isEmpty();
        }

        @Test
        @DisplayName("list an owner's dead letters of the served build by pages, the newest first")
        void deadLetters() throws Exception {
            ReadDeadLetters letters = new ReadDeadLetters(fixture.database());
            assertThat(await(letters.oldest())).isEmpty();
            DeadLetterRow first = dead("cht_1", "dead1", "usr_1", "ses_1", NOON);
            DeadLetterRow second = dead("cht_2", "dead1", "usr_1", "ses_2", NOON);
            DeadLetterRow third = dead("cht_1", "dead2", "usr_1", "ses_1", NOON.plusSeconds(1));
            DeadLetterRow others = dead("cht_3", "dead1", "usr_2", "ses_3", NOON.minusSeconds(1));
            in(c -> ReadDeadLetters.write(c, 2, letters(first, second, third, others)));
            in(c -> ReadDeadLetters.write(c, 1, letters(first)));

            Page<DeadLetterRow> page = await(letters.page("usr_1", null, null, 1));
            assertThat(page.items()).containsExactly(third);
            Page<DeadLetterRow> next = await(letters.page("usr_1", null, page.nextCursor(), 1));
            assertThat(next.items()).containsExactly(second);
            Page<DeadLetterRow> last = await(letters.page("usr_1", null, next.nextCursor(), 1));
            assertThat(last.items()).containsExactly(first);
            assertThat(last.nextCursor()).isNull();
            assertThat(await(letters.page("usr_1", "ses_1", null, 50)).items()).containsExactly(third, first);
            assertThat(await(letters.chats("usr_1", "ses_1", "", 10))).containsExactly("cht_1");
            assertThat(await(letters.chats("usr_1", "ses_1", "cht_1", 10))).isEmpty();
            assertThat(await(letters.oldest())).contains(NOON.minusSeconds(1));

            WaitingChanges<DeadLetterRow> changes = letters(first);
            changes.empty("cht_2");
            changes.settle("cht_1", "dead2");
            in(c -> ReadDeadLetters.write(c, 2, changes));
            assertThat(await(letters.page("usr_1", null, null, 50)).items()).containsExactly(first);
        }

        @Test
        @DisplayName("lose a chat's and an owner's dead letters in every build, and those of an old build")
        void deadLettersErased() throws Exception {
            for (int build : List.of(1, 2)) {
                in(c -> ReadDeadLetters.write(
                        c,
                        build,
                        letters(
                                dead("cht_1", "dead1", "usr_1", "ses_1", NOON),
                                dead("cht_2", "dead1", "usr_1", "ses_1", NOON),
                                dead("cht_3", "dead1", "usr_2", "ses_2", NOON))));
            }
            in(c -> ConversationTables.eraseChat(c, "usr_1", "cht_1"));
            assertThat(fixture.rows("select chat_id from read_dead_letter where chat_id = 'cht_1'"))
                    .isEmpty();
            in(c -> ConversationTables.eraseOwner(c, "usr_1"));
            assertThat(fixture.rows("select build, chat_id from read_dead_letter order by build"))
                    .containsExactly("1,cht_3", "2,cht_3");
            assertThat(counted(c -> ConversationTables.discard(c, 1, 10))).isEqualTo(1);
            assertThat(counted(c -> ConversationTables.discard(c, 1, 10))).isZero();
        }

        @Test
        @DisplayName("know which keys live")
        void livingKeys() throws Exception {
            fixture.execute("insert into encryption_key (id, owner, subject, wrapped, erased_at) values"
                    + " ('k1', 'usr_1', 'chat:1', 'x', null), ('k2', 'usr_1', 'chat:2', null, now())");

            assertThat(listed(c -> ReadChats.livingKeys(c, List.of("k1", "k2", "k3"))))
                    .containsExactly("k1");
        }
    }

    @Nested
    @DisplayName("of use")
    class Use {

        private static final LocalDate DAY = LocalDate.of(2026, 11, 22);

        @Test
        @DisplayName("add up by day, and remember open blocks")
        void days() throws Exception {
            Block block = new Block("usr_1", 1, DAY, 10L);
            BlockId id = new BlockId("usr_1", 1);
            in(c -> UsageDays.add(c, 2, List.of(new Usage("usr_1", DAY, 2, 10, 5, 7)), List.of(block), List.of()));
            assertThat(listed(
                            c -> UsageDays.blocks(c, 2, List.of(id, new BlockId("usr_2", 1), new BlockId("usr_1", 2)))))
                    .containsExactly(block);
            Block used = block.without(3);
            in(c -> UsageDays.add(c, 2, List.of(), List.of(used), List.of()));
            assertThat(listed(c -> UsageDays.blocks(c, 2, List.of(id)))).containsExactly(used);
            in(c -> UsageDays.add(
                    c,
                    2,
                    List.of(new Usage("usr_1", DAY, 1, 1, 1, 4), new Usage("usr_1", DAY.plusDays(1), 4, 0, 0, 0)),
                    List.of(),
                    List.of(block)));

            UsageDays days = new UsageDays(fixture.database());
            assertThat(await(days.newest("usr_1", 5)))
                    .containsExactly(
                            new Usage("usr_1", DAY.plusDays(1), 4, 0, 0, 0), new Usage("usr_1", DAY, 3, 11, 6, 11));
            assertThat(listed(c -> UsageDays.blocks(c, 2, List.of(id)))).isEmpty();
            in(c -> UsageDays.eraseOwners(c, List.of("usr_1")));
            assertThat(await(days.newest("usr_1", 5))).isEmpty();
        }
    }
}
