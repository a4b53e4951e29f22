package io.vibee.protocol.session;

import io.vibee.protocol.stored.Stored;

/**
 * A bot as Telegram's getMe describes it.
 *
 * @param id Telegram's id of the bot, the part of its token before the colon
 * @param username without the leading {@code @}
 */
public record Bot(long id, String username) implements Stored {}
