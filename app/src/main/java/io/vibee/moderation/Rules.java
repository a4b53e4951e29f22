package io.vibee.moderation;

import io.vibee.moderation.StopReason.Rule;
import io.vibee.moderation.StopReason.Side;
import io.vibee.protocol.chat.Forbidden;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The rules that a node applies by itself; pure.
 *
 * @param longest UTF-16 units of a message that is answered; 0: no limit
 */
public record Rules(int longest, PatternList patterns) {

    public static final Rules NONE = new Rules(0, PatternList.EMPTY);

    /** Why a person's message is not answered. */
    public Optional<StopReason> ofMessage(String text) {
        return longest > 0 && text.length() > longest
                ? Optional.of(new StopReason(Side.MESSAGE, Rule.TOO_LONG, ""))
                : listed(Side.MESSAGE, text);
    }

    /** Why an answer is not sent. */
    public Optional<StopReason> ofAnswer(String text, Set<Forbidden> forbidden) {
        return listed(Side.ANSWER, text)
                .or(() -> Bans.broken(text, forbidden).map(broken -> new StopReason(Side.ANSWER, rule(broken), "")));
    }

    private Optional<StopReason> listed(Side side, String text) {
        OptionalInt line = patterns.find(text);
        return line.isPresent()
                ? Optional.of(new StopReason(side, Rule.PATTERN, String.valueOf(line.getAsInt())))
                : Optional.empty();
    }

    private static Rule rule(Forbidden forbidden) {
        return switch (forbidden) {
            case LINKS -> Rule.LINKS;
            case MENTIONS -> Rule.MENTIONS;
            case PROMISES -> Rule.PROMISES;
        };
    }
}
