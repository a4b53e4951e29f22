package io.vibee.chat;

import static io.vibee.chat.Examples.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.persistence.keys.TestKeys;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Sealed words")
class SealedWordsTest {

    @Test
    @DisplayName("open as they were, in order")
    void roundTrip() {
        List<String> words = List.of("price", "сколько \"стоит\"", "👍", "a, b");

        assertThat(SealedWords.open(KEY, SealedWords.seal(KEY, words))).isEqualTo(words);
    }

    @Test
    @DisplayName("are none when there are none, and need no seal")
    void none() {
        assertThat(SealedWords.seal(KEY, List.of())).isNull();
        assertThat(SealedWords.open(KEY, null)).isEmpty();
    }

    @Test
    @DisplayName("are none when their key was erased")
    void erased() {
        assertThat(SealedWords.open(TestKeys.erased(KEY), SealedWords.seal(KEY, List.of("price"))))
                .isEmpty();
    }

    @Test
    @DisplayName("that are something else are an error, not none")
    void damaged() {
        assertThatThrownBy(() -> SealedWords.open(KEY, KEY.seal("{}"))).isInstanceOf(IllegalStateException.class);
    }
}
