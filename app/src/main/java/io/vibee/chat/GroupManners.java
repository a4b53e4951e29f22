package io.vibee.chat;

import io.vibee.protocol.chat.AnswerInGroup;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.WindowEntry;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.Incoming.Audience;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.crypto.TextCipher;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a message is for whoever answers here; pure. In a private chat all is that is for nobody else by its form. */
final class GroupManners {

    /** For how long whoever writes after an answer is taken to go on with the talk. */
    private static final Duration TALK = Duration.ofMinutes(5);

    private GroupManners() {}

    /** Why a message is not answered, or null. A sniper's words find it wherever it is said. */
    static @Nullable NotAnsweredReason whyNot(
            ChatState state,
            ChatSettings settings,
            TextCipher key,
            Incoming.Message message,
            ChatType type,
            Instant now) {
        boolean group = type != ChatType.PRIVATE;
        boolean spokenTo = message.audience() == Audience.BOT || (group && isCalled(settings, key, message));
        if (spokenTo) {
            return null;
        }
        if (settings.mode() != ChatMode.SNIPER && !isMeant(state, settings, message, group, now)) {
            return NotAnsweredReason.NOT_ADDRESSED;
        }
        return group && coolsDown(state, settings, now) ? NotAnsweredReason.COOLDOWN : null;
    }

    private static boolean isMeant(
            ChatState state, ChatSettings settings, Incoming.Message message, boolean group, Instant now) {
        if (message.audience() == Audience.OTHERS) {
            return false;
        }
        if (!group) {
            return true;
        }
        AnswerInGroup which = settings.mannersInEffect().answerInGroup();
        return message.audience() != Audience.PERSON
                && (which == AnswerInGroup.ALL
                        || (which == AnswerInGroup.TALK
                                && goesOn(state, ChatState.ownTopic(message.messageThreadId()), now)));
    }

    private static boolean isCalled(ChatSettings settings, TextCipher key, Incoming.Message message) {
        String words = message.body().words();
        return words != null
                && message.audience() != Audience.OTHERS
                && settings.names() != null
                && TriggerWords.match(SealedWords.open(key, settings.names()), words);
    }

    /** Whether the last word in a topic was ours, lately. */
    private static boolean goesOn(ChatState state, @Nullable Integer topic, Instant now) {
        List<WindowEntry> said = state.unsummarized(topic);
        return !said.isEmpty() && said.getLast().own() && said.getLast().at().isAfter(now.minus(TALK));
    }

    /** The newest answer is kept for as long as there is none after it. */
    private static boolean coolsDown(ChatState state, ChatSettings settings, Instant now) {
        Duration cooldown = Duration.ofSeconds(settings.mannersInEffect().cooldownSeconds());
        return !state.answeredAt().isEmpty()
                && state.answeredAt().getLast().plus(cooldown).isAfter(now);
    }
}
