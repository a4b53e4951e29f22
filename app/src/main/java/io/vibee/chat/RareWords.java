package io.vibee.chat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The words of a message that the conversation around it hardly has. What most of it speaks about stands in the prompt anyway, and half a
 * chat would be found by it; a word that is new here tells what to look for in what was said long ago.
 */
final class RareWords {

    /** So many are looked for at most: the rarest, and of those the longest. */
    static final int MOST = 12;

    /** How many words are read of a long text. */
    private static final int READ = 200;

    /** So many of them, the longest, are looked for in the conversation: each takes a pass through it. */
    private static final int LOOKED_AT = 2 * MOST;

    /** Shorter ones tell nothing. */
    private static final int SHORTEST = 3;

    /** A word is rare when one text has it, or no more than one in so many. */
    private static final int ONE_IN = 16;

    private record Counted(String word, int texts) {}

    private RareWords() {}

    /**
     * The rare words of a text, with spaces between them; empty when it has none. A word is what stands between spaces, without the signs
     * around it, so that a number, an address or a part of a name stays whole.
     *
     * @param shown the texts of the conversation
     */
    static String of(String text, List<String> shown) {
        int rare = Math.max(1, shown.size() / ONE_IN);
        List<Counted> found = new ArrayList<>();
        for (String word : longest(words(text))) {
            int texts = texts(word, shown, rare + 1);
            if (texts <= rare) {
                found.add(new Counted(word, texts));
            }
        }
        return found.stream()
                // Of equally rare ones the longest stay first.
                .sorted(Comparator.comparingInt(Counted::texts))
                .limit(MOST)
                .map(Counted::word)
                .collect(Collectors.joining(" "));
    }

    private static List<String> longest(Set<String> words) {
        return words.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .limit(LOOKED_AT)
                .toList();
    }

    private static Set<String> words(String text) {
        Set<String> words = new HashSet<>();
        int read = 0;
        for (int at = 0; at < text.length() && read < READ; read++) {
            int begin = at;
            while (begin < text.length() && Character.isWhitespace(text.charAt(begin))) {
                begin++;
            }
            int end = begin;
            while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
                end++;
            }
            at = end;
            while (begin < end && !isOfWord(text.charAt(begin))) {
                begin++;
            }
            while (begin < end && !isOfWord(text.charAt(end - 1))) {
                end--;
            }
            if (end - begin >= SHORTEST) {
                words.add(text.substring(begin, end));
            }
        }
        return words;
    }

    /** How many of the texts have a word, as it is or in small letters; not more than {@code most}, for more need not be counted. */
    private static int texts(String word, List<String> shown, int most) {
        String small = word.toLowerCase(Locale.ROOT);
        int texts = 0;
        for (int i = shown.size() - 1; i >= 0 && texts < most; i--) {
            if (has(shown.get(i), word) || (!small.equals(word) && has(shown.get(i), small))) {
                texts++;
            }
        }
        return texts;
    }

    private static boolean has(String text, String word) {
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
            int end = at + word.length();
            if ((at == 0 || !isOfWord(text.charAt(at - 1))) && (end == text.length() || !isOfWord(text.charAt(end)))) {
                return true;
            }
        }
        return false;
    }

    /** Marks belong to the letter before them, and halves of pairs are mostly letters or pictures. */
    private static boolean isOfWord(char unit) {
        if (unit < 0x80) {
            return (unit >= 'a' && unit <= 'z') || (unit >= 'A' && unit <= 'Z') || (unit >= '0' && unit <= '9');
        }
        return Character.isLetterOrDigit(unit)
                || Character.isSurrogate(unit)
                || Character.getType(unit) == Character.NON_SPACING_MARK
                || Character.getType(unit) == Character.COMBINING_SPACING_MARK;
    }
}
