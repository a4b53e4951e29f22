package io.vibee.moderation;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Words, phrases and regular expressions, one on each line; {@code #} begins a comment line. It finds a word as a whole word in any script,
 * and an expression ({@code /…/}, in RE2's syntax, which takes linear time for any text) anywhere. It ignores case, and compares the
 * {@link PlainText} of a text.
 */
public final class PatternList {

    /** Far beyond any list that people read through. */
    private static final int MOST_LINES = 20_000;

    private static final int LONGEST_LINE = 1_000;

    /** RE2 writes counted repetitions out. This limits the size of nested ones. */
    private static final int LARGEST_EXPRESSION = 20_000;

    public static final PatternList EMPTY = new PatternList(List.of());

    private sealed interface Entry {
        int line();

        record Phrase(int line, String folded) implements Entry {}

        record Expression(int line, Pattern pattern) implements Entry {}
    }

    private final List<Entry> entries;

    private PatternList(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Reads the lines of a list.
     *
     * @throws BadPatternException for the first line that can't be used
     */
    public static PatternList parse(List<String> lines) {
        if (lines.size() > MOST_LINES) {
            throw new BadPatternException(MOST_LINES + 1, "at most " + MOST_LINES + " lines");
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = (i == 0 ? lines.getFirst().replace("\uFEFF", "") : lines.get(i)).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                entries.add(entry(i + 1, line));
            }
        }
        return new PatternList(entries);
    }

    private static Entry entry(int number, String line) {
        if (line.length() > LONGEST_LINE) {
            throw new BadPatternException(number, "at most " + LONGEST_LINE + " characters");
        }
        if (line.startsWith("/")) {
            if (line.length() < 3 || !line.endsWith("/")) {
                throw new BadPatternException(number, "a regular expression between slashes, as /re.*x/");
            }
            return new Entry.Expression(number, compiled(number, line.substring(1, line.length() - 1)));
        }
        String folded = PlainText.folded(line);
        if (folded.isEmpty()) {
            throw new BadPatternException(number, "a word that can be seen");
        }
        return new Entry.Phrase(number, folded);
    }

    private static Pattern compiled(int number, String expression) {
        if (Repetitions.size(expression) > LARGEST_EXPRESSION) {
            throw new BadPatternException(number, "repetitions that do not multiply to so much");
        }
        try {
            return Pattern.compile(expression, Pattern.CASE_INSENSITIVE);
        } catch (PatternSyntaxException e) {
            throw new BadPatternException(number, "a regular expression in RE2's syntax: " + e.getDescription());
        }
    }

    /** The line of the first entry that a text contains. */
    public OptionalInt find(String text) {
        if (entries.isEmpty()) {
            return OptionalInt.empty();
        }
        String plain = PlainText.of(text);
        String folded = PlainText.folded(text);
        return entries.stream()
                .filter(entry -> switch (entry) {
                    case Entry.Phrase phrase -> WholeWords.contains(folded, phrase.folded());
                    case Entry.Expression expression ->
                        expression.pattern().matcher(plain).find();
                })
                .mapToInt(Entry::line)
                .findFirst();
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    @Override
    public String toString() {
        return "PatternList[" + entries.size() + " entries]";
    }
}
