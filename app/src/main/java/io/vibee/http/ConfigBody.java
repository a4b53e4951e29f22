package io.vibee.http;

import io.vibee.protocol.chat.AnswerInGroup;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.Forbidden;
import io.vibee.protocol.chat.Manners;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.WhenInDoubt;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A chat's whole configuration as PUT sends it. Everything but the mode has a default. */
record ConfigBody(
        @Nullable ChatMode mode,
        @Nullable List<@Nullable String> triggerWords,
        @Nullable Double responseProbability,
        @Nullable OnFailure onFailure,
        @Nullable WhenInDoubt whenInDoubt,
        @Nullable List<@Nullable Forbidden> forbid,
        @Nullable Boolean stateless,
        @Nullable Integer takeoverMinutes,
        @Nullable Integer draftMinutes,
        @Nullable Integer pauseBeforeAnswerSeconds,
        @Nullable AnswerInGroup answerInGroup,
        @Nullable Integer cooldownSeconds,
        @Nullable Boolean humanDelay,
        @Nullable Boolean answerBots,
        @Nullable Boolean markRead,
        @Nullable List<@Nullable String> names,
        @Nullable Contact contact) {

    private static final int MOST_WORDS = 100;
    private static final int LONGEST_WORD = 64;
    private static final int MOST_NAMES = 10;
    private static final int LONGEST_PAUSE = 300;
    private static final int LONGEST_COOLDOWN = 24 * 60 * 60;

    /** Minutes of a week. */
    static final int LONGEST_TIME = 7 * 24 * 60;

    ChatView.Config validated() {
        Violations violations = new Violations();
        ChatMode chosen = violations.required(mode, "/mode", "one of " + Json.names(ChatMode.class), ChatMode.DISABLED);
        ChatSettings defaults = ChatSettings.of(chosen);
        List<String> words = words(violations, triggerWords, "/trigger_words", MOST_WORDS);
        List<String> called = words(violations, names, "/names", MOST_NAMES);
        double probability = Objects.requireNonNullElse(responseProbability, defaults.responseProbability());
        violations.body(probability >= 0 && probability <= 1, "/response_probability", "a number from 0 to 1");
        List<@Nullable Forbidden> forbidden = Objects.requireNonNullElse(forbid, List.of());
        violations.body(
                forbidden.stream().noneMatch(Objects::isNull), "/forbid", "any of " + Json.names(Forbidden.class));
        int takeover = Objects.requireNonNullElse(
                takeoverMinutes, Math.toIntExact(defaults.takeover().toMinutes()));
        violations.body(isTime(takeover, 0), "/takeover_minutes", "0 to " + LONGEST_TIME);
        int draft = Objects.requireNonNullElse(
                draftMinutes, Math.toIntExact(defaults.draftLife().toMinutes()));
        violations.body(isTime(draft, 1), "/draft_minutes", "1 to " + LONGEST_TIME);
        int pause = Objects.requireNonNullElse(pauseBeforeAnswerSeconds, 0);
        violations.body(pause >= 0 && pause <= LONGEST_PAUSE, "/pause_before_answer_seconds", "0 to " + LONGEST_PAUSE);
        int cooldown = Objects.requireNonNullElse(cooldownSeconds, Manners.DEFAULT.cooldownSeconds());
        violations.body(cooldown >= 0 && cooldown <= LONGEST_COOLDOWN, "/cooldown_seconds", "0 to " + LONGEST_COOLDOWN);
        violations.refuseIfAny();
        return new ChatView.Config(
                chosen,
                words,
                probability,
                Objects.requireNonNullElse(onFailure, defaults.onFailure()),
                Objects.requireNonNullElse(whenInDoubt, defaults.whenInDoubt()),
                forbidden.stream().map(Objects::requireNonNull).distinct().toList(),
                Objects.requireNonNullElse(stateless, defaults.stateless()),
                takeover,
                draft,
                new Manners(
                        pauseBeforeAnswerSeconds,
                        Objects.requireNonNullElse(answerInGroup, Manners.DEFAULT.answerInGroup()),
                        cooldown,
                        Objects.requireNonNullElse(humanDelay, Manners.DEFAULT.humanDelay()),
                        Objects.requireNonNullElse(answerBots, Manners.DEFAULT.answerBots()),
                        Objects.requireNonNullElse(markRead, Manners.DEFAULT.markRead())),
                called,
                Objects.requireNonNullElse(contact, Contact.ALLOWED));
    }

    private static List<String> words(
            Violations violations, @Nullable List<@Nullable String> given, String pointer, int most) {
        List<@Nullable String> words = Objects.requireNonNullElse(given, List.of());
        violations.body(words.size() <= most, pointer, "at most " + most + " words");
        for (int i = 0; i < Math.min(words.size(), most); i++) {
            violations.body(isWord(words.get(i)), pointer + "/" + i, "a word of 1 to " + LONGEST_WORD + " characters");
        }
        return words.stream()
                .flatMap(Stream::ofNullable)
                .map(String::strip)
                .distinct()
                .toList();
    }

    static boolean isTime(int minutes, int least) {
        return minutes >= least && minutes <= LONGEST_TIME;
    }

    private static boolean isWord(@Nullable String word) {
        return word != null && !word.isBlank() && word.length() <= LONGEST_WORD;
    }

    @Override
    public String toString() {
        return "ConfigBody[" + mode + "]";
    }
}
