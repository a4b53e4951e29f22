package io.vibee.session;

import io.vibee.cluster.Entities;
import io.vibee.metrics.Metrics;
import io.vibee.protocol.crypto.TextCiphers;
import io.vibee.recovery.Backlog;
import io.vibee.telegram.TelegramClient;
import java.time.InstantSource;

/**
 * What a session of this node works with.
 *
 * @param webhooks where Telegram may post updates
 * @param operatorUpdates takes what comes to the operator's bot
 * @param twinTexts what was sent in people's names, known also to who takes updates for them
 * @param sendsPerSecond of each bot; 0: no pacing, only what Telegram itself says
 */
public record SessionDependencies(
        Entities entities,
        TextCiphers keys,
        UnfinishedChats unfinished,
        TelegramClient telegram,
        Webhooks webhooks,
        Metrics metrics,
        PollingGate pollingGate,
        Backlog backlog,
        int sendsPerSecond,
        InstantSource clock,
        OperatorUpdates operatorUpdates,
        TwinTexts twinTexts) {}
