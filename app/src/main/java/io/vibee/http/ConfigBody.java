package io.vibee.http;

import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Forbidden;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.WhenInDoubt;
import java.util.List;
import java.util.Objects;
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
        @Nullable Integer draftMinutes) {

    private static final int MOST_WORDS = 100;
    private static final int LONGEST_WORD = 64;

    /** Minutes of a week. */
    static final int LONGEST_TIME = 7 * 24 * 60;

    ChatView.Config validated() {
        Violations violations = new Violations();
        ChatMode chosen = violations.required(mode, "/mode", "one of " + Json.names(ChatMode.class), ChatMode.DISABLED);
        ChatSettings defaults = ChatSettings.of(chosen);
        List<@Nullable String> words = Objects.requireNonNullElse(triggerWords, List.of());
        violations.body(words.size() <= MOST_WORDS, "/trigger_words", "at most " + MOST_WORDS + " words");
        for (int i = 0; i < Math.min(words.size(), MOST_WORDS); i++) {
            violations.body(
                    isWord(words.get(i)), "/trigger_words/" + i, "a word of 1 to " + LONGEST_WORD + " characters");
        }
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
        violations.refuseIfAny();
        return new ChatView.Config(
                chosen,
                words.stream()
                        .map(Objects::requireNonNull)
                        .map(String::strip)
                        .distinct()
                        .toList(),
                probability,
                Objects.requireNonNullElse(onFailure, defaults.onFailure()),
                Objects.requireNonNullElse(whenInDoubt, defaults.whenInDoubt()),
                forbidden.stream().map(Objects::requireNonNull).distinct().toList(),
                Objects.requireNonNullElse(stateless, defaults.stateless()),
                takeover,
                draft);
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
