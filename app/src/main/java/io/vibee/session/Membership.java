package io.vibee.session;

import io.vibee.protocol.chat.Incoming;
import java.time.Instant;
import java.util.Optional;
import org.telegram.telegrambots.meta.api.objects.chatmember.ChatMember;
import org.telegram.telegrambots.meta.api.objects.chatmember.ChatMemberAdministrator;
import org.telegram.telegrambots.meta.api.objects.chatmember.ChatMemberRestricted;
import org.telegram.telegrambots.meta.api.objects.chatmember.ChatMemberUpdated;

/** What {@code my_chat_member} says of the bot's place in a chat. */
final class Membership {

    private Membership() {}

    /** Empty when something is missing that a chat must know. */
    static Optional<Incoming.Membership> of(ChatMemberUpdated update) {
        ChatMember member = update.getNewChatMember();
        if (update.getChat() == null
                || update.getChat().getId() == null
                || update.getChat().getType() == null
                || update.getDate() == null
                || member == null
                || member.getStatus() == null) {
            return Optional.empty();
        }
        boolean channel = "channel".equals(update.getChat().getType());
        return Optional.of(new Incoming.Membership(
                member.getStatus(), mayWrite(member, channel), Instant.ofEpochSecond(update.getDate())));
    }

    private static boolean mayWrite(ChatMember member, boolean channel) {
        return switch (member.getStatus()) {
            case "creator" -> true;
            case "administrator" ->
                !channel
                        || !(member instanceof ChatMemberAdministrator administrator)
                        || Boolean.TRUE.equals(administrator.getCanPostMessages());
            case "member" -> !channel;
            case "restricted" ->
                member instanceof ChatMemberRestricted restricted
                        && !Boolean.FALSE.equals(restricted.getIsMember())
                        && Boolean.TRUE.equals(restricted.getCanSendMessages());
            default -> false;
        };
    }
}
