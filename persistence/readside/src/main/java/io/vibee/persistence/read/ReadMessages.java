package io.vibee.persistence.read;

import io.r2dbc.spi.Connection;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.GroupedReads;
import io.vibee.journal.database.Query;
import io.vibee.journal.projection.ProjectionControl;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The messages of all chats, in the clear. */
public final class ReadMessages {

    /** A search by likeness reads at most this many of a chat's newest messages. */
    private static final int LIKENESS_AMONG = 10_000;

    private static final int WORDS_RELATED = 12;
    private static final int AMONG_RELATED = 200;
    private static final int SEARCHES_TOGETHER = 16;

    /** A message by its id. */
    public record MessageId(String chatId, String id) {

        public MessageId {
            chatId = Fitting.id(chatId);
            id = Fitting.id(id);
        }
    }

    /** An incoming message by Telegram's id. */
    public record TelegramId(String chatId, long messageId) {

        public TelegramId {
            chatId = Fitting.id(chatId);
        }
    }

    /**
     * Which messages to load.
     *
     * @param ids messages, each with the message that it answers
     * @param telegramIds incoming messages; the latest when several have the same number
     * @param answered messages whose unsent answers are wanted
     */
    public record Keys(Collection<MessageId> ids, Collection<TelegramId> telegramIds, Collection<MessageId> answered) {}

    /* A look-up of its own for each key, so that every plan uses an index and reads no more. */
    private static final String LOAD = """
            with wanted as (
              select found.* from unnest($2::text[], $3::text[]) as k(chat_id, id), lateral (
                select m.chat_id, m.id, m.in_reply_to from read_message m
                 where m.build = $1 and m.chat_id = k.chat_id and m.id = k.id limit 1) found
              union all
              select found.* from unnest($4::text[], $5::bigint[]) as k(chat_id, telegram_message_id), lateral (
                select m.chat_id, m.id, m.in_reply_to from read_message m
                 where m.build = $1 and m.chat_id = k.chat_id and m.telegram_message_id = k.telegram_message_id and m.incoming
                 order by m.seq_nr desc limit 1) found
              union all
              select found.* from unnest($6::text[], $7::text[]) as k(chat_id, id), lateral (
                select m.chat_id, m.id, m.in_reply_to from read_message m
                 where m.build = $1 and m.chat_id = k.chat_id and m.in_reply_to = k.id and m.status in ('pending', 'queued')
                offset 0) found
            )
            select m.* from (
              select chat_id, id from wanted union select chat_id, in_reply_to from wanted where in_reply_to is not null
            ) as k, lateral (
              select %s from read_message
               where build = $1 and chat_id = k.chat_id and id = k.id limit 1) m""".formatted(MessageRow.COLUMNS);

    private static final String SAVE = """
            insert into read_message
              (build, chat_id, id, owner, seq_nr, incoming, sender_id, sender_name, text, erased, language,
               telegram_message_id, status, reason, reason_detail, created_at, in_reply_to, parts, parts_settled,
               parts_in_doubt, topic)
            select $1, chat_id, id, owner, seq_nr, incoming, sender_id, sender_name, text, erased, language::regconfig,
                   telegram_message_id, status, reason, reason_detail, created_at::timestamptz, in_reply_to, parts,
                   parts_settled, parts_in_doubt, topic
              from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::boolean[], $7::bigint[], $8::text[],
                          $9::text[], $10::boolean[], $11::text[], $12::bigint[], $13::text[], $14::text[], $15::text[],
                          $16::text[], $17::text[], $18::int[], $19::int[], $20::int[], $21::int[])
                   as m(chat_id, id, owner, seq_nr, incoming, sender_id, sender_name, text, erased, language,
                        telegram_message_id, status, reason, reason_detail, created_at, in_reply_to, parts,
                        parts_settled, parts_in_doubt, topic)
            on conflict (build, chat_id, id) do update
              set text = excluded.text, erased = excluded.erased, language = excluded.language, telegram_message_id = excluded.telegram_message_id,
                  status = excluded.status, reason = excluded.reason, reason_detail = excluded.reason_detail,
                  parts_settled = excluded.parts_settled, parts_in_doubt = excluded.parts_in_doubt""";

    private static final String CHANGE = """
            update read_message m
               set telegram_message_id = c.telegram_message_id, status = c.status, reason = c.reason,
                   reason_detail = c.reason_detail, parts_settled = c.parts_settled, parts_in_doubt = c.parts_in_doubt
              from unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::int[], $9::int[])
                   as c(chat_id, id, telegram_message_id, status, reason, reason_detail, parts_settled, parts_in_doubt)
             where m.build = $1 and m.chat_id = c.chat_id and m.id = c.id""";

