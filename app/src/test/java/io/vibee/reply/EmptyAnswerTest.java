package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An answer")
class EmptyAnswerTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n\t",
                "\u200b",
                "\u2800 \u3164",
                "\u00ad\u2060",
                "**\u200b**",
                "`\u200b`",
                "```\n```",
                "```java\n\u200b\n```",
                "[\u200b](https://e.org)",
                "![\u2060](https://e.org/x.png)"
            })
    @DisplayName("of which nobody would see anything is empty")
    void empty(String text) {
        assertThat(EmptyAnswer.isOne(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Hi", "?", "😀", "**yes**", "> no", "`x`", "[x](https://e.org)", "[](https://e.org)", "\u200bok"
            })
    @DisplayName("with a visible character is one")
    void visible(String text) {
        assertThat(EmptyAnswer.isOne(text)).isFalse();
    }

    @Test
    @DisplayName("is heard of its latest call only, and while that lasts")
    void late() {
        List<String> heard = new ArrayList<>();
        LatestCall calls = new LatestCall(text -> heard.add(text.get()));
        Consumer<Supplier<String>> first = calls.begin();
        first.accept(() -> "First");
        calls.end();
        first.accept(() -> "First, late");
        Consumer<Supplier<String>> second = calls.begin();
        second.accept(() -> "Second");
        first.accept(() -> "First, later");
        calls.end();
        second.accept(() -> "Second, late");

        assertThat(heard).containsExactly("", "First", "", "Second");
    }
}
