package io.vibee.session;

import static io.vibee.protocol.text.Characters.storable;

import io.vibee.protocol.chat.ChatCommand.Place;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.session.Bot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.telegram.telegrambots.meta.api.objects.ExternalReplyInfo;
import org.telegram.telegrambots.meta.api.objects.TextQuote;
import org.telegram.telegrambots.meta.api.objects.Update;
import org.telegram.telegrambots.meta.api.objects.User;
import org.telegram.telegrambots.meta.api.objects.chat.Chat;
import org.telegram.telegrambots.meta.api.objects.chatmember.ChatMemberUpdated;
import org.telegram.telegrambots.meta.api.objects.message.Message;
import org.telegram.telegrambots.meta.api.objects.messageorigin.MessageOriginChannel;
import org.telegram.telegrambots.meta.api.objects.messageorigin.MessageOriginChat;
import org.telegram.telegrambots.meta.api.objects.messageorigin.MessageOriginHiddenUser;
import org.telegram.telegrambots.meta.api.objects.messageorigin.MessageOriginUser;
import org.telegram.telegrambots.meta.api.objects.photo.PhotoSize;

/** What an update of Telegram is about, in the terms of a chat. */
sealed interface Route {

    /** Of which a session can keep what nobody could store yet. */
    sealed interface Keepable extends Route {}

    /** The kind of a message that says that its topic is open again. */
    String TOPIC_REOPENED = "forum_topic_reopened";

    /** The kind of a message without words or a file: what Telegram says itself, a place, a poll. */
    String OTHER = "other";

    /** For one chat. */
    record Routed(Place place, Incoming incoming) implements Keepable {}

    /** A group became a supergroup. */
    record Migration(long fromTelegramChatId, long toTelegramChatId) implements Route {}

    /** For what the operator's bot serves. */
    record ForOperator(OperatorUpdate update) implements Keepable {}

    /** Of no concern to a bot's chats. */
    record None() implements Route {}

    /**
     * @param bot whose own messages are never answered, and who may be addressed
     */
    static Route of(Update update, Bot bot) {
        Message message = update.getMessage();
        if (message != null) {
            Long to = message.getMigrateToChatId();
            if (to != null) {
                return new Migration(message.getChatId(), to);
            }
            Long from = message.getMigrateFromChatId();
            if (from != null) {
                return new Migration(from, message.getChatId());
            }
            return new Routed(
                    place(message.getChat()),
                    message(message, bot, Incoming.Hand.OTHERS, Addressee.is(message.getFrom(), bot)));
        }
        Message edited = update.getEditedMessage();
        if (edited != null) {
            return new Routed(place(edited.getChat()), edit(edited));
        }
        ChatMemberUpdated member = update.getMyChatMember();
        Optional<Incoming.Membership> membership = member == null ? Optional.empty() : Membership.of(member);
        return membership.isPresent() ? new Routed(place(member.getChat()), membership.get()) : new None();
    }

    static Incoming.Edit edit(Message edited) {
        Integer editDate = edited.getEditDate();
        return new Incoming.Edit(
                edited.getMessageId(),
                body(edited),
                Instant.ofEpochSecond(editDate == null ? edited.getDate() : editDate));
    }

    /**
     * @param hand whose hand wrote it
     * @param own whether the bot did
     */
    static Incoming.Message message(Message message, Bot bot, Incoming.Hand hand, boolean own) {
        Incoming.Person sender = person(message);
        // A thread that is no topic is a chain of replies: nothing can be sent to it.
        Integer topic = Boolean.TRUE.equals(message.getIsTopicMessage()) ? message.getMessageThreadId() : null;
        return new Incoming.Message(
                message.getMessageId(),
                sender,
                own,
                body(message),
                topic,
                Instant.ofEpochSecond(message.getDate()),
                quoted(message, bot),
                Addressee.of(message, bot),
                hand);
    }

    /** The part that was quoted, else the whole that was replied to. Of another chat's message Telegram gives only a quoted part. */
    private static Incoming.@Nullable Quoted quoted(Message message, Bot bot) {
        TextQuote quote = message.getQuote();
        String part = quote == null ? null : quote.getText();
        Message repliedTo = message.getReplyToMessage();
        if (repliedTo != null) {
            String whole = repliedTo.getText() != null ? repliedTo.getText() : repliedTo.getCaption();
            String text = part != null ? part : whole;
            Long id = repliedTo.getMessageId() == null
                    ? null
                    : repliedTo.getMessageId().longValue();
            boolean own = Addressee.is(repliedTo.getFrom(), bot);
            return text == null || text.isBlank()
                    ? null
                    : new Incoming.Quoted(id, storable(text), author(repliedTo), own, part != null);
        }
        return part == null || part.isBlank()
                ? null
                : new Incoming.Quoted(null, storable(part), author(message.getExternalReplyInfo()), false, true);
    }

