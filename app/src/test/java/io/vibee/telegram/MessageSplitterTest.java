package io.vibee.telegram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.protocol.text.Characters;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A long text is split")
class MessageSplitterTest {
    private static final String FAMILY = "👨‍👩‍👧‍👦";

    @Nested
    @DisplayName("where it hurts least:")
    class Boundaries {
        @Test
        @DisplayName("not at all when it fits")
        void fits() {
            assertThat(MessageSplitter.split("x".repeat(4096))).containsExactly("x".repeat(4096));
            assertThat(MessageSplitter.split("x".repeat(4097))).hasSize(2);
            assertThat(MessageSplitter.split("  hello \n")).containsExactly("hello");
        }

        @Test
        @DisplayName("at a paragraph rather than at a line or sentence")
        void paragraph() {
            assertThat(MessageSplitter.split("one two three\n\nfour. five\nsix seven", 24))
                    .containsExactly("one two three", "four. five\nsix seven");
        }

        @Test
        @DisplayName("at a line when no paragraph leaves the part half full")
        void line() {
            assertThat(MessageSplitter.split("a\n\nb. ccc ddd eee\nfff ggg hhh", 24))
                    .containsExactly("a\n\nb. ccc ddd eee", "fff ggg hhh");
        }

        @Test
        @DisplayName("at a sentence rather than at a word")
        void sentence() {
            assertThat(MessageSplitter.split("I came home. Then I slept well", 20))
                    .containsExactly("I came home.", "Then I slept well");
            assertThat(MessageSplitter.split("今日は晴れです。明日は雨でしょう", 12)).containsExactly("今日は晴れです。", "明日は雨でしょう");
        }

        @Test
        @DisplayName("at a word when no sentence ends late enough")
        void word() {
            assertThat(MessageSplitter.split("alpha beta gamma delta", 12))
                    .containsExactly("alpha beta", "gamma delta");
            assertThat(MessageSplitter.split("a bcdefghijklmnop", 12))
                    .containsExactly("a", "bcdefghijklm".substring(0, 12), "nop");
        }

        @Test
        @DisplayName("between characters as people see them when there is no word")
        void character() {
            assertThat(MessageSplitter.split(FAMILY.repeat(3), 25)).containsExactly(FAMILY + FAMILY, FAMILY);
            assertThat(MessageSplitter.split("e\u0301".repeat(3), 3)).containsExactly("e\u0301", "e\u0301", "e\u0301");
            assertThat(MessageSplitter.split("😀😀", 3)).containsExactly("😀", "😀");
        }

        @Test
        @DisplayName("inside a character only when it is longer than any real one, and never inside a surrogate pair")
        void monstrous() {
            List<String> parts = MessageSplitter.split("a" + "\u0301".repeat(300), 100);
            assertThat(parts)
                    .hasSize(4)
                    .allSatisfy(part -> assertThat(part.length()).isLessThanOrEqualTo(100));
            assertThat(MessageSplitter.split(FAMILY, 2))
                    .allSatisfy(part -> assertThat(isWellFormed(part)).isTrue());
        }
    }

    @Nested
    @DisplayName("with its formats:")
    class Formats {
        @Test
        @DisplayName("what the border cuts is shown so on both sides of it")
        void cut() {
            List<FormattedText> parts = MessageSplitter.split(
                    MarkdownReader.read("**one two three *four five* six** [seven eight](https://e.org)"), 18);
            assertThat(parts)
                    .extracting(FormattedText::text)
                    .containsExactly("one two three four", "five six seven", "eight");
            assertThat(parts)
                    .extracting(FormattedTexts::shown)
                    .containsExactly(
                            List.of("BOLD one two three four", "ITALIC four"),
                            List.of("BOLD five six", "ITALIC five", "TEXT_LINK seven -> https://e.org"),
                            List.of("TEXT_LINK eight -> https://e.org"));
        }

        @Test
        @DisplayName("code in a block goes on as code, with its indent")
        void code() {
            List<FormattedText> parts =
                    MessageSplitter.split(MarkdownReader.read("```py\nif a:\n    b()\n    c()\nd()\n```\n  end"), 16);
            assertThat(parts).extracting(FormattedText::text).containsExactly("if a:\n    b()", "    c()\nd()", "end");
            assertThat(parts)
                    .extracting(FormattedTexts::shown)
                    .containsExactly(List.of("PRE if a:\n    b() in py"), List.of("PRE     c()\nd() in py"), List.of());
        }

