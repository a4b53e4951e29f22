package io.vibee.session;

import io.vibee.protocol.chat.Incoming.Audience;
import io.vibee.protocol.session.Bot;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.telegram.telegrambots.meta.api.objects.MessageEntity;
import org.telegram.telegrambots.meta.api.objects.User;
import org.telegram.telegrambots.meta.api.objects.message.Message;

/**
 * Whom a message is for, as far as it says so: by a name, a command or a reply, or by being a post of a channel or of a chat as a
 * whole, in which nobody speaks to a bot unless he names it.
 */
final class Addressee {

    /**
     * Telegram's stand-ins for who is not a user: 777000 forwards a channel's posts into its discussion group, GroupAnonymousBot writes
     * for anonymous administrators, and Channel_Bot for channels (Bot API, {@code Message.from}).
     */
    private static final Set<Long> STAND_INS = Set.of(777_000L, 1_087_968_824L, 136_817_688L);

    private static final Pattern COMMAND = Pattern.compile("^\\s*/\\w{1,64}@(\\w{1,64})(?!\\w)");
    private static final Pattern NAMED = Pattern.compile("(?:^|[^\\w@]|(?:^|\\s)/\\w{1,64})@(\\w{1,64})(?!\\w)");

    private static final Pattern NAMES_FIRST = Pattern.compile("^\\s*@\\w{1,64}");

    private Addressee() {}

    static Audience of(Message message, Bot bot) {
        String words =
                Objects.requireNonNullElse(message.getText() != null ? message.getText() : message.getCaption(), "");
        if (names(words, bot) || mentions(message, bot) || repliesTo(message, bot)) {
            return Audience.BOT;
        }
        if (isPost(message) || (COMMAND.matcher(words).find() && !bot.username().isEmpty())) {
            return Audience.OTHERS;
        }
        return repliesToAnother(message, bot) || NAMES_FIRST.matcher(words).find() || mentionsFirst(message)
                ? Audience.PERSON
                : Audience.ANYONE;
    }

    /** By a mention or by a command with the bot's name. */
    private static boolean names(String words, Bot bot) {
        if (bot.username().isEmpty()) {
            return false;
        }
        Matcher names = NAMED.matcher(words);
        while (names.find()) {
            if (names.group(1).toLowerCase(Locale.ROOT).equals(bot.username().toLowerCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }

    /** By a link to its account. */
    private static boolean mentions(Message message, Bot bot) {
        return Stream.of(entities(message.getEntities()), entities(message.getCaptionEntities()))
                .flatMap(Collection::stream)
                .filter(Objects::nonNull)
                .map(MessageEntity::getUser)
                .anyMatch(user -> is(user, bot));
    }

    private static Collection<MessageEntity> entities(@Nullable Collection<MessageEntity> entities) {
        return entities == null ? Set.of() : entities;
    }

    /** What is written in a topic replies to the message that opened it, whoever did. */
    private static boolean repliesTo(Message message, Bot bot) {
        Message repliedTo = message.getReplyToMessage();
        return repliedTo != null && repliedTo.getForumTopicCreated() == null && is(repliedTo.getFrom(), bot);
    }

    /** What a channel posted or the sender himself said before is no other person's. */
    private static boolean repliesToAnother(Message message, Bot bot) {
        Message repliedTo = message.getReplyToMessage();
        if (repliedTo == null || repliedTo.getForumTopicCreated() != null || isPost(repliedTo)) {
            return false;
        }
        User author = repliedTo.getFrom();
        User sender = message.getFrom();
        return author != null
                && !is(author, bot)
                && (sender == null || !Objects.equals(author.getId(), sender.getId()));
    }

    /** By a link to an account at its very beginning. */
    private static boolean mentionsFirst(Message message) {
        return entities(message.getEntities()).stream()
                .filter(Objects::nonNull)
                .anyMatch(entity -> entity.getUser() != null && Objects.equals(entity.getOffset(), 0));
    }

    private static boolean isPost(Message message) {
        User from = message.getFrom();
        return Boolean.TRUE.equals(message.getIsAutomaticForward())
                || message.getSenderChat() != null
                || "channel".equals(message.getChat().getType())
                || (from != null && from.getId() != null && STAND_INS.contains(from.getId()));
    }

    static boolean is(@Nullable User user, Bot bot) {
        return user != null && user.getId() != null && user.getId() == bot.id();
    }
}
