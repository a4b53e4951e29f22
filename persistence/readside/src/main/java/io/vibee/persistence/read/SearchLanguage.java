package io.vibee.persistence.read;

import java.util.Arrays;
import java.util.Locale;

/** The languages whose word forms PostgreSQL knows here. SIMPLE takes words as they are. */
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

    /** The language with this ISO 639-1 code; SIMPLE for an unknown code. */
    public static SearchLanguage ofCode(String languageCode) {
        return Arrays.stream(values())
                .filter(language -> language.code.equals(languageCode))
                .findFirst()
                .orElse(SIMPLE);
    }

    /** PostgreSQL's name of its text search configuration. */
    String configuration() {
        return name().toLowerCase(Locale.ROOT);
    }

    static SearchLanguage of(String configuration) {
        return valueOf(configuration.toUpperCase(Locale.ROOT));
    }
}
