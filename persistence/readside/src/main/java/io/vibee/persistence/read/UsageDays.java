package io.vibee.persistence.read;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.Query;
import io.vibee.journal.projection.ProjectionControl;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The use of each user on each UTC day, and the open blocks of calls. */
public final class UsageDays {

    /** The projection that builds these tables. */
    public static final String PROJECTION = "usage";

    /** The largest sum to which any amount can still be added. */
    private static final long FULL = 1_000_000_000_000_000_000L;

    private final Database database;

    public UsageDays(Database database) {
        this.database = database;
    }

    /**
     * The use of an owner on a day. In {@link #add} it is the amount to add.
     *
     * @param costMicroUsd in millionths of a US dollar
     */
    public record Usage(
            String owner, LocalDate day, long calls, long promptTokens, long completionTokens, long costMicroUsd) {

        public Usage {
            owner = Fitting.id(owner);
            day = Fitting.day(day);
            calls = Fitting.amount(calls);
            promptTokens = Fitting.amount(promptTokens);
            completionTokens = Fitting.amount(completionTokens);
            costMicroUsd = Fitting.amount(costMicroUsd);
        }

        public Usage plus(Usage other) {
            return new Usage(
                    owner,
                    day,
                    calls + other.calls,
                    promptTokens + other.promptTokens,
                    completionTokens + other.completionTokens,
                    costMicroUsd + other.costMicroUsd);
        }

        private static Usage read(Readable row) {
            return new Usage(
                    Column.text(row, "owner"),
                    dayOf(row),
                    Column.number(row, "calls"),
                    Column.number(row, "prompt_tokens"),
                    Column.number(row, "completion_tokens"),
                    Column.number(row, "cost_micro_usd"));
        }
    }

    /**
     * A block of calls that was reserved on a day.
     *
     * @param left calls of it that are not accounted for; null where nobody counted
     */
    public record Block(
            String owner,
            long blockId,
            LocalDate day,
            @Nullable Long left) {

        public Block {
            owner = Fitting.id(owner);
            day = Fitting.day(day);
            left = left == null ? null : Fitting.amount(left);
        }

        /** The same after some of its calls were accounted for. */
        Block without(long calls) {
            return new Block(owner, blockId, day, left == null ? null : Math.max(0, left - Fitting.amount(calls)));
        }

        boolean isUsedUp() {
            return left != null && left == 0;
        }

        private static Block read(Readable row) {
            return new Block(
                    Column.text(row, "owner"),
                    Column.number(row, "block_id"),
                    dayOf(row),
                    row.get("calls_left", Long.class));
        }
    }

    /** Names a block. */
    public record BlockId(String owner, long id) {

        public BlockId {
            owner = Fitting.id(owner);
        }
    }

    private static LocalDate dayOf(Readable row) {
        return Objects.requireNonNull(row.get("day", LocalDate.class));
    }

    /** The use of an owner on the newest days, the newest first. */
    public CompletionStage<List<Usage>> newest(String owner, int days) {
        return database.withConnection(connection -> Query.on(
                                connection,
                                "select owner, day, calls, prompt_tokens, completion_tokens, cost_micro_usd"
                                        + " from read_usage_daily where build = "
                                        + ProjectionControl.serving(PROJECTION)
                                        + " and owner = $1 order by day desc limit $2")
                        .with(owner)
                        .with(days)
                        .list(Usage::read))
                .toFuture();
    }

    /** These blocks, without those that are not open. */
    public static Mono<List<Block>> blocks(Connection connection, int build, Collection<BlockId> ids) {
        return ids.isEmpty()
                ? Mono.just(List.of())
                : Query.on(connection, """
                                select b.owner, b.block_id, b.day, b.calls_left
                                  from unnest($2::text[], $3::bigint[]) as k(owner, block_id)
                                  join read_usage_block b on b.build = $1 and b.owner = k.owner and b.block_id = k.block_id""")
                        .with(build)
                        .with(ids.stream().map(BlockId::owner).toArray(String[]::new))
                        .with(ids.stream().map(BlockId::id).toArray(Long[]::new))
                        .list(Block::read);
    }

