package io.vibee.moderation;

import com.google.re2j.Pattern;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds phrases of commitment: promises, dates, meetings, prices, refunds. A file for each language has one expression on each line. What a
 * line with {@code !} finds is first removed from the text, since it denies what the others look for.
 */
final class Promises {

    private static final List<String> LANGUAGES = List.of("en", "ru");
    private static final List<Pattern> DENIALS = new ArrayList<>();
    private static final List<Pattern> PROMISES = new ArrayList<>();

    static {
        LANGUAGES.forEach(Promises::load);
    }

    private Promises() {}

    /** Whether a plain text contains one, in any of the languages: people mix them. */
    static boolean in(String plain) {
        String asserted = plain;
        for (Pattern denial : DENIALS) {
            // A full stop, so that the words on both sides don't become a phrase.
            asserted = denial.matcher(asserted).replaceAll(" . ");
        }
        String rest = asserted;
        return PROMISES.stream().anyMatch(promise -> promise.matcher(rest).find());
    }

    private static void load(String language) {
        String name = "promises_" + language + ".txt";
        try (InputStream in = Promises.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(Promises::add);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void add(String line) {
        if (line.startsWith("!")) {
            DENIALS.add(whole(line.substring(1)));
        } else {
            PROMISES.add(whole(line));
        }
    }

    /** Not inside a word of any script: RE2's own word boundary knows ASCII only. */
    private static Pattern whole(String expression) {
        return Pattern.compile(
                "(?:^|[^\\p{L}\\p{N}_])(?:" + expression + ")(?:$|[^\\p{L}\\p{N}_])", Pattern.CASE_INSENSITIVE);
    }
}
