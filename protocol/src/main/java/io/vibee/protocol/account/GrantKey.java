package io.vibee.protocol.account;

import io.vibee.protocol.ClusterMessage;

/** Identifies one call of a model. If the same call asks again after a crash, it has the same grant. */
public record GrantKey(String chatId, String messageId, int attempt) implements ClusterMessage {}
