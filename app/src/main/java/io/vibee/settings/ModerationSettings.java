package io.vibee.settings;

import io.vibee.moderation.BadPatternException;
import io.vibee.moderation.PatternList;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Vibee doesn't answer and doesn't send, in every chat.
 *
 * @param longest UTF-16 units of a message that is answered; 0: no limit
 * @param repeats when a text comes this often within a minute, it is no longer answered; 0: no limit
 * @param patterns what neither a message nor an answer may hold
 * @param url of the endpoint that judges the rest, no slash at its end; null: none
 * @param apiKey null for an endpoint that needs none
 */
public record ModerationSettings(
        int longest,
        int repeats,
        PatternList patterns,
        @Nullable URI url,
        @Nullable Secret apiKey,
        String model,
        WhenAway whenAway) {

    /** What happens to texts that the endpoint can't judge now. */
    public enum WhenAway {
        ALLOW,
        STOP
    }

    static ModerationSettings read(Environment environment) {
        WhenAway whenAway = environment.oneOf(Variable.VIBEE_MODERATION_WHEN_AWAY, WhenAway.class, "allow or stop");
        return new ModerationSettings(
                environment.limit(Variable.VIBEE_MODERATION_LONGEST),
                environment.limit(Variable.VIBEE_MODERATION_REPEATS),
                patterns(environment.text(Variable.VIBEE_MODERATION_PATTERNS)),
                environment.isSet(Variable.VIBEE_MODERATION_URL)
                        ? environment.httpAddress(Variable.VIBEE_MODERATION_URL)
                        : null,
                environment.apiKey(Variable.VIBEE_MODERATION_API_KEY),
                environment.model(Variable.VIBEE_MODERATION_MODEL),
                whenAway == null ? WhenAway.ALLOW : whenAway);
    }

    private static PatternList patterns(@Nullable String path) {
        if (path == null) {
            return PatternList.EMPTY;
        }
        try {
            return PatternList.parse(lines(path));
        } catch (BadPatternException e) {
            throw SettingsException.wrong(
                    Variable.VIBEE_MODERATION_PATTERNS, path + ", line " + e.line(), Environment.shown(e.expected()));
        }
    }

    private static List<String> lines(String path) {
        try {
            return Files.readAllLines(Path.of(path));
        } catch (InvalidPathException | IOException e) {
            throw SettingsException.wrong(
                    Variable.VIBEE_MODERATION_PATTERNS,
                    Environment.shown(path),
                    "a file of text in UTF-8 that can be read");
        }
    }
}
