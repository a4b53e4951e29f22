package io.vibee.chat;

import static io.vibee.chat.Examples.KEY;
import static io.vibee.chat.Examples.clear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.persistence.keys.TestKeys;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.telegram.FormattedText;
import io.vibee.telegram.MarkdownReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Sealed formats")
class SealedFormatsTest {

    private static final FormattedText FORMATTED =
            MarkdownReader.read("> **b** *i* ~~s~~ `c` [l](https://e.org)\n\n```java\nx\n```");

    @Test
    @DisplayName("open as they were; a part that is plain needs none")
    void roundTrip() {
        Map<Integer, Sealed> formats =
                SealedFormats.seal(KEY, List.of(FormattedText.plain("plain"), FORMATTED, FormattedText.plain("too")));

        assertThat(formats).containsOnlyKeys(1);
        assertThat(SealedFormats.open(KEY, formats.get(1))).isEqualTo(FORMATTED.entities());
        assertThat(SealedFormats.open(KEY, formats.get(0))).isEmpty();
    }

    @Test
    @DisplayName("are stored as Telegram writes entities")
    void form() {
        Sealed stored = SealedFormats.seal(KEY, List.of(FORMATTED)).get(0);

        assertThat(clear(stored))
                .isEqualTo("[{\"type\":\"blockquote\",\"offset\":0,\"length\":9},"
                        + "{\"type\":\"bold\",\"offset\":0,\"length\":1},"
                        + "{\"type\":\"italic\",\"offset\":2,\"length\":1},"
                        + "{\"type\":\"strikethrough\",\"offset\":4,\"length\":1},"
                        + "{\"type\":\"code\",\"offset\":6,\"length\":1},"
                        + "{\"type\":\"text_link\",\"offset\":8,\"length\":1,\"url\":\"https://e.org\"},"
                        + "{\"type\":\"pre\",\"offset\":11,\"length\":1,\"language\":\"java\"}]");
    }

    @Test
    @DisplayName("are none when their key was erased")
    void erased() {
        Sealed stored = SealedFormats.seal(KEY, List.of(FORMATTED)).get(0);

        assertThat(SealedFormats.open(TestKeys.erased(KEY), stored)).isEmpty();
    }

    @Test
    @DisplayName("that are something else are an error, not none")
    void damaged() {
        assertThatThrownBy(() -> SealedFormats.open(KEY, KEY.seal("{}"))).isInstanceOf(IllegalStateException.class);
    }
}
