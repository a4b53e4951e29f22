package io.vibee.session;

import static io.vibee.protocol.text.Characters.storable;

import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.Incoming.Hand;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.BusinessLink;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.telegram.telegrambots.meta.api.objects.CallbackQuery;
import org.telegram.telegrambots.meta.api.objects.Update;
import org.telegram.telegrambots.meta.api.objects.User;
import org.telegram.telegrambots.meta.api.objects.business.BusinessBotRights;
import org.telegram.telegrambots.meta.api.objects.business.BusinessConnection;
import org.telegram.telegrambots.meta.api.objects.business.BusinessMessagesDeleted;
import org.telegram.telegrambots.meta.api.objects.managed.ManagedBotUpdated;
import org.telegram.telegrambots.meta.api.objects.message.Message;

/** What an update of the operator's bot is about. Its own groups and channels are of no concern: it answers nobody there. */
public final class OperatorRoute {

    /** Twice as long as any that Telegram gives. */
    private static final int LONGEST_USERNAME = 64;

    private OperatorRoute() {}

    static Route of(Update update, Bot bot) {
        Message written = update.getBusinessMessage();
        if (written != null) {
            return person(
                    written.getBusinessConnectionId(),
                    written,
                    Route.message(written, bot, hand(written), echo(written)));
        }
        Message edited = update.getEditedBuinessMessage();
        if (edited != null) {
            return person(edited.getBusinessConnectionId(), edited, Route.edit(edited));
        }
        BusinessMessagesDeleted deleted = update.getDeletedBusinessMessages();
        if (deleted != null) {
            List<Long> ids =
                    deleted.getMessageIds().stream().map(Integer::longValue).toList();
            return new Route.ForOperator(new OperatorUpdate.OfPerson(
                    deleted.getBusinessConnectionId(), Route.place(deleted.getChat()), new Incoming.Deletion(ids)));
        }
        BusinessConnection connection = update.getBusinessConnection();
        if (connection != null) {
            return new Route.ForOperator(of(connection));
        }
        CallbackQuery pressed = update.getCallbackQuery();
        if (pressed != null) {
            return pressed(pressed);
        }
        ManagedBotUpdated managed = update.getManagedBot();
        if (managed != null) {
            return managed(managed);
        }
        Message message = update.getMessage();
        return message != null && "private".equals(message.getChat().getType()) ? desk(message) : new Route.None();
    }

    /** The same of a connection that Telegram was asked for. */
    public static OperatorUpdate.OfConnection of(BusinessConnection connection) {
        BusinessBotRights rights = connection.getRights();
        User user = connection.getUser();
        Long chat = connection.getUserChatId();
        return new OperatorUpdate.OfConnection(
                new BusinessLink(
                        connection.getId(),
                        user.getId(),
                        chat == null ? user.getId() : chat,
                        Boolean.TRUE.equals(connection.getIsEnabled()),
                        rights != null && Boolean.TRUE.equals(rights.getCanReply()),
                        rights != null && Boolean.TRUE.equals(rights.getCanReadMessages())),
                Route.person(user),
                Instant.ofEpochSecond(connection.getDate() == null ? 0 : connection.getDate()));
    }

    private static Route person(@Nullable String connectionId, Message message, Incoming incoming) {
        return connectionId == null
                ? new Route.None()
                : new Route.ForOperator(
                        new OperatorUpdate.OfPerson(connectionId, Route.place(message.getChat()), incoming));
    }

    /** Sent by this very bot in the person's name. Another bot of the person's is another hand. */
    private static boolean echo(Message message) {
        return message.getSenderBusinessBot() != null;
    }

    /** In a private chat of a person with somebody else the sender is one of the two: the chat has the other's id. */
    private static Hand hand(Message message) {
        User from = message.getFrom();
        boolean others = from == null || from.getId().equals(message.getChat().getId());
        if (others || echo(message)) {
            return Hand.OTHERS;
        }
        return Boolean.TRUE.equals(message.getIsFromOffline()) ? Hand.OWNER_AUTOMATIC : Hand.OWNER;
    }

    private static Route desk(Message message) {
        User from = message.getFrom();
        // What has no kind of a person's is mostly said by Telegram, such as that a message was pinned or a bot was
        // made.
        boolean byPerson = !Route.body(message).kind().equals(Route.OTHER);
        if (from == null || Boolean.TRUE.equals(from.getIsBot()) || !byPerson) {
            return new Route.None();
        }
        Message repliedTo = message.getReplyToMessage();
        Integer repliesTo = repliedTo == null ? null : repliedTo.getMessageId();
        String text = message.getText();
        return new Route.ForOperator(new OperatorUpdate.Written(
                Route.person(from),
                message.getMessageId(),
                text == null ? null : storable(text),
                repliesTo == null ? null : repliesTo.longValue()));
    }

    private static Route managed(ManagedBotUpdated managed) {
        User made = managed.getBot();
        String username = made.getUserName();
        return new Route.ForOperator(new OperatorUpdate.Managed(
                Route.person(managed.getUser()),
                made.getId(),
                username == null ? "" : storable(username, LONGEST_USERNAME)));
    }

    private static Route pressed(CallbackQuery pressed) {
        User from = pressed.getFrom();
        String data = pressed.getData();
        if (from == null || data == null || pressed.getId() == null) {
            return new Route.None();
        }
        Integer messageId =
                pressed.getMessage() == null ? null : pressed.getMessage().getMessageId();
        return new Route.ForOperator(new OperatorUpdate.Pressed(
                Route.person(from), pressed.getId(), data, messageId == null ? null : messageId.longValue()));
    }
}
