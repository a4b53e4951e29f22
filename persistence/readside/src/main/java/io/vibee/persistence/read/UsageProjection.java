package io.vibee.persistence.read;

import io.r2dbc.spi.Connection;
import io.vibee.journal.projection.ProjectionHandler;
import io.vibee.persistence.read.UsageDays.Block;
import io.vibee.persistence.read.UsageDays.BlockId;
import io.vibee.persistence.read.UsageDays.Usage;
import io.vibee.protocol.account.AccountEvent;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import reactor.core.publisher.Mono;

/** Builds the table of daily use. A call counts for the UTC day on which its block was reserved. */
public final class UsageProjection implements ProjectionHandler<AccountEvent> {

    @Override
    public CompletionStage<Rows> prepare(List<EventEnvelope<AccountEvent>> events) {
        Set<BlockId> named = events.stream()
                .flatMap(envelope -> named(envelope.event()).stream())
                .collect(Collectors.toSet());
        return CompletableFuture.completedFuture((connection, build) ->
                UsageDays.blocks(connection, build, named).flatMap(blocks -> write(connection, build, events, blocks)));
    }

    /** The block that an event speaks of, which was reserved before. */
    private static Optional<BlockId> named(AccountEvent event) {
        return switch (event) {
            case AccountEvent.CallsSettled settled ->
                Optional.of(new BlockId(settled.head().owner(), settled.blockId()));
            case AccountEvent.BlockClosed closed ->
                Optional.of(new BlockId(closed.head().owner(), closed.blockId()));
            default -> Optional.empty();
        };
    }

    @Override
    public Mono<Long> discard(Connection connection, int build, int limit) {
        return UsageDays.discard(connection, build, limit);
    }

    private record Day(String owner, LocalDate day) {}

    private static Mono<Done> write(
            Connection connection, int build, List<EventEnvelope<AccountEvent>> events, List<Block> known) {
        Map<BlockId, Block> blocks = new HashMap<>();
        known.forEach(block -> blocks.put(new BlockId(block.owner(), block.blockId()), block));
        Map<Day, Usage> used = new LinkedHashMap<>();
        Map<BlockId, Block> open = new LinkedHashMap<>();
        List<Block> closed = new ArrayList<>();
        List<String> erased = new ArrayList<>();
        for (EventEnvelope<AccountEvent> envelope : events) {
            String owner = Fitting.id(envelope.event().head().owner());
            switch (envelope.event()) {
                case AccountEvent.BlockReserved reserved -> {
                    BlockId id = new BlockId(owner, reserved.blockId());
                    Block block = new Block(owner, reserved.blockId(), reserved.day(), (long) reserved.calls());
                    blocks.put(id, block);
                    open.put(id, block);
                }
                case AccountEvent.CallsSettled settled -> {
                    add(
                            used,
                            new Usage(
                                    owner,
                                    day(blocks, owner, settled.blockId(), envelope.event()),
                                    settled.calls(),
                                    settled.promptTokens(),
                                    settled.completionTokens(),
                                    settled.costMicroUsd()));
                    BlockId id = new BlockId(owner, settled.blockId());
                    Block block = blocks.computeIfPresent(id, (same, before) -> before.without(settled.calls()));
                    if (block != null && block.isUsedUp()) {
                        open.remove(id);
                        closed.add(block);
                    } else if (block != null) {
                        open.put(id, block);
                    }
                }
                case AccountEvent.BlockClosed block -> {
                    LocalDate day = day(blocks, owner, block.blockId(), envelope.event());
                    add(used, new Usage(owner, day, block.used(), 0, 0, 0));
                    open.remove(new BlockId(owner, block.blockId()));
                    closed.add(new Block(owner, block.blockId(), day, 0L));
                }
                case AccountEvent.AccountErased account -> erased.add(owner);
                case AccountEvent.AccountOpened account -> {}
                case AccountEvent.TierChanged tier -> {}
                case AccountEvent.SettingsChanged settings -> {}
                case AccountEvent.BudgetEnded ended -> {}
            }
        }
        return UsageDays.add(connection, build, used.values(), open.values(), closed)
                .then(UsageDays.eraseOwners(connection, erased));
    }

    private static LocalDate day(Map<BlockId, Block> blocks, String owner, long blockId, AccountEvent event) {
        Block block = blocks.get(new BlockId(owner, blockId));
        return block == null
                ? Fitting.time(event.head().at()).atOffset(ZoneOffset.UTC).toLocalDate()
                : block.day();
    }

    private static void add(Map<Day, Usage> used, Usage more) {
        if (more.calls() > 0 || more.promptTokens() > 0 || more.completionTokens() > 0) {
            used.merge(new Day(more.owner(), more.day()), more, Usage::plus);
        }
    }
}
