package io.vibee.persistence.read;

import java.util.Arrays;
import java.util.Locale;

/** The languages of which PostgreSQL knows the word forms here; SIMPLE takes words as they are. */
public enum SearchLanguage {
    ENGLISH("en"),
    RUSSIAN("ru"),
    GERMAN("de"),
    FRENCH("fr"),
    SPANISH("es"),
    ITALIAN("it"),
    PORTUGUESE("pt"),
    TURKISH("tr"),
    SIMPLE("");

    private final String code;

    SearchLanguage(String code) {
        this.code = code;
    }

    /** For an ISO 639-1 code; SIMPLE for one that is not known. */
    public static SearchLanguage ofCode(String languageCode) {
        return Arrays.stream(values())
                .filter(language -> language.code.equals(languageCode))
                .findFirst()
                .orElse(SIMPLE);
    }

    /** PostgreSQL's name of the configuration. */
    String configuration() {
        return name().toLowerCase(Locale.ROOT);
    }

    static SearchLanguage of(String configuration) {
        return valueOf(configuration.toUpperCase(Locale.ROOT));
    }
}