    /** Adds use to days, stores open blocks as they are now, and deletes closed ones. */
    public static Mono<Done> add(
            Connection connection,
            int build,
            Collection<Usage> usage,
            Collection<Block> open,
            Collection<Block> closed) {
        return Query.on(connection, """
                        insert into read_usage_daily as kept
                          (build, owner, day, calls, prompt_tokens, completion_tokens, cost_micro_usd)
                        select $1, owner, day::date, calls, prompt_tokens, completion_tokens, cost_micro_usd
                          from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
                               as u(owner, day, calls, prompt_tokens, completion_tokens, cost_micro_usd)
                        on conflict (build, owner, day) do update
                          set calls = least(kept.calls, %1$s) + excluded.calls,
                              prompt_tokens = least(kept.prompt_tokens, %1$s) + excluded.prompt_tokens,
                              completion_tokens = least(kept.completion_tokens, %1$s) + excluded.completion_tokens,
                              cost_micro_usd = least(kept.cost_micro_usd, %1$s) + excluded.cost_micro_usd""".formatted(FULL))
                .with(build)
                .with(usage.stream().map(Usage::owner).toArray(String[]::new))
                .with(usage.stream().map(one -> one.day().toString()).toArray(String[]::new))
                .with(usage.stream().map(Usage::calls).toArray(Long[]::new))
                .with(usage.stream().map(Usage::promptTokens).toArray(Long[]::new))
                .with(usage.stream().map(Usage::completionTokens).toArray(Long[]::new))
                .with(usage.stream().map(Usage::costMicroUsd).toArray(Long[]::new))
                .update()
                .then(blocks(connection, build, open, """
                        insert into read_usage_block (build, owner, block_id, day, calls_left)
                        select $1, owner, block_id, day::date, calls_left
                          from unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[])
                               as b(owner, block_id, day, calls_left)
                        on conflict (build, owner, block_id) do update set calls_left = excluded.calls_left"""))
                .then(blocks(connection, build, closed, """
                        delete from read_usage_block
                         where build = $1 and (owner, block_id) in (
                           select owner, block_id from unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[])
                                                       as b(owner, block_id, day, calls_left))"""));
    }

    private static Mono<Done> blocks(Connection connection, int build, Collection<Block> blocks, String sql) {
        if (blocks.isEmpty()) {
            return Mono.just(Done.getInstance());
        }
        return Query.on(connection, sql)
                .with(build)
                .with(blocks.stream().map(Block::owner).toArray(String[]::new))
                .with(blocks.stream().map(Block::blockId).toArray(Long[]::new))
                .with(blocks.stream().map(block -> block.day().toString()).toArray(String[]::new))
                .with(blocks.stream().map(Block::left).toArray(Long[]::new))
                .update()
                .thenReturn(Done.getInstance());
    }

    /** Takes everything of owners away, in every build. */
    public static Mono<Done> eraseOwners(Connection connection, Collection<String> owners) {
        String[] erased = owners.toArray(String[]::new);
        return owners.isEmpty()
                ? Mono.just(Done.getInstance())
                : Query.on(connection, "delete from read_usage_daily where owner = any($1)")
                        .with(erased)
                        .update()
                        .then(Query.on(connection, "delete from read_usage_block where owner = any($1)")
                                .with(erased)
                                .update())
                        .thenReturn(Done.getInstance());
    }

    /** Deletes at most {@code limit} rows of a build; gives how many. */
    public static Mono<Long> discard(Connection connection, int build, int limit) {
        return Query.on(connection, """
                        delete from read_usage_daily where ctid = any(array(
                          select ctid from read_usage_daily where build = $1 limit $2))""")
                .with(build)
                .with(limit)
                .update()
                .flatMap(days -> days > 0
                        ? Mono.just(days)
                        : Query.on(connection, """
                                        delete from read_usage_block where ctid = any(array(
                                          select ctid from read_usage_block where build = $1 limit $2))""").with(build).with(limit).update());
    }
}
