package io.vibee.operator;

import java.text.MessageFormat;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** What the operator's bot says, in one language. */
final class DeskTexts {

    static final DeskTexts ENGLISH = new DeskTexts(Locale.ENGLISH);
    static final DeskTexts RUSSIAN = new DeskTexts(Locale.forLanguageTag("ru"));

    private static final List<String> COMMANDS = List.of(
            "status",
            "drafts",
            "chats",
            "why",
            "takeover",
            "mode",
            "review",
            "persona",
            "newbot",
            "pause",
            "resume",
            "usage",
            "help",
            "stop");

    private final ResourceBundle texts;
    private final Locale locale;

    private DeskTexts(Locale locale) {
        this.locale = locale;
        this.texts = ResourceBundle.getBundle(
                "io.vibee.operator.desk",
                locale,
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }

    /** Those for whoever has this language in Telegram; English for a language that is not among them. */
    static DeskTexts of(@Nullable String languageCode) {
        return languageCode != null && languageCode.toLowerCase(Locale.ROOT).startsWith("ru") ? RUSSIAN : ENGLISH;
    }

    /** A text with its values in their places. */
    String say(String key, Object... values) {
        return new MessageFormat(texts.getString(key), locale).format(values);
    }

    /** A moment as people say it where they are. */
    String time(Instant moment, ZoneId zone) {
        return DateTimeFormatter.ofPattern("d MMM, HH:mm", locale).format(moment.atZone(zone));
    }

    /** What each command does, by its name, in the order of the menu. */
    Map<String, String> commands() {
        Map<String, String> commands = new LinkedHashMap<>();
        COMMANDS.forEach(name -> commands.put(name, say("command." + name)));
        return commands;
    }
}
