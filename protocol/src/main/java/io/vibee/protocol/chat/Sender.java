package io.vibee.protocol.chat;

import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.Stored;
import org.jspecify.annotations.Nullable;

/**
 * Who wrote a message.
 *
 * @param telegramId Telegram's id of the user, or of the chat on whose behalf it was sent
 * @param languageCode the IETF tag that Telegram knows of the user, or null
 */
public record Sender(
        long telegramId,
        @Nullable Sealed name,
        boolean bot,
        @Nullable String languageCode) implements Stored {}
