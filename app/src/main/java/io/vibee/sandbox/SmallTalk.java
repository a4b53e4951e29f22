package io.vibee.sandbox;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the simulated model says: a short, friendly answer in the message's language (Russian for Cyrillic, else English) that takes up its
 * words, sometimes with a little Markdown. The same message always gets the same answer.
 */
final class SmallTalk {
    private static final int LONGEST_QUOTE = 60;
    private static final Pattern WORD_BREAK = Pattern.compile("[^\\p{L}\\p{N}'’-]+");
    private static final Set<String> PLAIN_WORDS = Set.of(
            "the",
            "and",
            "that",
            "this",
            "with",
            "have",
            "from",
            "your",
            "what",
            "when",
            "where",
            "about",
            "would",
            "could",
            "there",
            "their",
            "they",
            "will",
            "just",
            "like",
            "been",
            "were",
            "which",
            "because",
            "really",
            "please",
            "это",
            "что",
            "как",
            "для",
            "меня",
            "тебя",
            "тебе",
            "мне",
            "когда",
            "если",
            "чтобы",
            "очень",
            "просто",
            "может",
            "можно",
            "есть",
            "было",
            "будет",
            "потому",
            "который",
            "пожалуйста",
            "where's",
            "what's");

    private enum Kind {
        GREETING(
                "\\b(hi|hello|hey|good (morning|day|evening)|привет|здравствуй(те)?|добр(ый|ое|ой) (день|утро|вечер))\\b"),
        THANKS("\\b(thanks|thank you|thx|спасибо|благодарю)\\b"),
        FAREWELL("\\b(bye|goodbye|see you|good night|пока|до свидания|спокойной ночи)\\b"),
        HOW_ARE_YOU("\\b(how are you|how's it going|как дела|как ты|как поживаешь)\\b"),
        WHO_ARE_YOU("\\b(who are you|what are you|your name|кто ты|как тебя зовут)\\b"),
        QUESTION("[?？]"),
        STATEMENT("");

        private final Pattern pattern;

        Kind(String pattern) {
            this.pattern = Pattern.compile(
                    pattern, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);
        }

        static Kind of(String text) {
            // The more specific kinds win over a greeting before them.
            return List.of(HOW_ARE_YOU, WHO_ARE_YOU, QUESTION, THANKS, FAREWELL, GREETING).stream()
                    .filter(kind -> kind.pattern.matcher(text).find())
                    .findFirst()
                    .orElse(STATEMENT);
        }
    }

    private SmallTalk() {}

    static String answerTo(String message) {
        String text = message.strip();
        boolean russian = text.codePoints()
                .anyMatch(point -> Character.UnicodeScript.of(point) == Character.UnicodeScript.CYRILLIC);
        String topic = topicOf(text);
        return russian ? russian(Kind.of(text), topic, text) : english(Kind.of(text), topic, text);
    }

    private static String english(Kind kind, String topic, String text) {
        return switch (kind) {
            case GREETING -> "Hi! Good to hear from you. What's on your mind?";
            case THANKS -> "You're welcome! Glad it helped.";
            case FAREWELL -> "Bye! Talk to you soon.";
            case HOW_ARE_YOU -> "I'm doing well, thanks for asking! And how are you?";
            case WHO_ARE_YOU -> "I'm the sandbox's `small-talk` model: *simple*, but always here.";
            case QUESTION ->
                pick(
                        text,
                        "Good question about **" + topic
                                + "**. I'd do it in steps:\n\n1. start *small*\n2. see how it goes",
                        "About “" + topic + "”: I think yes, but let me sleep on it.",
                        "Hmm, “" + topic + "”… What would you choose yourself?");
            case STATEMENT ->
                topic.isEmpty()
                        ? "I see. Tell me a bit more?"
                        : pick(
                                text,
                                "“" + topic + "” sounds interesting. Tell me more!",
                                "I hear you about “" + topic + "”. What happened next?",
                                "Got it: “" + topic + "”. Count me in.");
        };
    }

    private static String russian(Kind kind, String topic, String text) {
        return switch (kind) {
            case GREETING -> "Привет! Рад тебя слышать. О чём поговорим?";
            case THANKS -> "Пожалуйста! Рад, что это помогло.";
            case FAREWELL -> "Пока! До скорого.";
            case HOW_ARE_YOU -> "Всё хорошо, спасибо, что спросили! А у вас как дела?";
            case WHO_ARE_YOU -> "Я — модель `small-talk` из песочницы: *простая*, зато всегда на месте.";
            case QUESTION ->
                pick(
                        text,
                        "Хороший вопрос про **" + topic
                                + "**. Я бы шёл по шагам:\n\n1. начать с *малого*\n2. посмотреть, что выйдет",
                        "Насчёт «" + topic + "»: думаю, да, но дайте мне время до завтра.",
                        "Хм, «" + topic + "»… А что выбрали бы вы?");
            case STATEMENT ->
                topic.isEmpty()
                        ? "Понимаю. Расскажете подробнее?"
                        : pick(
                                text,
                                "«" + topic + "» — звучит интересно. Расскажите ещё!",
                                "Понимаю вас насчёт «" + topic + "». И что было дальше?",
                                "Понял: «" + topic + "». Я за.");
        };
    }

    /** The three most telling words, in the order of the text. */
    private static String topicOf(String text) {
        List<String> words = Arrays.stream(WORD_BREAK.split(text))
                .filter(word -> !word.isEmpty())
                .toList();
        Set<String> telling = Set.copyOf(words.stream()
                .filter(word -> word.length() > 3 && !PLAIN_WORDS.contains(word.toLowerCase(Locale.ROOT)))
                .sorted(Comparator.comparingInt(String::length).reversed())
                .limit(3)
                .toList());
        String topic = String.join(
                " ", words.stream().filter(telling::contains).distinct().toList());
        String found = topic.isEmpty() ? String.join(" ", words) : topic;
        return found.length() <= LONGEST_QUOTE
                ? found
                : found.substring(0, found.offsetByCodePoints(0, found.codePointCount(0, LONGEST_QUOTE) - 1)) + "…";
    }

    private static String pick(String text, String... answers) {
        return answers[Math.floorMod(text.hashCode(), answers.length)];
    }
}
