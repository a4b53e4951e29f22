package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A message's language")
class LanguageGuessTest {
    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(delimiter = '|', textBlock = """
            Hello, are you coming to the party?          | en
            Привет, ты где сегодня вечером?              | ru
            Объясните, пожалуйста                        | ru
            Привіт, ти де сьогодні ввечері?              | uk
            Дякую                                        | uk
            Hola, ¿cómo estás? ¿Vienes mañana?           | es
            Hallo, kommst du heute noch?                 | de
            Grüße aus München                            | de
            Bonjour, est-ce que tu viens avec moi ?      | fr
            Oi, você não vem hoje?                       | pt
            Salom, ishlar qanday? Hammasi yaxshimi?      | uz
            今日は来ますか                                | ja
            你今天来吗                                    | zh
            오늘 오세요?                                  | ko
            هل ستأتي اليوم؟                              | ar
            האם אתה בא היום?                             | he
            """)
    @DisplayName("is told by its script and words, against hint and setting")
    void byText(String text, String language) {
        assertThat(LanguageGuess.of(text, "", "")).isEqualTo(language);
        assertThat(LanguageGuess.of(text, "it", "pl")).isEqualTo(language);
    }

    @Test
    @DisplayName("is the hint's where the text doesn't tell")
    void byHint() {
        assertThat(LanguageGuess.of("ok", "ru", "de")).isEqualTo("ru");
        assertThat(LanguageGuess.of("👍", "pt-BR", "de")).isEqualTo("pt");
        assertThat(LanguageGuess.of("no", "es", "de")).isEqualTo("es");
    }

    @Test
    @DisplayName("is the owner's where there is no hint either")
    void bySetting() {
        assertThat(LanguageGuess.of("ok", "", "de")).isEqualTo("de");
        assertThat(LanguageGuess.of("123", "", "uk")).isEqualTo("uk");
    }

    @Test
    @DisplayName("is English at last")
    void atLast() {
        assertThat(LanguageGuess.of("", "", "")).isEqualTo("en");
        assertThat(LanguageGuess.of("ok", "not a tag!", "?")).isEqualTo("en");
    }

    @Test
    @DisplayName("in Cyrillic is never a language that isn't written so")
    void cyrillic() {
        assertThat(LanguageGuess.of("Добро", "en", "fr")).isEqualTo("ru");
        assertThat(LanguageGuess.of("Добро", "en", "uk")).isEqualTo("uk");
        assertThat(LanguageGuess.of("Добро", "sr", "uk")).isEqualTo("sr");
    }
}
