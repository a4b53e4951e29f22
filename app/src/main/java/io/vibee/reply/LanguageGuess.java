package io.vibee.reply;

import java.lang.Character.UnicodeScript;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Guesses the language of a short message, as an ISO 639-1 code. It weighs the script, the letters and the commonest words against the
 * sender's language in Telegram, and at last takes the owner's setting. One foreign word does not outweigh the sender's language. It is
 * good enough to choose a ready sentence, and meant for nothing else.
 */
public final class LanguageGuess {
    private static final String FALLBACK = "en";

    /** Another language must lead the sender's by so many words. */
    private static final int LEAD = 2;

    /** One word in so many must be of the other language. A few foreign words in a long text say little. */
    private static final int SHARE = 4;

    private static final int SHARE_WITHOUT_LIKELY = 8;

    /** A sign of Chinese, Japanese or Korean says about as much as three letters. */
    private static final int LETTERS_IN_A_SIGN = 3;

    /** A text is in the sender's own script if one letter in so many is. */
    private static final int SHARE_OF_OWN_SCRIPT = 5;

    private static final Set<String> LATIN = Set.of(
            "en", "es", "de", "fr", "pt", "it", "nl", "pl", "tr", "uz", "id", "sv", "da", "no", "fi", "ro", "cs", "hu",
            "vi");

    /** Languages with their own script. A text in Latin letters is in none of them. */
    private static final Map<String, UnicodeScript> SCRIPTS = Map.ofEntries(
            Map.entry("ar", UnicodeScript.ARABIC),
            Map.entry("fa", UnicodeScript.ARABIC),
            Map.entry("ur", UnicodeScript.ARABIC),
            Map.entry("ckb", UnicodeScript.ARABIC),
            Map.entry("ug", UnicodeScript.ARABIC),
            Map.entry("ps", UnicodeScript.ARABIC),
            Map.entry("sd", UnicodeScript.ARABIC),
            Map.entry("he", UnicodeScript.HEBREW),
            Map.entry("yi", UnicodeScript.HEBREW),
            Map.entry("el", UnicodeScript.GREEK),
            Map.entry("ka", UnicodeScript.GEORGIAN),
            Map.entry("hy", UnicodeScript.ARMENIAN),
            Map.entry("hi", UnicodeScript.DEVANAGARI),
            Map.entry("mr", UnicodeScript.DEVANAGARI),
            Map.entry("ne", UnicodeScript.DEVANAGARI),
            Map.entry("bn", UnicodeScript.BENGALI),
            Map.entry("as", UnicodeScript.BENGALI),
            Map.entry("pa", UnicodeScript.GURMUKHI),
            Map.entry("gu", UnicodeScript.GUJARATI),
            Map.entry("ta", UnicodeScript.TAMIL),
            Map.entry("te", UnicodeScript.TELUGU),
            Map.entry("kn", UnicodeScript.KANNADA),
            Map.entry("ml", UnicodeScript.MALAYALAM),
            Map.entry("si", UnicodeScript.SINHALA),
            Map.entry("th", UnicodeScript.THAI),
            Map.entry("lo", UnicodeScript.LAO),
            Map.entry("my", UnicodeScript.MYANMAR),
            Map.entry("km", UnicodeScript.KHMER),
            Map.entry("am", UnicodeScript.ETHIOPIC),
            Map.entry("ti", UnicodeScript.ETHIOPIC),
            Map.entry("ja", UnicodeScript.HIRAGANA),
            Map.entry("zh", UnicodeScript.HAN),
            Map.entry("ko", UnicodeScript.HANGUL));