    private static final String SERVED = " from read_message where build = "
            + ProjectionControl.serving(ReadChats.PROJECTION) + " and owner = $1 and chat_id = $2";

    private static final String PAGE =
            "select " + MessageRow.COLUMNS + SERVED + " and seq_nr < $3 order by seq_nr desc limit $4";

    private static final String BY_WORDS = "select " + MessageRow.COLUMNS + SERVED
            + " and words @@ (select websearch_to_tsquery('simple', unaccent($3))"
            + " || websearch_to_tsquery('english', unaccent($3)) || websearch_to_tsquery('russian', unaccent($3)))"
            + " order by seq_nr desc limit $4";

    /*
     * The query asks for any of a text's longest words, in the forms of its language. Of the newest messages that have one, it gives
     * those that have most.
     */
    private static final String RELATED = """
            select asked.place, best.*
              from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[])
                   with ordinality as asked(owner, chat_id, text, language, before, topic, most, place),
                   lateral (
                     with words_asked as materialized (
                       select string_agg(quote_literal(lexeme), ' | ')::tsquery as any_word from (
                         select lexeme from unnest(search_words(asked.language::regconfig, asked.text))
                          where length(lexeme) >= 3 order by length(lexeme) desc, lexeme limit %1$d) longest
                     )
                     select %2$s from (
                       select * from read_message
                        where build = %3$s and owner = asked.owner and chat_id = asked.chat_id
                          and words @@ (select any_word from words_asked) and created_at < asked.before::timestamptz
                          and topic is not distinct from asked.topic
                        order by seq_nr desc limit %4$d) newest
                      order by ts_rank(words, (select any_word from words_asked)) desc, seq_nr desc limit asked.most) best
             order by asked.place, best.seq_nr""".formatted(
                    WORDS_RELATED, MessageRow.COLUMNS, ProjectionControl.serving(ReadChats.PROJECTION), AMONG_RELATED);

    /* Trigrams have only what the server's locale calls letters, so the query looks for the text as a part, too. */
    private static final String BY_LIKENESS = "select " + MessageRow.COLUMNS + " from (select *" + SERVED
            + " and text is not null order by seq_nr desc limit " + LIKENESS_AMONG + ") newest"
            + " where text ilike '%' || regexp_replace($3, '([\\\\%_])', '\\\\\\1', 'g') || '%' or $3 <% left(text, 4096)"
            + " order by word_similarity($3, left(text, 4096)) desc, seq_nr desc limit $4";

    private record Search(Related to, int limit) {}

    private final Database database;
    private final GroupedReads<Search, MessageRow> searches;

    public ReadMessages(Database database) {
        this.database = database;
        searches = new GroupedReads<>(database, SEARCHES_TOGETHER, ReadMessages::related, MessageRow::read);
    }

    /** The newest messages of an owner's chat before a sequence number, the newest first. */
    public CompletionStage<List<MessageRow>> page(String owner, String chatId, long beforeSeqNr, int limit) {
        return database.withConnection(connection -> Query.on(connection, PAGE)
                        .with(owner)
                        .with(chatId)
                        .with(beforeSeqNr)
                        .with(limit)
                        .list(MessageRow::read))
                .toFuture();
    }

    /**
     * The messages of an owner's chat that have the words of a text, in any form. If there are none, the messages that look
     * most like it, among the newest {@value #LIKENESS_AMONG}; this also finds texts without words that PostgreSQL knows.
     *
     * @param text as typed into a search box: words, "phrases", or, -without
     */
    public CompletionStage<List<MessageRow>> search(String owner, String chatId, String text, int limit) {
        return database.withConnection(connection -> find(connection, BY_WORDS, owner, chatId, text, limit)
                        .flatMap(found -> found.isEmpty()
                                ? find(connection, BY_LIKENESS, owner, chatId, text, limit)
                                : Mono.just(found)))
                .toFuture();
    }

    /**
     * Which messages of an owner's chat to look for.
     *
     * @param topic the thread of their topic; null for messages in none
     * @param languageCode the language of the text, an ISO 639-1 code
     * @param before they are older than this
     * @param text the text whose words they share
     */
    public record Related(
            String owner, String chatId, @Nullable Integer topic, String text, String languageCode, Instant before) {}

    /** The messages that share most words with a text, the oldest first. Searches at the same time share statements. */
    public CompletionStage<List<MessageRow>> related(Related to, int limit) {
        return searches.ask(new Search(to, limit));
    }

