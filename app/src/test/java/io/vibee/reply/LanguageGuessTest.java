package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
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

    @ParameterizedTest(name = "{1}, {0}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            Same as yesterday                            | en |    | en
            Same as yesterday                            | '' |    | en
            Same as yesterday                            | ru |    | en
            Same as yesterday                            | pt |    | en
            As usual                                     | en |    | en
            As usual                                     | '' | de | de
            A como?                                      | en |    | en
            No problem                                   | en |    | en
            No problem                                   | es |    | es
            Which OS do you use?                         | en |    | en
            Is it on site.com?                           | en |    | en
            The AI ate my ham, ha ha                     | en |    | en
            Van pro men com die                          | en |    | en
            Merci!                                       | en |    | en
            Danke                                        | en |    | en
            Danke                                        | '' |    | de
            Ciao, see you at the hotel                   | en |    | en
            I love the film La vie est belle             | en |    | en
            Das Meeting ist um zehn, see you             | de |    | de
            Te espero en el parking                      | es |    | es
            Manda un email                               | es |    | es
            Was the war over?                            | en |    | en
            De nada                                      | pt |    | pt
            Como vai                                     | '' |    | pt
            Merci beaucoup pour tout                     | en |    | fr
            Je ne sais pas                               | en |    | fr
            Muchas gracias                               | en |    | es
            Hola, quiero saber cuánto cuesta             | en |    | es
            hola que tal, cuanto cuesta esto             | pt |    | es
            Ich komme morgen nicht                       | en |    | de
            Você pode vir amanhã?                        | es |    | pt
            voce nao vem hoje                            | es |    | pt
            Quanto costa questo?                         | en |    | it
            Dove sono le chiavi? Non le trovo            | fr |    | it
            Ik weet het niet                             | de |    | nl
            Nie wiem, zapytam jutro                      | en |    | pl
            Yarın geliyor musun?                         | en |    | tr
            Bugun kelasizmi yoki ertaga?                 | ru |    | uz
            Saya tidak bisa datang hari ini              | en |    | id
            Tôi không hiểu                               | en |    | vi
            Hello!                                       | ru |    | en
            Hello!                                       | zh |    | en
            ok                                           | uk |    | uk
            iPhone 15 Pro Max есть?                      | ru |    | ru
            WhatsAppで連絡してください                      | en |    | ja
            東京大学へ行く                                 | en |    | ja
            東京                                          | ja |    | ja
            我想买 iPhone                                 | zh |    | zh
            你好                                          | en |    | zh
            ¯\\_(ツ)_/¯                                  | en |    | en
            Πού είσαι;                                   | en |    | el
            5 λ                                          | en |    | en
            გამარჯობა                                    | en |    | ka
            Բարև                                         | ru |    | hy
            สวัสดีครับ                                     | en |    | th
            नमस्ते, कैसे हो?                                | en |    | hi
            नमस्ते                                         | ne |    | ne
            আপনি কেমন আছেন?                               | en |    | bn
            வணக்கம்                                       | en |    | ta
            سلام، چطوری؟                                 | en |    | fa
            آپ کیسے ہیں؟                                 | en |    | ur
            سلام                                         | fa |    | fa
            Дякую                                        | en |    | uk
            Дякую                                        | ru |    | ru
            Дякую, буде завтра вранці о сьомій            | ru |    | uk
            Добрий вечір, коли ви працюєте?              | ru |    | uk
            Прывітанне, як справы?                       | ru |    | be
            Здравейте, кога сте отворени?                | en |    | bg
            Не съм сигурен                               | bg |    | bg
            Хвала, видимо се сутра                       | sr |    | sr
            Сәлем, қалайсың?                             | ru |    | kk
            Как дела?                                    | kk |    | kk
            Сколько стоит и когда можно приехать?        | uk |    | ru
            """)
    @DisplayName("is the sender's, unless the text says enough against it:")
    void weighed(String text, String hint, @Nullable String setting, String language) {
        assertThat(LanguageGuess.of(text, hint, setting == null ? "" : setting)).isEqualTo(language);
    }

    @Test
    @DisplayName("is told of the longest text, whatever is in it, at once")
    void bounded() {
        assertThat(LanguageGuess.of("the you ".repeat(500_000), "de", "")).isEqualTo("en");
        assertThat(LanguageGuess.of("x-".repeat(500_000), "de", "")).isEqualTo("de");
        assertThat(LanguageGuess.of("'’\ud83d\u0000".repeat(10_000), "de", "")).isEqualTo("de");
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
