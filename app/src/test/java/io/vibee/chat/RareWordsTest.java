package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The rare words of a message")
class RareWordsTest {

    private static final List<String> SHOWN =
            List.of("How is the garden?", "The garden is fine.", "And the roses?", "The roses are red, «café» closed.");

    private static List<String> rare(String text, List<String> shown) {
        String words = RareWords.of(text, shown);
        return words.isEmpty() ? List.of() : List.of(words.split(" "));
    }

    @Test
    @DisplayName("are those that the conversation does not have, or hardly, the rarest and longest first")
    void rare() {
        assertThat(rare("Is the garden as big as Babylon was", SHOWN)).containsExactly("Babylon", "big", "was");
        assertThat(rare("red roses", SHOWN)).as("one text may have it").containsExactly("red");
        assertThat(rare("the garden, the garden", SHOWN)).isEmpty();
        assertThat(rare("", SHOWN)).isEmpty();
    }

    @Test
    @DisplayName("are all of them where nothing is shown")
    void nothingShown() {
        assertThat(rare("the garden", List.of())).containsExactly("garden", "the");
    }

    @Test
    @DisplayName(
            "are whole words: a part of a longer one does not count, nor the signs around it, nor capitals in the message")
    void whole() {
        assertThat(rare("den", Collections.nCopies(9, "The garden"))).containsExactly("den");
        assertThat(rare("GARDEN (Garden), garden!", Collections.nCopies(9, "a garden.")))
                .isEmpty();
        assertThat(rare("café", Collections.nCopies(9, "«café»"))).isEmpty();
        assertThat(rare("кафе", Collections.nCopies(9, "нет кафе сегодня"))).isEmpty();
        assertThat(rare("#16903.d28e? me@example.org", SHOWN)).containsExactly("me@example.org", "16903.d28e");
        assertThat(rare("नमस्ते", Collections.nCopies(9, "नमस्ते!"))).isEmpty();
    }

    @Test
    @DisplayName("may be in one of sixteen texts")
    void share() {
        List<String> shown = Stream.concat(
                        IntStream.range(0, 30).mapToObj(i -> "text " + i), Stream.of("blue sofa", "the sofa"))
                .toList();
        assertThat(rare("sofa", shown)).containsExactly("sofa");
        assertThat(rare("sofa", shown.subList(10, shown.size()))).isEmpty();
    }

    @Test
    @DisplayName("are twelve at most, of a text of any length")
    void most() {
        String text = String.join(
                " ", IntStream.range(0, 5_000).mapToObj(i -> "word" + i).toList());
        assertThat(rare(text, SHOWN)).hasSize(RareWords.MOST);
        assertThat(rare("a".repeat(100_000), SHOWN)).hasSize(1);
    }
}
