package io.vibee.moderation;

import com.google.re2j.Pattern;
import io.vibee.protocol.chat.Forbidden;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds what a chat's owner can forbid in answers: links, mentions, promises. It goes by form, so it is a heuristic: somebody can write a
 * link or a promise in a way that no pattern knows.
 */
public final class Bans {

    /**
     * The commonest top-level domains, for which Telegram makes a link of a bare name. Those that are also words are left out, since a full
     * stop without a space after it would make a link of them ({@code it.is}).
     */
    private static final String TOP_LEVEL =
            "com|org|net|edu|gov|mil|int|info|biz|name|pro|mobi|app|dev|page|site|online|shop|"
                    + "store|blog|news|live|club|xyz|top|icu|vip|link|click|cloud|tech|space|website|wiki|world|agency|digital|"
                    + "email|finance|money|games?|chat|support|bot|ai|io|co|gg|tv|cc|ru|su|ua|by|kz|uz|kg|tj|ge|md|lv|lt|ee|pl|"
                    + "cz|sk|hu|ro|bg|rs|hr|gr|tr|de|ch|fr|nl|be|uk|ie|es|pt|se|fi|dk|eu|cn|jp|kr|tw|hk|vn|th|id|ph|sg|il|ir|"
                    + "ae|sa|br|ar|mx|cl|ca|au|nz|za|ng|ke|рф|рус|москва|онлайн|сайт|бел|укр|қаз|xn--[a-z0-9-]+";

    private static final String LABEL = "[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?";
    private static final String DOT = "[.\u3002]";
    private static final String HOST = "(?:" + LABEL + DOT + ")+";

    private static final Pattern LINK = Pattern.compile(
            "(?:^|[^\\p{L}\\p{N}])(?:"
                    // Whatever has a scheme.
                    + "[a-z][a-z0-9+.-]{1,30}://\\S"
                    + "|mailto:\\S"
                    + "|www" + DOT + "\\S"
                    // Telegram's own, and those that shorten others.
                    + "|(?:t|telegram)" + DOT + "me(?:$|[^\\p{L}\\p{N}])"
                    + "|(?:bit" + DOT + "ly|goo" + DOT + "gl|youtu" + DOT + "be|wa" + DOT + "me|is" + DOT
                    + "gd)(?:$|[^\\p{L}\\p{N}])"
                    + "|" + HOST + "(?:" + TOP_LEVEL + ")(?:$|[^\\p{L}\\p{N}_])"
                    // Any other domain that a path or a port follows.
                    + "|" + HOST + "\\p{L}{2,24}(?::[0-9]{2,5}|/)\\S"
                    + ")",
            Pattern.CASE_INSENSITIVE);

    /** Telegram's names have 4 letters or more. After a letter, the sign belongs to a mail address. */
    private static final Pattern MENTION = Pattern.compile(
            "(?:^|[^\\p{L}\\p{N}_.@/-])@[a-z][a-z0-9_]{3,31}|tg://(?:user|resolve|openmessage)",
            Pattern.CASE_INSENSITIVE);

    private Bans() {}

    /** The first ban that an answer breaks. */
    static Optional<Forbidden> broken(String answer, Set<Forbidden> forbidden) {
        if (forbidden.isEmpty()) {
            return Optional.empty();
        }
        String plain = PlainText.of(answer);
        return new TreeSet<>(forbidden)
                .stream().filter(ban -> breaks(ban, plain)).findFirst();
    }

    private static boolean breaks(Forbidden ban, String plain) {
        return switch (ban) {
            case LINKS -> LINK.matcher(plain).find();
            case MENTIONS -> MENTION.matcher(plain).find();
            case PROMISES -> Promises.in(plain);
        };
    }

    /** What Vibee tells the model when an answer broke one of a chat's bans. */
    public static String instruction(Set<Forbidden> forbidden) {
        return "- Your last try at this reply was not sent, since it broke a rule of this chat. Write another that has none of these: "
                + new TreeSet<>(forbidden).stream().map(Bans::words).collect(Collectors.joining("; ")) + ".";
    }

    private static String words(Forbidden ban) {
        return switch (ban) {
            case LINKS -> "links, addresses of web pages or of mail";
            case MENTIONS -> "names of Telegram users with an @";
            case PROMISES -> "promises, guarantees, agreed dates or meetings, prices, discounts, payments or refunds";
        };
    }
}
