package io.vibee.session;

import io.vibee.protocol.chat.ChatCommand.Place;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Incoming;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.telegram.telegrambots.meta.api.objects.Update;
import org.telegram.telegrambots.meta.api.objects.User;
import org.telegram.telegrambots.meta.api.objects.chat.Chat;
import org.telegram.telegrambots.meta.api.objects.message.Message;
import org.telegram.telegrambots.meta.api.objects.photo.PhotoSize;

/** What an update of Telegram is about, in the terms of a chat. */
sealed interface Route {

    /** For one chat. */
    record Routed(Place place, Incoming incoming) implements Route {}

    /** A group became a supergroup. */
    record Migration(long fromTelegramChatId, long toTelegramChatId) implements Route {}

    /** Of no concern to a bot's chats. */
    record None() implements Route {}

    /**
     * @param botId whose own messages are never answered
     */
    static Route of(Update update, long botId) {
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
            return new Routed(place(message.getChat()), message(message, botId));
        }
        Message edited = update.getEditedMessage();
        if (edited != null) {
            Integer editDate = edited.getEditDate();
            return new Routed(
                    place(edited.getChat()),
                    new Incoming.Edit(
                            edited.getMessageId(),
                            body(edited),
                            Instant.ofEpochSecond(editDate == null ? edited.getDate() : editDate)));
        }
        return new None();
    }

    private static Incoming.Message message(Message message, long botId) {
        Incoming.Person sender = person(message);
        return new Incoming.Message(
                message.getMessageId(),
                sender,
                sender.telegramId() == botId,
                body(message),
                message.getMessageThreadId(),
                Instant.ofEpochSecond(message.getDate()));
    }

    private static Incoming.Person person(Message message) {
        User from = message.getFrom();
        Chat onBehalfOf = message.getSenderChat();
        if (onBehalfOf != null) {
            return new Incoming.Person(onBehalfOf.getId(), onBehalfOf.getTitle(), false, null);
        }
        if (from == null) {
            return new Incoming.Person(message.getChatId(), message.getChat().getTitle(), false, null);
        }
        return new Incoming.Person(
                from.getId(),
                joined(from.getFirstName(), from.getLastName()),
                Boolean.TRUE.equals(from.getIsBot()),
                from.getLanguageCode());
    }

    private static Place place(Chat chat) {
        ChatType type = switch (chat.getType()) {
            case "private" -> ChatType.PRIVATE;
            case "group" -> ChatType.GROUP;
            case "channel" -> ChatType.CHANNEL;
            default -> ChatType.SUPERGROUP;
        };
        String title = chat.getTitle() != null ? chat.getTitle() : joined(chat.getFirstName(), chat.getLastName());
        return new Place(chat.getId(), type, title);
    }

    private static @Nullable String joined(@Nullable String first, @Nullable String last) {
        List<String> names = new ArrayList<>(2);
        if (first != null && !first.isBlank()) {
            names.add(first);
        }
        if (last != null && !last.isBlank()) {
            names.add(last);
        }
        return names.isEmpty() ? null : String.join(" ", names);
    }

    private static Incoming.Body body(Message message) {
        if (message.getText() != null) {
            return new Incoming.Body("text", null, message.getText());
        }
        String caption = message.getCaption();
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
        return new Incoming.Body("other", null, caption);
    }
}