        @Test
        @DisplayName("a hundred entities in a part, the rest of it is plain")
        void most() {
            List<FormattedText> parts = MessageSplitter.split(MarkdownReader.read("**bold** ".repeat(1500)));
            assertThat(parts)
                    .hasSize(2)
                    .allSatisfy(part -> assertThat(part.entities()).hasSize(FormattedText.MOST_ENTITIES));
        }

        @Test
        @DisplayName("whatever they are, every part is what Telegram accepts")
        void any() {
            String[] pieces = {
                "**", "*", "~~", "`", "\n```\n", "\n> ", "\n- ", "[", "](https://e.org)", " ", "\n", "word", "😀", ". "
            };
            Random random = new Random(3);
            for (int run = 0; run < 2_000; run++) {
                var markdown = new StringBuilder();
                for (int i = random.nextInt(80); i > 0; i--) {
                    markdown.append(pieces[random.nextInt(pieces.length)]);
                }
                int limit = 2 + random.nextInt(40);
                assertThat(MessageSplitter.split(MarkdownReader.read(markdown.toString()), limit))
                        .allSatisfy(FormattedTexts::assertAcceptable)
                        .allSatisfy(part -> assertThat(part.text()).hasSizeBetween(1, limit));
            }
        }
    }

    @Test
    @DisplayName("into nothing when nothing of it can be seen")
    void blank() {
        assertThat(MessageSplitter.split("")).isEmpty();
        assertThat(MessageSplitter.split(" \n\t\u00a0\u200b ")).isEmpty();
        assertThat(MessageSplitter.split(" ".repeat(10_000))).isEmpty();
        assertThat(MessageSplitter.split("\u3164\u2800\ufe0f\u034f")).isEmpty();
        assertThat(MessageSplitter.split("word \u2800\u2800\u2800 word", 4)).containsExactly("word", "word");
    }

    @Test
    @DisplayName("with a limit of two units or more")
    void limit() {
        assertThatThrownBy(() -> MessageSplitter.split("text", 1)).hasMessage("maxUnits: 1 (expected: 2 or more)");
    }

    @Test
    @DisplayName("so that, whatever it is, parts are short, visible and well formed, and nothing visible is lost")
    void anyText() {
        for (long seed = 0; seed < 3_000; seed++) {
            var random = new Random(seed);
            String text = randomText(random);
            int limit = 2 + random.nextInt(random.nextBoolean() ? 40 : 400);

            List<String> parts = MessageSplitter.split(text, limit);

            assertThat(parts).as("seed %d", seed).allSatisfy(part -> {
                assertThat(part.length()).isBetween(1, limit);
                assertThat(isWellFormed(part)).isTrue();
                assertThat(visible(part)).isNotEmpty();
            });
            assertThat(visible(String.join("", parts))).as("seed %d", seed).isEqualTo(visible(text));
        }
    }

    private static String randomText(Random random) {
        String[] pieces = {
            " ",
            " ",
            " ",
            "\n",
            "\n\n",
            "\r\n",
            "\t",
            ".",
            "! ",
            "? ",
            "。",
            "a",
            "word",
            "слово",
            "日本語",
            "العربية",
            "e\u0301",
            "😀",
            FAMILY,
            "👍🏽",
            "🇺🇦",
            "नि",
            "\u200b",
            "\u00a0",
            "\u3000",
            "x".repeat(50)
        };
        var text = new StringBuilder();
        int count = random.nextInt(200);
        for (int i = 0; i < count; i++) {
            if (random.nextInt(8) == 0) {
                int point = random.nextInt(Character.MAX_CODE_POINT + 1);
                boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
                text.appendCodePoint(surrogate ? 'q' : point);
            } else {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
        }
        return text.toString();
    }

    private static boolean isWellFormed(String part) {
        return part.codePoints()
                .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }

    private static String visible(String text) {
        return text.codePoints()
                .filter(point -> !Character.isWhitespace(point)
                        && !Character.isSpaceChar(point)
                        && !Characters.isInvisible(point))
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }
}
