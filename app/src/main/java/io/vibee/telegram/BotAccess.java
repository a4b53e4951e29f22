package io.vibee.telegram;

import java.util.List;

/**
 * Who may write to a managed bot.
 *
 * @param restricted whether only its owner and those named may; otherwise everybody may
 * @param userIds who may beside its owner, by their ids in Telegram; none when it is not restricted
 */
public record BotAccess(boolean restricted, List<Long> userIds) {

    public BotAccess {
        userIds = List.copyOf(userIds);
    }
}
