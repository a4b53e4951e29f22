package io.vibee.telegram;

import static io.vibee.telegram.FormattedTexts.assertAcceptable;
import static io.vibee.telegram.FormattedTexts.shown;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A model's Markdown")
class MarkdownReaderTest {

    private static FormattedText read(String markdown) {
        FormattedText formatted = MarkdownReader.parse(markdown);
        assertAcceptable(formatted);
        return formatted;
    }

    private static void assertRead(String markdown, String text, String... shown) {
        FormattedText formatted = read(markdown);
        assertThat(formatted.text()).isEqualTo(text);
        assertThat(shown(formatted)).containsExactly(shown);
    }

    @Nested
    @DisplayName("in a line becomes")
    class Inline {
        @Test
        @DisplayName("bold, italic, struck, code")
        void formats() {
            assertRead(
                    "**b** *i* _j_ ~~s~~ `c` __d__",
                    "b i j s c d",
                    "BOLD b",
                    "ITALIC i",
                    "ITALIC j",
                    "STRIKETHROUGH s",
                    "CODE c",
                    "BOLD d");
        }

        @Test
        @DisplayName("formats in each other")
        void nested() {
            assertRead("***both*** **a *b* c**", "both a b c", "ITALIC both", "BOLD both", "BOLD a b c", "ITALIC b");
        }

        @Test
        @DisplayName("code that interrupts what is around it")
        void codeInBold() {
            assertRead("**call `f()` now**", "call f() now", "BOLD call", "CODE f()", "BOLD now");
            assertRead("*`x`*", "x", "CODE x");
        }

        @Test
        @DisplayName("bold in the writing of those who put no spaces between words")
        void ideographs() {
            assertRead("这是**重要**的", "这是重要的", "BOLD 重要");
        }

        @Test
        @DisplayName("a link where Telegram knows the way")
        void links() {
            assertRead(
                    "[Vibee](https://vibee.example/a?b=c#d), [**us**](tg://user?id=1), <https://e.org>",
                    "Vibee, us, https://e.org",
                    "TEXT_LINK Vibee -> https://vibee.example/a?b=c#d",
                    "TEXT_LINK us -> tg://user?id=1",
                    "BOLD us",
                    "TEXT_LINK https://e.org -> https://e.org");
            assertRead("[`code`](https://e.org)", "code", "TEXT_LINK code -> https://e.org");
            assertRead("[](https://e.org)", "https://e.org", "TEXT_LINK https://e.org -> https://e.org");
            assertRead(
                    "[text][1]\n\n[1]: https://e.org", "text\n\n[1]: https://e.org", "TEXT_LINK text -> https://e.org");
        }

        @Test
        @DisplayName("the address beside what leads to a mail")
        void mail() {
            assertRead("[write](mailto:a@e.org) or <a@e.org>", "write (a@e.org) or a@e.org");
        }

        @Test
        @DisplayName("as written what leads elsewhere")
        void otherLinks() {
            assertRead("[x](javascript:alert(1)) [y](docs/a.md)", "[x](javascript:alert(1)) [y](docs/a.md)");
            assertRead("[sighs](quietly)", "[sighs](quietly)");
            assertRead("[a](http://)", "[a](http://)");
        }

        @Test
        @DisplayName("a link instead of an image")
        void images() {
            assertRead("![a cat](https://e.org/c.png)", "a cat", "TEXT_LINK a cat -> https://e.org/c.png");
            assertRead(
                    "![](https://e.org/c.png)",
                    "https://e.org/c.png",
                    "TEXT_LINK https://e.org/c.png -> https://e.org/c.png");
            assertRead("[![a cat](https://e.org/c.png)](https://e.org)", "a cat", "TEXT_LINK a cat -> https://e.org");
        }

        @Test
        @DisplayName("as written what is HTML")
        void html() {
            assertRead("a <b>bold</b> &amp; x", "a <b>bold</b> & x");
            assertRead("<div>\n  *x*\n</div>", "<div>\n  *x*\n</div>");
        }

        @Test
        @DisplayName("the character behind a backslash")
        void escapes() {
            assertRead("\\*not bold\\* 1\\. a", "*not bold* 1. a");
        }
    }

    @Nested
    @DisplayName("in blocks becomes")
    class Blocks {
        @Test
        @DisplayName("a bold line from a heading")
        void headings() {
            assertRead(
                    "# One\ntext\n\n### *Two* `x` ###\nmore",
                    "One\ntext\n\nTwo x\nmore",
                    "BOLD One",
                    "BOLD Two",
                    "ITALIC Two",
                    "CODE x");
        }

        @Test
        @DisplayName("a block of code with its language, indent and empty lines")
        void code() {
            assertRead(
                    "See:\n```python\nif a:\n\n    b()\n```\nDone",
                    "See:\nif a:\n\n    b()\nDone",
                    "PRE if a:\n\n    b() in python");
            assertRead("    indented\n      more\n\ntext", "indented\n  more\n\ntext", "PRE indented\n  more");
            assertRead("```\n  x\n", "  x", "PRE   x");
            assertRead("```js title=\"a b\"\n*x*\n```", "*x*", "PRE *x* in js");
            assertRead("a\n```\n```\nb", "a\n\nb");
        }

