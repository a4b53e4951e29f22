package io.vibee.protocol.session;

import io.vibee.protocol.ClusterMessage;
import io.vibee.protocol.stored.Stored;

/**
 * What Telegram says of a person's connection to a bot
 * (<a href="https://core.telegram.org/bots/api#businessconnection">BusinessConnection</a>).
 *
 * @param connectionId the newest one: it changes when the person changes the connection
 * @param telegramUserId the person's
 * @param userChatId the person's own chat with the bot
 * @param enabled false once the person has ended it
 * @param mayReply whether the bot may write in the person's name
 * @param mayRead whether the bot may mark messages as read
 */
public record BusinessLink(
        String connectionId, long telegramUserId, long userChatId, boolean enabled, boolean mayReply, boolean mayRead)
        implements Stored, ClusterMessage {}
