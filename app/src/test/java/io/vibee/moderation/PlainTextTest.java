package io.vibee.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A text as rules compare it")
class PlainTextTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
                    full width          | \uFF22\uFF21\uFF24 \uFF37ord | bad word
                    zero width          | b\u200Ba\u200Dd\uFEFF        | bad
                    soft hyphen         | b\u00ADa\u00ADd              | bad
                    word joiner         | b\u2060ad                    | bad
                    direction           | \u202Ebad\u202C              | bad
                    variation selector  | b\uFE0Fad                    | bad
                    Hangul filler       | b\u3164a\u115Fd              | bad
                    empty braille       | b\u2800ad                    | bad
                    strokes             | b\u0336a\u0336d\u0336        | bad
                    enclosed            | b\u20DDa\u20DDd              | bad
                    mathematical        | \uD835\uDC1B\uD835\uDC1A\uD835\uDC1D | bad
                    circled             | \u24D1\u24D0\u24D3           | bad
                    decomposed          | cafe\u0301                   | caf\u00E9
                    hidden accent       | cafe\u200B\u0301             | caf\u00E9
                    short i             | и\u0306                      | й
                    stress              | за\u0301мок                  | замок
                    spaces              | a \u00A0\t \u3000b           | a b
                    case                | STRASSE straße               | strasse strasse
                    apostrophe          | I don\u2019t                 | i don't
                    """)
    void isOne(String what, String written, String plain) {
        assertThat(PlainText.folded(written)).isEqualTo(PlainText.folded(plain));
    }

    @Test
    @DisplayName("keeps the signs that scripts write with")
    void signs() {
        assertThat(PlainText.of("कीमत ราคา 価格")).isEqualTo("कीमत ราคา 価格");
        assertThat(PlainText.of("q\u0301")).isEqualTo("q");
    }

    @Test
    @DisplayName("keeps its case where that is asked for, and has no space around it")
    void cased() {
        assertThat(PlainText.of("  Bad\nWord ")).isEqualTo("Bad Word");
        assertThat(PlainText.of("\u200B \u200D")).isEmpty();
    }
}
