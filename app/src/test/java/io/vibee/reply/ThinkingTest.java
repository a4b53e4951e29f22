package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What a model thinks")
class ThinkingTest {

    private static Stream<Arguments> marked() {
        return Stream.of(
                Arguments.of("<think>SECRET</think>Hello", "Hello"),
                Arguments.of("\n <think>\nSECRET\n</think>\n\nHello", "Hello"),
                Arguments.of("<thinking>SECRET</thinking>Hello", "Hello"),
                Arguments.of("<thought>SECRET</thought>Hello", "Hello"),
                Arguments.of("<reasoning>SECRET</reasoning>Hello", "Hello"),
                Arguments.of("<reflection>SECRET</reflection>Hello", "Hello"),
                Arguments.of("<THINK>SECRET</Think>Hello", "Hello"),
                Arguments.of("<think type=\"deep\" n=1>SECRET</think>Hello", "Hello"),
                Arguments.of("< think >SECRET< / think >Hello", "Hello"),
                Arguments.of("<seed:think>SECRET</seed:think>Hello", "Hello"),
                Arguments.of("[THINK]SECRET[/THINK]Hello", "Hello"),
                Arguments.of("[think]SECRET[/think]Hello", "Hello"),
                Arguments.of("◁think▷SECRET◁/think▷Hello", "Hello"),
                Arguments.of("<|begin_of_thought|>SECRET<|end_of_thought|><|begin_of_solution|>Hello", "Hello"),
                Arguments.of(
                        "<|channel|>analysis<|message|>SECRET<|end|><|start|>assistant<|channel|>final<|message|>Hello<|return|>",
                        "Hello"),
                Arguments.of(
                        "<|start|>assistant<|channel|>analysis<|message|>SECRET<|end|><|start|>assistant<|channel|>commentary"
                                + " to=functions.x<|message|>SECRET<|call|><|start|>assistant<|channel|>final<|message|>Hello",
                        "Hello"),
                Arguments.of("analysisWe say SECRET.assistantfinalHello", "Hello"),
                Arguments.of("<think>SECRET</think><think>SECRET</think>Hello", "Hello"),
                Arguments.of("<think>\n\n</think>\n\nHello", "Hello"),
                Arguments.of("<think/>Hello", "Hello"),
                Arguments.of("<think>SECRET ``` SECRET</think>Hello `x`", "Hello `x`"),
                Arguments.of("<think>SECRET", ""),
                Arguments.of("<think>SECRET</think>", ""),
                Arguments.of("<think>SECRET</think> \n", ""),
                Arguments.of("<|channel|>analysis<|message|>SECRET", ""),
                Arguments.of("<think>SECRET</think>Hello\n<think>SECRET</think>\nyou", "Hello\n\nyou"),
                Arguments.of("Hello\n<think>SECRET", "Hello"));
    }

    private static Stream<Arguments> unmarked() {
        return Stream.of(
                Arguments.of("SECRET</think>Hello", "Hello"),
                Arguments.of("SECRET\n\nSECRET\n</think>\n\nHello", "Hello"),
                Arguments.of("SECRET</thinking>Hello", "Hello"),
                Arguments.of("SECRET</reasoning>Hello", "Hello"),
                Arguments.of("SECRET[/THINK]Hello", "Hello"),
                Arguments.of("SECRET◁/think▷Hello", "Hello"),
                Arguments.of("The SECRET of <think> tags</think>Hello", "Hello"),
                Arguments.of("SECRET</think>", ""));
    }

    private static Stream<Arguments> oddlyMarked() {
        return Stream.of(
                Arguments.of("SECRET</think>SECRET</think>Hello", "Hello"),
                Arguments.of("Well. <think>SECRET</think>Hello", "Hello"),
                Arguments.of("Hello <think>SECRET</think>", "Hello"),
                Arguments.of("<think>Not `</think>` SECRET</think>Hello", "Hello"));
    }

    @ParameterizedTest
    @MethodSource({"marked", "unmarked", "oddlyMarked"})
    @DisplayName("is no part of what it says")
    void gone(String raw, String said) {
        assertThat(Thinking.in(raw).text().strip()).isEqualTo(said);
    }

    @ParameterizedTest
    @MethodSource("marked")
    @DisplayName("is never shown while it comes, wherever its pieces begin and end")
    void neverShown(String raw, String said) {
        for (int end = 0; end <= raw.length(); end++) {
            String shown = Thinking.shown(raw.substring(0, end), false).strip();
            assertThat(shown)
                    .as(raw.substring(0, end))
                    .doesNotContain("SE", "think", "<", "[", "◁", "▷")
                    .matches(text -> said.startsWith(text) || text.isEmpty() || said.startsWith(text.strip()));
        }
        assertThat(Thinking.shown(raw, false).strip()).isEqualTo(said);
    }

    @ParameterizedTest
    @MethodSource({"unmarked"})
    @DisplayName("is not shown while it comes when the model was seen to begin without saying that it thinks")
    void heldBack(String raw, String said) {
        assertThat(Thinking.in(raw).unmarked()).isEqualTo(!raw.contains("<think>"));
        for (int end = 0; end <= raw.length(); end++) {
            assertThat(Thinking.shown(raw.substring(0, end), true))
                    .as(raw.substring(0, end))
                    .doesNotContain("SE");
        }
        assertThat(Thinking.shown(raw, true).strip()).isEqualTo(said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Hello",
                "I think so.",
                "a < b and b > c",
                "<b>bold</b>",
                "[think about it](https://x.test)",
                "<thinker>x</thinker>",
                "The mark is `<think>`, its end `</think>`.",
                "```html\n<think>x</think>\n```",
                "So:\n\n~~~\n</think>\n~~~\n\nThat is all.",
                "So:\n```\n</think>",
                "Models write <think> and </think> around it.",
                "The tag <think> opens it.",
                "The analysis is done."
            })
    @DisplayName("is not what only looks like it")
    void stays(String text) {
        assertThat(Thinking.in(text)).isEqualTo(new Thinking(text, false));
        assertThat(Thinking.shown(text, false)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"<think>", "</think>", "<think></think>", "`", "`a`</think>", "[/THINK]", "<", "```\n", " "})
    @DisplayName("is found in time however often its marks come")
    void inTime(String repeated) {
        String much = repeated.repeat((1 << 20) / repeated.length());

        org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertThat(Thinking.in(much).text()).hasSizeLessThanOrEqualTo(much.length());
            assertThat(Thinking.shown(much, false)).hasSizeLessThanOrEqualTo(much.length());
        });
    }

    @Test
    @DisplayName("leaves no half of a character at the end of what is shown")
    void wholeCharacters() {
        assertThat(Thinking.shown("Hi \ud83d", false)).isEqualTo("Hi ");
        assertThat(Thinking.shown("Hi \ud83d\ude00", false)).isEqualTo("Hi 😀");
    }
}
