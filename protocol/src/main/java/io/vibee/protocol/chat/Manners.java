package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.stored.Stored;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a chat behaves among people, as its owner set it.
 *
 * @param pauseSeconds for how long a message waits for more of its sender, who then gets one answer to all; 0: not at all; null: see
 *     {@link #pause}
 * @param answerInGroup which messages of a group are answered
 * @param cooldownSeconds for how long after an answer a group gets no other one, except who speaks to the bot; 0: not at all
 * @param answerBots whether what bots write is answered, a few times in a row
 * @param markRead whether a person's own chat shows as read what is answered, where the person lets the bot do that
 * @param humanDelay whether an answer is sent no sooner than a person would have written it
 */
public record Manners(
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer pauseSeconds,
        AnswerInGroup answerInGroup,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int cooldownSeconds,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean humanDelay,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean answerBots,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean markRead)
        implements Stored {

    public static final Manners DEFAULT = new Manners(null, AnswerInGroup.MENTIONED, 0, false, false, false);

    /** People write to a person in pieces, and who approves drafts wants one for all of them: they wait longer than a bot's users. */
    private static final int TIMES_LONGER = 4;

    public Manners {
        answerInGroup = Stored.orElse(answerInGroup, AnswerInGroup.MENTIONED);
    }

    /**
     * For how long a message waits for more.
     *
     * @param ofBots how long it is in bots' chats where nothing else is set; it is four times as long in people's own, and for drafts
     */
    public Duration pause(SessionKind kind, ChatMode mode, Duration ofBots) {
        if (pauseSeconds != null) {
            return Duration.ofSeconds(pauseSeconds);
        }
        return kind == SessionKind.BUSINESS || mode == ChatMode.DRAFT ? ofBots.multipliedBy(TIMES_LONGER) : ofBots;
    }

    /** The same with this pause. */
    Manners pausing(Duration pause) {
        return new Manners(
                Math.toIntExact(pause.toSeconds()), answerInGroup, cooldownSeconds, humanDelay, answerBots, markRead);
    }
}
