package io.vibee.protocol.carrier;

import io.vibee.protocol.stored.Stored;
import org.jspecify.annotations.Nullable;

/**
 * The session that carries a chat's messages to and from Telegram.
 *
 * @param sessionId the session that polls and sends
 * @param businessConnectionId for a person connected to the operator's bot, else null
 */
public record Carrier(
        String sessionId, SessionKind kind, @Nullable String businessConnectionId) implements Stored {}
