package io.vibee.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import org.apache.pekko.persistence.query.Offset;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A place in the journal's order")
class JournalOffsetTest {

    @Test
    @DisplayName("is ordered by generation, then transaction, unsigned, then ordering")
    void order() {
        List<JournalOffset> ordered = List.of(
                JournalOffset.START,
                new JournalOffset(1, 5, 9),
                new JournalOffset(1, 6, 1),
                new JournalOffset(1, 6, 2),
                new JournalOffset(1, -1, 0),
                new JournalOffset(2, 3, 0));

        assertThat(ordered.reversed().stream().sorted()).containsExactlyElementsOf(ordered);
    }

    @Test
    @DisplayName("is read from what it says of itself")
    void text() {
        JournalOffset offset = new JournalOffset(3, -2, 7);

        assertThat(offset).hasToString("3/18446744073709551614/7");
        assertThat(JournalOffset.parse(offset.toString())).isEqualTo(offset).hasSameHashCodeAs(offset);
        assertThat(JournalOffset.of(offset)).isSameAs(offset);
        assertThat(JournalOffset.of(Offset.noOffset())).isEqualTo(JournalOffset.START);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1/2", "1/2/3/4", "1/-2/3", "a/b/c"})
    @DisplayName("is nothing else")
    void refused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JournalOffset.parse(text))
                .withMessageContaining("'" + text + "' (expected: ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JournalOffset.of(Offset.timestamp(Instant.EPOCH)))
                .withMessageContaining("expected: one of this journal");
    }
}
