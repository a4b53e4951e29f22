package io.vibee.protocol.account;

import io.vibee.protocol.ClusterMessage;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A user's use of the models on one day.
 *
 * @param day in UTC
 * @param calls that were made or are under way
 * @param callsLimit of the day, or null: there is none
 * @param costMicroUsd in millionths of a US dollar
 * @param endedAt when the calls or tokens of the day were first found used up, or null
 */
public record UsageView(
        LocalDate day,
        int calls,
        @Nullable Integer callsLimit,
        long promptTokens,
        long completionTokens,
        long costMicroUsd,
        @Nullable Instant endedAt)
        implements ClusterMessage {}