    private static Query related(Connection connection, List<Search> searches) {
        List<Related> to = searches.stream().map(Search::to).toList();
        return Query.on(connection, RELATED)
                .with(texts(to, Related::owner))
                .with(texts(to, Related::chatId))
                .with(texts(to, Related::text))
                .with(texts(to, one -> SearchLanguage.ofCode(one.languageCode()).configuration()))
                .with(texts(to, one -> one.before().toString()))
                .with(to.stream().map(Related::topic).toArray(Integer[]::new))
                .with(searches.stream().map(Search::limit).toArray(Integer[]::new));
    }

    private static Mono<List<MessageRow>> find(
            Connection connection, String sql, String owner, String chatId, String text, int limit) {
        return Query.on(connection, sql)
                .with(owner)
                .with(chatId)
                .with(text)
                .with(limit)
                .list(MessageRow::read);
    }

    public static Mono<List<MessageRow>> load(Connection connection, int build, Keys keys) {
        if (keys.ids().isEmpty()
                && keys.telegramIds().isEmpty()
                && keys.answered().isEmpty()) {
            return Mono.just(List.of());
        }
        return Query.on(connection, LOAD)
                .with(build)
                .with(texts(keys.ids(), MessageId::chatId))
                .with(texts(keys.ids(), MessageId::id))
                .with(texts(keys.telegramIds(), TelegramId::chatId))
                .with(keys.telegramIds().stream().map(TelegramId::messageId).toArray(Long[]::new))
                .with(texts(keys.answered(), MessageId::chatId))
                .with(texts(keys.answered(), MessageId::id))
                .list(MessageRow::read);
    }

    /** Adds or updates messages. */
    public static Mono<Done> save(Connection connection, int build, Collection<MessageRow> rows) {
        if (rows.isEmpty()) {
            return Mono.just(Done.getInstance());
        }
        Query query = Query.on(connection, SAVE)
                .with(build)
                .with(texts(rows, MessageRow::chatId))
                .with(texts(rows, MessageRow::id))
                .with(texts(rows, MessageRow::owner))
                .with(rows.stream().map(MessageRow::seqNr).toArray(Long[]::new))
                .with(rows.stream().map(MessageRow::incoming).toArray(Boolean[]::new))
                .with(rows.stream().map(MessageRow::senderId).toArray(Long[]::new))
                .with(texts(rows, MessageRow::senderName))
                .with(texts(rows, MessageRow::text))
                .with(rows.stream().map(MessageRow::erased).toArray(Boolean[]::new))
                .with(texts(rows, row -> row.language().configuration()));
        return withOutcomes(query, rows)
                .with(texts(rows, row -> row.createdAt().toString()))
                .with(texts(
                        rows,
                        row -> row.sending() == null ? null : row.sending().inReplyTo()))
                .with(numbers(rows, MessageRow.Sending::parts, 1))
                .with(numbers(rows, MessageRow.Sending::settled, 0))
                .with(numbers(rows, MessageRow.Sending::inDoubt, 0))
                .with(rows.stream().map(MessageRow::topic).toArray(Integer[]::new))
                .update()
                .thenReturn(Done.getInstance());
    }

    /** Updates known messages without their texts. A text costs its index at each write. */
    public static Mono<Done> change(Connection connection, int build, Collection<MessageRow> rows) {
        if (rows.isEmpty()) {
            return Mono.just(Done.getInstance());
        }
        Query query = Query.on(connection, CHANGE)
                .with(build)
                .with(texts(rows, MessageRow::chatId))
                .with(texts(rows, MessageRow::id));
        return withOutcomes(query, rows)
                .with(numbers(rows, MessageRow.Sending::settled, 0))
                .with(numbers(rows, MessageRow.Sending::inDoubt, 0))
                .update()
                .thenReturn(Done.getInstance());
    }

    /** What became of messages: Telegram's id, status and reason. */
    private static Query withOutcomes(Query query, Collection<MessageRow> rows) {
        return query.with(rows.stream().map(MessageRow::telegramMessageId).toArray(Long[]::new))
                .with(texts(rows, row -> row.status().stored()))
                .with(texts(
                        rows, row -> row.reason() == null ? null : row.reason().name()))
                .with(texts(
                        rows, row -> row.reason() == null ? null : row.reason().detail()));
    }

    private static <T> String[] texts(Collection<T> rows, Function<T, @Nullable String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }

    private static Integer[] numbers(
            Collection<MessageRow> rows, Function<MessageRow.Sending, Integer> column, int otherwise) {
        return rows.stream()
                .map(row -> row.sending() == null ? otherwise : column.apply(row.sending()))
                .toArray(Integer[]::new);
    }
}
