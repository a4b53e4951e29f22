package io.vibee.telegram;

import java.util.regex.Pattern;

/**
 * The secret that lets its holder act as a bot. Only {@link #reveal()} shows it, for requests to Telegram and for encryption. Neither
 * {@link #toString()} nor the exception for a malformed one contains it.
 */
public final class BotToken {
    private static final Pattern FORM = Pattern.compile("(\\d{1,19}):([A-Za-z0-9_-]{30,128})");

    private final String value;
    private final long botId;

    private BotToken(String value, long botId) {
        this.value = value;
        this.botId = botId;
    }

    /**
     * Reads a token as Telegram's BotFather gives it.
     *
     * @throws IllegalArgumentException if the text does not have a token's form; its message does not repeat the text
     */
    public static BotToken of(String text) {
        var form = FORM.matcher(text);
        if (form.matches()) {
            try {
                return new BotToken(text, Long.parseLong(form.group(1)));
            } catch (NumberFormatException beyondLong) {
                // Falls through to the refusal, without the digits.
            }
        }
        throw new IllegalArgumentException(
                "bot token: malformed (expected: the bot's id, a colon, 30 or more of A-Z a-z 0-9 _ -)");
    }

    /** The bot's Telegram id. It stays when the token is replaced. */
    public long botId() {
        return botId;
    }

    /** The token itself. */
    public String reveal() {
        return value;
    }

    /** The text with this token's secret part masked everywhere. */
    String maskIn(String text) {
        return text.replace(value.substring(value.indexOf(':') + 1), "***");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BotToken token && token.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return botId + ":***";
    }
}
