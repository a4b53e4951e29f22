package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Predefined answers")
class PredefinedAnswersTest {
    private final PredefinedAnswers answers = PredefinedAnswers.load();

    @Test
    @DisplayName("exist for the languages that we tell apart, each in that language")
    void languages() {
        assertThat(answers.languages()).containsExactlyInAnyOrder("en", "ru", "uk", "es", "de", "fr", "pt", "uz");
        for (String language : answers.languages()) {
            assertThat(LanguageGuess.of(answers.in(language), "", ""))
                    .as(answers.in(language))
                    .isEqualTo(language);
        }
    }

    @Test
    @DisplayName("differ from each other and fit one message")
    void distinct() {
        assertThat(answers.languages().stream().map(answers::in))
                .doesNotHaveDuplicates()
                .allSatisfy(answer -> assertThat(answer).isNotBlank().hasSizeLessThan(200));
    }

    @Test
    @DisplayName("are English for any other language")
    void others() {
        assertThat(answers.in("th")).isEqualTo(answers.in("en"));
        assertThat(answers.in("")).isEqualTo(answers.in("en"));
    }
}
