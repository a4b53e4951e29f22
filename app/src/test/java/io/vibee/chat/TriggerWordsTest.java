package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A trigger word")
class TriggerWordsTest {

    @ParameterizedTest(name = "{0} in {1}")
    @DisplayName("is found as a whole word in any script and case")
    @CsvSource(delimiter = '|', textBlock = """
                    price           | What's the PRICE?
                    PRICE           | the price.
                    price           | price
                    price           | (price)
                    price           | price, please
                    2025            | in 2025!
                    snake_case      | use snake_case here
                    цена            | Какая ЦЕНА, скажите
                    ЁЛКА            | наша ёлка
                    τιμή            | Ποια είναι η ΤΙΜΉ;
                    οδός            | η ΟΔΌΣ μας
                    سعر             | ما هو سعر هذا؟
                    מחיר            | מה המחיר? מחיר
                    straße          | in der STRASSE 5
                    STRASSE         | in der Straße 5
                    istanbul        | go to ISTANBUL now
                    価格            | この商品の価格はいくらですか
                    价格            | 请问价格是多少
                    ราคา            | ขอทราบราคาด้วยครับ
                    가격            | 이 가격 어때요
                    कीमत            | इसकी कीमत क्या है
                    👍              | ok 👍
                    👍              | ok👍ok
                    don't           | I DON'T know
                    l'été           | pendant L'ÉTÉ 2026
                    ﬁne             | that is fine
                    ｐｒｉｃｅ       | the price
                    price           | the ｐｒｉｃｅ
                    good morning    | Good   Morning to you
                    """)
    void found(String word, String text) {
        assertThat(TriggerWords.match(List.of(word), text)).isTrue();
    }

    @ParameterizedTest(name = "{0} not in {1}")
    @DisplayName("is not found inside another word")
    @CsvSource(delimiter = '|', textBlock = """
                    price           | priceless
                    price           | overprice
                    price           | price_list
                    price           | price2
                    цен             | цена
                    τιμ             | τιμή
                    سعر             | سعرها
                    מחיר            | המחיר
                    가격            | 가격이
                    кот             | который
                    cafe            | café
                    25              | 2025
                    good morning    | goodmorning
                    good morning    | good evening
                    कीम             | कीमत
                    """)
    void notFound(String word, String text) {
        assertThat(TriggerWords.match(List.of(word), text)).isFalse();
    }

    @Test
    @DisplayName("is the same composed and decomposed")
    void normalised() {
        assertThat(TriggerWords.match(List.of("caf\u00e9"), "un cafe\u0301 noir"))
                .isTrue();
        assertThat(TriggerWords.match(List.of("cafe\u0301"), "un caf\u00e9 noir"))
                .isTrue();
        assertThat(TriggerWords.match(List.of("q"), "q\u0307 is a letter of its own"))
                .isFalse();
    }

    @Test
    @DisplayName("with Turkish capital dotted I matches itself")
    void turkish() {
        assertThat(TriggerWords.match(List.of("İstanbul"), "İSTANBUL'da")).isTrue();
        assertThat(TriggerWords.match(List.of("ılık"), "ılık su")).isTrue();
    }

    @Test
    @DisplayName("is the same whatever apostrophe a keyboard writes")
    void apostrophes() {
        assertThat(TriggerWords.match(List.of("don't"), "I don\u2019t know")).isTrue();
        assertThat(TriggerWords.match(List.of("don\u2019t"), "I don't know")).isTrue();
    }

    @Test
    @DisplayName("is found after a place where it is only a part")
    void later() {
        assertThat(TriggerWords.match(List.of("price"), "priceless, but what price?"))
                .isTrue();
    }

    @Test
    @DisplayName("may be any of several")
    void any() {
        assertThat(TriggerWords.match(List.of("cost", "price"), "the price")).isTrue();
        assertThat(TriggerWords.match(List.of("cost", "price"), "the weather")).isFalse();
    }

    @Test
    @DisplayName("that is blank is none")
    void blank() {
        assertThat(TriggerWords.match(List.of("", "  "), "anything")).isFalse();
        assertThat(TriggerWords.match(List.of(), "anything")).isFalse();
        assertThat(TriggerWords.match(List.of("word"), "")).isFalse();
    }
}
