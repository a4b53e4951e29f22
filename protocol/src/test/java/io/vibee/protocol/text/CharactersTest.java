package io.vibee.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Characters")
class CharactersTest {

    @Nested
    @DisplayName("that can be stored")
    class Storable {

        @ParameterizedTest
        @CsvSource({
            "a\u0000b, a\uFFFDb",
            "'\u0000', \uFFFD",
            "a\uD83D, a\uFFFD",
            "\uDE00a, \uFFFDa",
            "\uD83D\uD83D\uDE00, \uFFFD\uD83D\uDE00",
            "\uDE00\uD83D, \uFFFD\uFFFD",
            "\uD83D\uDE00\uDE00, \uD83D\uDE00\uFFFD",
        })
        @DisplayName("are replaced one for one where they can't")
        void replaced(String text, String storable) {
            assertThat(Characters.areStorable(text)).isFalse();
            assertThat(Characters.storable(text)).isEqualTo(storable);
        }

        @ParameterizedTest
        @CsvSource({
            "abc, 3, abc",
            "abcd, 3, abc",
            "ab\uD83D\uDE00, 3, ab",
            "a\uD83D\uDE00b, 3, a\uD83D\uDE00",
            "ab\uD83Dc, 3, ab\uFFFD",
            "'a\u0000cd', 3, a\uFFFDc",
            "\uD83D\uDE00, 0, ''",
        })
        @DisplayName("are cut between characters")
        void cut(String text, int longest, String begin) {
            assertThat(Characters.storable(text, longest)).isEqualTo(begin);
        }

        @Test
        @DisplayName("leave the text as it is")
        void same() {
            String text = "Grüße \uD83D\uDE00\u0001\n\uFFFE";

            assertThat(Characters.areStorable(text)).isTrue();
            assertThat(Characters.storable(text)).isSameAs(text);
        }

        @RepeatedTest(200)
        @DisplayName("make of any units a text that UTF-8 keeps, of the same length")
        void anyUnits() {
            RandomGenerator random = RandomGenerator.getDefault();
            StringBuilder units = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                units.append(
                        switch (random.nextInt(4)) {
                            case 0 -> '\u0000';
                            case 1 -> (char) random.nextInt(0xD800, 0xDC00);
                            case 2 -> (char) random.nextInt(0xDC00, 0xE000);
                            default -> (char) random.nextInt(0x10000);
                        });
            }

            String storable = Characters.storable(units.toString());

            assertThat(storable).hasSameSizeAs(units).doesNotContain("\u0000");
            assertThat(Characters.areStorable(storable)).isTrue();
            assertThat(new String(storable.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .isEqualTo(storable);
        }
    }

    @Nested
    @DisplayName("that can be seen")
    class Visible {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " \t\n\u00A0\u3000",
                    "\u200B\u200D\u2060\uFEFF",
                    "\u00AD\u034F\u061C",
                    "\u3164\u115F\uFFA0\u2800",
                    "\uFE0F\uDB40\uDC41\uDB40\uDD00",
                    "\u0000\u0001\u007F",
                    "\u202E \u202C",
                })
        @DisplayName("are in none of these")
        void none(String text) {
            assertThat(Characters.areVisible(text)).isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"a", "\u200Bа\u200B", "❤\uFE0F", "\uD83D\uDC68\u200D\uD83D\uDC69", ".", "0", "\uFFFD"})
        @DisplayName("are in these")
        void some(String text) {
            assertThat(Characters.areVisible(text)).isTrue();
        }
    }
}