        @Test
        @DisplayName("a quote, without quotes in it")
        void quotes() {
            assertRead("> one\n> **two**\n\nmine", "one\ntwo\n\nmine", "BLOCKQUOTE one\ntwo", "BOLD two");
            assertRead("> one\n>> two", "one\ntwo", "BLOCKQUOTE one\ntwo");
            assertRead("> - a\n>   - b\n>\n> `c`", "• a\n  • b\n\nc", "BLOCKQUOTE • a\n  • b\n\nc", "CODE c");
        }

        @Test
        @DisplayName("a list with bullets or its numbers")
        void lists() {
            assertRead("- a\n- **b**\n  - c\n    still c\n* d", "• a\n• b\n  • c\n    still c\n• d", "BOLD b");
            assertRead("3. a\n4. b\n   1) c\n\n   text", "3. a\n4. b\n   1) c\n\n   text");
            assertRead("1. a\n1. b\n1. c", "1. a\n2. b\n3. c");
            assertRead("3. x\n2. y\n1. go", "3. x\n2. y\n1. go");
            assertRead("- a\n\n  ```sh\n  ls\n  ```\n- b", "• a\n\nls\n• b", "PRE ls in sh");
            assertRead("- - a", "• • a");
        }

        @Test
        @DisplayName("a line from a thematic break")
        void breaks() {
            assertRead("a\n\n---\n\nb", "a\n\n———\n\nb");
        }

        @Test
        @DisplayName("as written what is a table")
        void tables() {
            String table = "| a | b |\n|---|:-:|\n| 1 | 2 |";
            assertRead(table, table);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2*3*4",
                "2**3**4 = 4096",
                "a*b*c and f(a*b, c*d)",
                "3 * 4 * 5",
                "char *p, *q;",
                "snake_case_name and __x",
                "1. May",
                "5. May\n12. May",
                "1986. What a year",
                "2) two",
                "+ 3\n+ 4",
                "+7 900 123-45-67",
                ":-) ;-) >:-( (^_^) ^^ <3",
                ">:-(",
                "line one\nline two\n\n\nline three\n  indented",
                "Signed\n---\nme",
                "Total\n===",
                "a | b\n--- | ---\n1 | 2",
                "~5 to ~6",
                "x < y && y > z",
                "#hashtag and # and #",
                "#",
                "-",
                "a\n-\nb",
                "*",
                ">",
                "[Anna]: hello",
                "[1] and [x]",
                "😀 **😀 and 👨‍👩‍👧‍👦",
                "שלום עולם\nمرحبا بالعالم",
                "\u00a0\u2003wide",
                "cost: 5$ & 10% @me /start"
            })
    @DisplayName("is not seen in what is none: it comes out as it went in")
    void plain(String text) {
        FormattedText formatted = read(text);
        assertThat(formatted).isEqualTo(FormattedText.plain(text.strip()));
    }

    @Test
    @DisplayName("may have any line ends")
    void lineEnds() {
        assertRead("a\r\nb\rc\n\n**d**", "a\nb\nc\n\nd", "BOLD d");
        assertRead("a  \nb\\\nc", "a\nb\nc");
    }

    @Test
    @DisplayName("that marks nothing formats nothing")
    void nothing() {
        assertRead("", "");
        assertRead("a ** ** b", "a ** ** b");
        assertRead("` `", "");
    }

    @Test
    @DisplayName("nested beyond all sense is left alone, soon")
    void deep() {
        for (String level : List.of(">", "- ", "*_", "[", "![", "~~*", "`a")) {
            FormattedText formatted = MarkdownReader.read(level.repeat(20_000) + "x");
            assertThat(formatted.text()).endsWith("x");
        }
    }

    @Test
    @DisplayName("of any kind gives what Telegram accepts, and loses no word")
    void anything() {
        Random random = new Random(7);
        String[] pieces = {
            "word",
            "слово",
            "😀",
            "👨‍👩‍👧‍👦",
            " ",
            " ",
            "\n",
            "\n\n",
            "*",
            "**",
            "_",
            "~~",
            "`",
            "```",
            "```\n",
            "# ",
            "> ",
            "- ",
            "1. ",
            "    ",
            "[",
            "](https://e.org)",
            "](x)",
            "![",
            "<b>",
            "---",
            "\\",
            "|",
            "\t",
            "&lt;",
            "==="
        };
        for (int run = 0; run < 5_000; run++) {
            StringBuilder markdown = new StringBuilder();
            int words = 0;
            for (int piece = random.nextInt(40); piece >= 0; piece--) {
                String next = pieces[random.nextInt(pieces.length)];
                markdown.append(next);
                words += next.equals("word") ? 1 : 0;
            }
            FormattedText formatted = MarkdownReader.parse(markdown.toString());
            assertAcceptable(formatted);
            assertThat(formatted.text().split("word", -1).length - 1)
                    .as("%s", markdown)
                    .isGreaterThanOrEqualTo(words - lostAsLanguage(markdown.toString()));
        }
    }

    /** What follows a fence in its line names the language. */
    private static int lostAsLanguage(String markdown) {
        return markdown.lines()
                .filter(line -> line.contains("```"))
                .mapToInt(line -> line.split("word", -1).length - 1)
                .sum();
    }
}
