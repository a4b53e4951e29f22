package io.vibee.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A list of patterns")
class PatternListTest {

    private static OptionalInt find(String text, String... lines) {
        return PatternList.parse(List.of(lines)).find(text);
    }

    @ParameterizedTest(name = "{0} in {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    casino           | Best CASINO in town
                    casino           | c\u200Ba\u200Bs\u200Bi\u200Bn\u200Bo here
                    casino           | \uFF43\uFF41\uFF53\uFF49\uFF4E\uFF4F
                    casino           | c\u0336a\u0336s\u0336i\u0336n\u0336o\u0336!
                    ca\u00ADsino     | casino
                    казино           | Лучшее КАЗИНО города
                    buy now          | Buy   \u00A0 NOW!
                    赌场             | 最好的赌场在这里
                    /casin[o0]+/     | the CASIN0OO
                    /^\\s*free/      | Free money
                    /кази\\p{L}+/    | Казино!
                    """)
    @DisplayName("finds what is written in whatever way")
    void found(String line, String text) {
        assertThat(find(text, line)).hasValue(1);
    }

    @ParameterizedTest(name = "{0} not in {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    casino           | casinos
                    ass              | a class of assassins
                    каз              | казино
                    /^free/          | the free one
                    """)
    @DisplayName("does not find a word inside another")
    void notFound(String line, String text) {
        assertThat(find(text, line)).isEmpty();
    }

    @Test
    @DisplayName("tells the line of what was found, comments and empty lines counted")
    void line() {
        assertThat(find("my word", "\uFEFF# a comment", "", "other", " word ", "/word/"))
                .hasValue(4);
        assertThat(find("anything", "# nothing", "  ")).isEmpty();
        assertThat(PatternList.parse(List.of("#")).isEmpty()).isTrue();
        assertThat(PatternList.parse(List.of("secret")).toString()).doesNotContain("secret");
    }

    @Nested
    @DisplayName("takes no time to speak of")
    @Timeout(20)
    class Time {

        @ParameterizedTest
        @ValueSource(
                strings = {"/(a+)+$/", "/(a|aa)+$/", "/(.*a){20}b/", "/^(([a-z])+.)+[A-Z]([a-z])+$/", "/(a?){30}a{30}b/"
                })
        @DisplayName("whatever its expressions and the text")
        void linear(String expression) {
            PatternList list = PatternList.parse(List.of(expression));
            String text = "a".repeat(4096) + "!";
            long began = System.nanoTime();

            assertThat(list.find(text)).isEmpty();

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        }

        @ParameterizedTest
        @ValueSource(strings = {"/((a{1000}){1000}){1000}/", "/(((x{30}){30}){30}){30}/", "/([ab]{999}){2,999}/"})
        @DisplayName("nor memory: repetitions that multiply are refused")
        void multiplied(String expression) {
            assertThatExceptionOfType(BadPatternException.class)
                    .isThrownBy(() -> PatternList.parse(List.of(expression)))
                    .withMessageContaining("repetitions");
        }

        @Test
        @DisplayName("while those that only follow each other are taken")
        void inARow() {
            assertThat(find("2026-01-02 and 100", "/\\d{4}-\\d{2}-\\d{2}.{0,500}[0-9]{1,999}/"))
                    .hasValue(1);
            assertThat(find("a{2}", "/a\\{2\\}[{}\\]]?/")).hasValue(1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    /(/              | line 2 (expected: a regular expression in RE2's syntax: missing closing )
                    /a(?=b)/         | line 2 (expected: a regular expression in RE2's syntax
                    /(a)\\1/         | line 2 (expected: a regular expression in RE2's syntax
                    /a               | line 2 (expected: a regular expression between slashes
                    //               | line 2 (expected: a regular expression between slashes
                    \u200B           | line 2 (expected: a word that can be seen)
                    """)
    @DisplayName("refuses what it can't use, with its line")
    void refused(String line, String message) {
        assertThatExceptionOfType(BadPatternException.class)
                .isThrownBy(() -> PatternList.parse(List.of("fine", line)))
                .withMessageStartingWith(message)
                .satisfies(e -> assertThat(e.line()).isEqualTo(2));
    }

    @Test
    @DisplayName("is bounded")
    void bounded() {
        assertThatExceptionOfType(BadPatternException.class)
                .isThrownBy(() -> PatternList.parse(List.of("x".repeat(1001))));
        assertThatExceptionOfType(BadPatternException.class)
                .isThrownBy(() -> PatternList.parse(java.util.Collections.nCopies(20_001, "x")));
    }
}
