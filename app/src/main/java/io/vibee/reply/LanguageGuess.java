package io.vibee.reply;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The language of a short message, as an ISO 639-1 code: by its script, its letters, its commonest words, and where
 * these leave it open by what Telegram says of the sender and at last by the owner's setting. Good enough to choose a
 * ready sentence; not meant for more.
 */
public final class LanguageGuess {
    private static final String FALLBACK = "en";
    private static final Set<String> WRITTEN_IN_CYRILLIC =
            Set.of("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg");
    private static final Pattern NOT_A_WORD = Pattern.compile("[^\\p{L}'’ʻ]+");

    /** Letters that one language has and its neighbours (of those that we tell apart) have not. */
    private static final Map<String, String> OWN_LETTERS = Map.of(
            "uk", "ґєії",
            "ru", "ыэъё",
            "es", "ñ¿¡",
            "de", "ßäöü",
            "fr", "çœèêëîïû",
            "pt", "ãõ");

    private static final Map<String, Set<String>> COMMON_WORDS = Map.of(
            "ru",
                    words(
                            "я ты вы мы он она не что как это да нет привет спасибо когда где меня тебя мне тебе уже или очень"),
            "uk", words("я ти ви ми він вона не що як це так ні привіт дякую коли де мене тебе мені тобі вже або дуже"),
            "en",
                    words(
                            "the you are is and to of it this that what how hello hi thanks please i i'm can will do not when where my your"),
            "es",
                    words(
                            "el los las que qué es de y en un una hola gracias cómo como estás por favor yo tú muy cuándo dónde mi para sí"),
            "de",
                    words(
                            "der die das ist und ich du sie nicht wie was hallo danke bitte wann wo mein dein ein eine ja nein mit auch"),
            "fr",
                    words(
                            "le les est et je tu vous pas que quoi bonjour salut merci comment quand où mon ton un une oui non avec pour ça"),
            "pt",
                    words(
                            "o os as é e de que não você eu olá oi obrigado obrigada como quando onde meu um uma sim por para está tudo"),
            "uz",
                    words(
                            "men sen siz biz va bu salom rahmat qanday nima yaxshi bilan uchun kerak bor yo'q ha qachon qayerda iltimos"));

    private LanguageGuess() {}

    /**
     * Never empty: where nothing tells, English.
     *
     * @param hint Telegram's {@code language_code} of the sender, an IETF tag; may be empty
     * @param setting the owner's language; may be empty
     */
    public static String of(String text, String hint, String setting) {
        String hinted = primary(hint);
        String preferred = hinted.isEmpty() ? primary(setting) : hinted;
        return switch (script(text)) {
            case CYRILLIC -> {
                String likely = Stream.of(hinted, primary(setting))
                        .filter(WRITTEN_IN_CYRILLIC::contains)
                        .findFirst()
                        .orElse("ru");
                yield best(text, List.of("ru", "uk"), likely);
            }
            case LATIN ->
                best(text, List.of("en", "es", "de", "fr", "pt", "uz"), preferred.isEmpty() ? FALLBACK : preferred);
            case HIRAGANA, KATAKANA -> "ja";
            case HAN -> hinted.equals("ja") ? "ja" : "zh";
            case HANGUL -> "ko";
            case ARABIC -> Set.of("fa", "ur", "ckb", "ug").contains(hinted) ? hinted : "ar";
            case HEBREW -> "he";
            case GREEK -> "el";
            case GEORGIAN -> "ka";
            case ARMENIAN -> "hy";
            case DEVANAGARI -> hinted.equals("mr") || hinted.equals("ne") ? hinted : "hi";
            case THAI -> "th";
            default -> preferred.isEmpty() ? FALLBACK : preferred;
        };
    }

    /** The script of most letters; {@code COMMON} where there is none. */
    private static UnicodeScript script(String text) {
        Map<UnicodeScript, Integer> letters = new HashMap<>();
        text.codePoints()
                .filter(Character::isLetter)
                .forEach(letter -> letters.merge(UnicodeScript.of(letter), 1, Integer::sum));
        return letters.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(UnicodeScript.COMMON);
    }

    /** The one with the most evidence; {@code likely} where there is none, or where two have the same. */
    private static String best(String text, List<String> languages, String likely) {
        String lower = text.toLowerCase(Locale.ROOT);
        List<String> best = new ArrayList<>();
        int most = 1;
        for (String language : languages) {
            int evidence = evidence(lower, language);
            if (evidence > most) {
                best.clear();
                most = evidence;
            }
            if (evidence == most) {
                best.add(language);
            }
        }
        return best.size() == 1 ? best.getFirst() : likely;
    }

    private static int evidence(String lower, String language) {
        Set<String> common = COMMON_WORDS.getOrDefault(language, Set.of());
        int evidence = (int) NOT_A_WORD
                .splitAsStream(lower)
                .map(word -> word.replace('’', '\'').replace('ʻ', '\''))
                .filter(common::contains)
                .count();
        String own = OWN_LETTERS.getOrDefault(language, "");
        return evidence
                + 2 * (int) lower.chars().filter(c -> own.indexOf(c) >= 0).count();
    }

    /** {@code pt} of {@code pt-BR}. */
    private static String primary(String tag) {
        return Locale.forLanguageTag(tag.strip().replace('_', '-')).getLanguage();
    }

    private static Set<String> words(String spaced) {
        return Set.of(spaced.split(" "));
    }
}