    /** The first language of a script, where nothing else decides. */
    private static final Map<UnicodeScript, String> FIRST_OF_SCRIPT = Map.ofEntries(
            Map.entry(UnicodeScript.HEBREW, "he"),
            Map.entry(UnicodeScript.GREEK, "el"),
            Map.entry(UnicodeScript.GEORGIAN, "ka"),
            Map.entry(UnicodeScript.ARMENIAN, "hy"),
            Map.entry(UnicodeScript.DEVANAGARI, "hi"),
            Map.entry(UnicodeScript.BENGALI, "bn"),
            Map.entry(UnicodeScript.GURMUKHI, "pa"),
            Map.entry(UnicodeScript.GUJARATI, "gu"),
            Map.entry(UnicodeScript.TAMIL, "ta"),
            Map.entry(UnicodeScript.TELUGU, "te"),
            Map.entry(UnicodeScript.KANNADA, "kn"),
            Map.entry(UnicodeScript.MALAYALAM, "ml"),
            Map.entry(UnicodeScript.SINHALA, "si"),
            Map.entry(UnicodeScript.THAI, "th"),
            Map.entry(UnicodeScript.LAO, "lo"),
            Map.entry(UnicodeScript.MYANMAR, "my"),
            Map.entry(UnicodeScript.KHMER, "km"),
            Map.entry(UnicodeScript.ETHIOPIC, "am"),
            Map.entry(UnicodeScript.HANGUL, "ko"));

    private static final String IN_ALL_CYRILLIC = "абвгдежзклмнопрстуфхцчш";

    /** What each alphabet has beyond {@link #IN_ALL_CYRILLIC}; the likelier language first. */
    private static final Map<String, String> CYRILLIC = cyrillic();

    private LanguageGuess() {}

    /**
     * The language; never empty. English when nothing decides.
     *
     * @param hint Telegram's {@code language_code} of the sender, an IETF tag; may be empty
     * @param setting the owner's language; may be empty
     */
    public static String of(String text, String hint, String setting) {
        String hinted = primary(hint);
        String set = primary(setting);
        String likely = !hinted.isEmpty() ? hinted : !set.isEmpty() ? set : FALLBACK;
        UnicodeScript script = script(text, hinted);
        return switch (script) {
            case COMMON -> likely;
            case LATIN -> latin(text, hinted, likely);
            case CYRILLIC -> cyrillic(text, hinted, set);
            case ARABIC -> arabic(text, hinted);
            case HIRAGANA -> "ja";
            case HAN -> hinted.equals("ja") ? "ja" : "zh";
            default -> SCRIPTS.get(hinted) == script ? hinted : FIRST_OF_SCRIPT.getOrDefault(script, likely);
        };
    }

    private static String latin(String text, String hinted, String likely) {
        CommonWords.Evidence evidence = CommonWords.in(text.toLowerCase(Locale.ROOT));
        String best = evidence.best(LATIN);
        if (best == null || best.equals(likely)) {
            return likely;
        }
        // One word is enough only where nothing is known of the sender, or the text is not in the sender's script.
        boolean oneIsEnough = hinted.isEmpty() || SCRIPTS.containsKey(hinted) || CYRILLIC.containsKey(hinted);
        return leads(evidence, best, likely, oneIsEnough) ? best : likely;
    }

    private static boolean leads(CommonWords.Evidence evidence, String best, String likely, boolean oneIsEnough) {
        int found = evidence.of(best);
        int lead = found - evidence.of(likely);
        // In a language whose words are not known it finds none.
        boolean withoutLikely = evidence.of(likely) == 0 && LATIN.contains(likely);
        int share = withoutLikely ? SHARE_WITHOUT_LIKELY : SHARE;
        return (lead >= LEAD && found * share >= evidence.words())
                || (oneIsEnough && lead >= 1 && found * SHARE >= evidence.words());
    }

    /** A language whose alphabet lacks the text's letters is ruled out. Among the others the words decide. */
    private static String cyrillic(String text, String hinted, String set) {
        String lower = text.toLowerCase(Locale.ROOT);
        List<String> possible = CYRILLIC.keySet().stream()
                .filter(language -> canWrite(language, lower))
                .toList();
        if (possible.isEmpty()) {
            return CYRILLIC.containsKey(hinted) ? hinted : CYRILLIC.containsKey(set) ? set : "ru";
        }
        boolean isHinted = possible.contains(hinted);
        String likely = isHinted ? hinted : possible.contains(set) ? set : possible.getFirst();
        CommonWords.Evidence evidence = CommonWords.in(lower);
        String best = evidence.best(Set.copyOf(possible));
        return best != null && !best.equals(likely) && leads(evidence, best, likely, !isHinted) ? best : likely;
    }