    private static @Nullable String author(Message repliedTo) {
        boolean nameless = repliedTo.getChat() == null && repliedTo.getFrom() == null;
        return nameless && repliedTo.getSenderChat() == null
                ? null
                : person(repliedTo).name();
    }

    private static @Nullable String author(@Nullable ExternalReplyInfo reply) {
        return switch (reply == null ? null : reply.getOrigin()) {
            case MessageOriginUser user
            when user.getSenderUser() != null ->
                joined(user.getSenderUser().getFirstName(), user.getSenderUser().getLastName());
            case MessageOriginHiddenUser hidden -> joined(hidden.getSenderUserName(), null);
            case MessageOriginChat chat
            when chat.getSenderChat() != null -> joined(chat.getSenderChat().getTitle(), null);
            case MessageOriginChannel channel
            when channel.getChat() != null -> joined(channel.getChat().getTitle(), null);
            case null, default -> null;
        };
    }

    private static Incoming.Person person(Message message) {
        User from = message.getFrom();
        Chat onBehalfOf = message.getSenderChat();
        if (onBehalfOf != null && onBehalfOf.getId() != null) {
            return new Incoming.Person(onBehalfOf.getId(), title(onBehalfOf), false, null);
        }
        if (from == null || from.getId() == null) {
            Chat chat = message.getChat();
            boolean known = chat != null && chat.getId() != null;
            return new Incoming.Person(known ? chat.getId() : 0, chat == null ? null : title(chat), false, null);
        }
        return person(from);
    }

    static Incoming.Person person(User user) {
        return new Incoming.Person(
                user.getId(),
                joined(user.getFirstName(), user.getLastName()),
                Boolean.TRUE.equals(user.getIsBot()),
                user.getLanguageCode() == null ? null : storable(user.getLanguageCode()));
    }

    static Place place(Chat chat) {
        ChatType type = switch (chat.getType()) {
            case "private" -> ChatType.PRIVATE;
            case "group" -> ChatType.GROUP;
            case "channel" -> ChatType.CHANNEL;
            default -> ChatType.SUPERGROUP;
        };
        return new Place(chat.getId(), type, title(chat));
    }

    private static @Nullable String title(Chat chat) {
        return chat.getTitle() != null ? storable(chat.getTitle()) : joined(chat.getFirstName(), chat.getLastName());
    }

    private static @Nullable String joined(@Nullable String first, @Nullable String last) {
        List<String> names = new ArrayList<>(2);
        if (first != null && !first.isBlank()) {
            names.add(first);
        }
        if (last != null && !last.isBlank()) {
            names.add(last);
        }
        return names.isEmpty() ? null : storable(String.join(" ", names));
    }

    static Incoming.Body body(Message message) {
        if (message.getText() != null) {
            return new Incoming.Body("text", null, storable(message.getText()));
        }
        String caption = message.getCaption() == null ? null : storable(message.getCaption());
        List<PhotoSize> photos = message.getPhoto();
        if (photos != null && !photos.isEmpty()) {
            return new Incoming.Body("photo", photos.getLast().getFileId(), caption);
        }
        if (message.getVideo() != null) {
            return new Incoming.Body("video", message.getVideo().getFileId(), caption);
        }
        // An animation comes with a document too, for clients that don't know animations.
        if (message.getAnimation() != null) {
            return new Incoming.Body("animation", message.getAnimation().getFileId(), caption);
        }
        if (message.getDocument() != null) {
            return new Incoming.Body("document", message.getDocument().getFileId(), caption);
        }
        if (message.getAudio() != null) {
            return new Incoming.Body("audio", message.getAudio().getFileId(), caption);
        }
        if (message.getVoice() != null) {
            return new Incoming.Body("voice", message.getVoice().getFileId(), caption);
        }
        if (message.getVideoNote() != null) {
            return new Incoming.Body("video_note", message.getVideoNote().getFileId(), caption);
        }
        if (message.getSticker() != null) {
            return new Incoming.Body("sticker", message.getSticker().getFileId(), caption);
        }
        return new Incoming.Body(message.getForumTopicReopened() == null ? OTHER : TOPIC_REOPENED, null, caption);
    }
}
