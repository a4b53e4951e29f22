package io.vibee.protocol.account;

import io.vibee.protocol.ClusterMessage;

/** Names one call of a model: the same call asked again, after a crash, is the same grant. */
public record GrantKey(String chatId, String messageId, int attempt) implements ClusterMessage {}
