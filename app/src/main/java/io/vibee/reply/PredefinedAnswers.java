package io.vibee.reply;

import io.vibee.protocol.text.Characters;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * Ready sentences for when no model answered and the chat wants one. They promise nothing, since nobody may come back to it. A language
 * without its own sentence gets the English one.
 */
public final class PredefinedAnswers {
    private static final String FALLBACK = "en";

    private final Map<String, String> answers;

    private PredefinedAnswers(Map<String, String> answers) {
        this.answers = Map.copyOf(answers);
    }

    /** The answers that come with this package. */
    public static PredefinedAnswers load() {
        Properties file = new Properties();
        try (InputStream in = PredefinedAnswers.class.getResourceAsStream("predefined-answers.properties")) {
            if (in == null) {
                throw new IllegalStateException("predefined-answers.properties is not on the class path");
            }
            file.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        Map<String, String> answers = new TreeMap<>();
        file.stringPropertyNames().forEach(language -> answers.put(language, file.getProperty(language)));
        // A sentence without a visible character is none.
        answers.values().removeIf(answer -> !Characters.areVisible(answer));
        if (!answers.containsKey(FALLBACK)) {
            throw new IllegalStateException("predefined-answers.properties has no " + FALLBACK);
        }
        return new PredefinedAnswers(answers);
    }

    /**
     * The answer in that language, or in English.
     *
     * @param language an ISO 639-1 code, as {@link LanguageGuess} gives it
     */
    public String in(String language) {
        String own = answers.get(language);
        return own == null ? answers.getOrDefault(FALLBACK, "") : own;
    }

    public Set<String> languages() {
        return answers.keySet();
    }
}
