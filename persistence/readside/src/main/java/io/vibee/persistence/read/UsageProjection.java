package io.vibee.persistence.read;

import io.r2dbc.spi.Connection;
import io.vibee.journal.projection.ProjectionHandler;
import io.vibee.persistence.read.UsageDays.Block;
import io.vibee.persistence.read.UsageDays.Usage;
import io.vibee.protocol.account.AccountEvent;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import reactor.core.publisher.Mono;

/** Builds the table of daily use. A call counts for the UTC day on which its block was reserved. */
public final class UsageProjection implements ProjectionHandler<AccountEvent> {

    @Override
    public CompletionStage<Rows> prepare(List<EventEnvelope<AccountEvent>> events) {
        List<String> owners = events.stream()
                .map(envelope -> Fitting.id(envelope.event().head().owner()))
                .distinct()
                .toList();
        return CompletableFuture.completedFuture((connection, build) -> UsageDays.blocks(connection, build, owners)
                .flatMap(blocks -> write(connection, build, events, blocks)));
    }

    @Override
    public Mono<Long> discard(Connection connection, int build, int limit) {
        return UsageDays.discard(connection, build, limit);
    }

    private record BlockId(String owner, long id) {}

    private record Day(String owner, LocalDate day) {}

    private static Mono<Done> write(
            Connection connection, int build, List<EventEnvelope<AccountEvent>> events, List<Block> known) {
        Map<BlockId, Block> blocks = new HashMap<>();
        known.forEach(block -> blocks.put(new BlockId(block.owner(), block.blockId()), block));
        Map<Day, Usage> used = new LinkedHashMap<>();
        Map<BlockId, Block> opened = new LinkedHashMap<>();
        List<Block> closed = new ArrayList<>();
        List<String> erased = new ArrayList<>();
        for (EventEnvelope<AccountEvent> envelope : events) {
            String owner = Fitting.id(envelope.event().head().owner());
            switch (envelope.event()) {
                case AccountEvent.BlockReserved reserved -> {
                    BlockId id = new BlockId(owner, reserved.blockId());
                    Block block = new Block(owner, reserved.blockId(), reserved.day());
                    blocks.put(id, block);
                    opened.put(id, block);
                }
                case AccountEvent.CallsSettled settled ->
                    add(
                            used,
                            new Usage(
                                    owner,
                                    day(blocks, owner, settled.blockId(), envelope.event()),
                                    settled.calls(),
                                    settled.promptTokens(),
                                    settled.completionTokens(),
                                    settled.costMicroUsd()));
                case AccountEvent.BlockClosed block -> {
                    LocalDate day = day(blocks, owner, block.blockId(), envelope.event());
                    add(used, new Usage(owner, day, block.used(), 0, 0, 0));
                    opened.remove(new BlockId(owner, block.blockId()));
                    closed.add(new Block(owner, block.blockId(), day));
                }
                case AccountEvent.AccountErased account -> erased.add(owner);
                case AccountEvent.AccountOpened account -> {}
                case AccountEvent.TierChanged tier -> {}
                case AccountEvent.SettingsChanged settings -> {}
                case AccountEvent.BudgetEnded ended -> {}
            }
        }
        return UsageDays.add(connection, build, used.values(), opened.values(), closed)
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