    /** It may lack one letter in twenty, as in a foreign name. */
    private static boolean canWrite(String language, String lower) {
        String alphabet = IN_ALL_CYRILLIC + CYRILLIC.get(language);
        int letters = 0;
        int foreign = 0;
        for (int i = 0; i < lower.length(); i++) {
            char letter = lower.charAt(i);
            if (UnicodeScript.of(letter) == UnicodeScript.CYRILLIC) {
                letters++;
                foreign += alphabet.indexOf(letter) < 0 ? 1 : 0;
            }
        }
        return foreign * 20 <= letters;
    }

    private static Map<String, String> cyrillic() {
        Map<String, String> alphabets = new LinkedHashMap<>();
        alphabets.put("ru", "ёийщъыьэюя");
        alphabets.put("uk", "ґєиіїйщьюя");
        alphabets.put("be", "ёійўыьэюя");
        alphabets.put("bg", "ийщъьюя");
        alphabets.put("sr", "иђјљњћџ");
        alphabets.put("mk", "иѓѕјљњќџѐѝ");
        alphabets.put("kk", "ёийщъыьэюяәғқңөұүһі");
        alphabets.put("ky", "ёийщъыьэюяңөү");
        alphabets.put("tg", "ёийъэюяғӣқӯҳҷ");
        alphabets.put("mn", "ёийщъыьэюяөү");
        return alphabets;
    }

    private static String arabic(String text, String hinted) {
        return SCRIPTS.get(hinted) == UnicodeScript.ARABIC && !hinted.equals("ar")
                ? hinted
                : holds(text, "ٹڈڑںے") ? "ur" : holds(text, "پچژگ") ? "fa" : "ar";
    }

    private static boolean holds(String text, String letters) {
        return text.chars().anyMatch(letter -> letters.indexOf(letter) >= 0);
    }

    /** The script of most letters; {@code COMMON} when there is none, or only one letter of another script than the sender's. */
    private static UnicodeScript script(String text, String hinted) {
        Map<UnicodeScript, Integer> weights = new EnumMap<>(UnicodeScript.class);
        text.codePoints().filter(Character::isLetter).forEach(letter -> {
            UnicodeScript script = UnicodeScript.of(letter);
            weights.merge(script, isSign(script) ? LETTERS_IN_A_SIGN : 1, Integer::sum);
        });
        weights.remove(UnicodeScript.COMMON);
        weights.remove(UnicodeScript.INHERITED);
        int kana = weights.getOrDefault(UnicodeScript.HIRAGANA, 0) + weights.getOrDefault(UnicodeScript.KATAKANA, 0);
        weights.remove(UnicodeScript.KATAKANA);
        if (kana > LETTERS_IN_A_SIGN || (kana > 0 && weights.containsKey(UnicodeScript.HAN))) {
            // Japanese mixes its own signs with Chinese ones, which no other language does.
            weights.put(UnicodeScript.HIRAGANA, kana + weights.getOrDefault(UnicodeScript.HAN, 0));
            weights.remove(UnicodeScript.HAN);
        } else {
            // A single one is a face: ツ.
            weights.remove(UnicodeScript.HIRAGANA);
        }
        UnicodeScript own = CYRILLIC.containsKey(hinted) ? UnicodeScript.CYRILLIC : SCRIPTS.get(hinted);
        if (own != null && isWritten(own, weights)) {
            return own;
        }
        return weights.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .filter(most -> most.getValue() > 1 || hinted.isEmpty())
                .map(Map.Entry::getKey)
                .orElse(UnicodeScript.COMMON);
    }

    /** Whether it is more than a stray letter. Names of things are in Latin letters everywhere. */
    private static boolean isWritten(UnicodeScript script, Map<UnicodeScript, Integer> weights) {
        int weight = weights.getOrDefault(script, 0);
        int all = weights.values().stream().mapToInt(Integer::intValue).sum();
        return weight > 1 && weight * SHARE_OF_OWN_SCRIPT >= all;
    }

    private static boolean isSign(UnicodeScript script) {
        return switch (script) {
            case HAN, HIRAGANA, KATAKANA, HANGUL -> true;
            default -> false;
        };
    }

    /** {@code pt} of {@code pt-BR}. */
    private static String primary(String tag) {
        return Locale.forLanguageTag(tag.strip().replace('_', '-')).getLanguage();
    }
}
