package io.vibee.reply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A text that a model could not end")
class CutAnswerTest {

    @ParameterizedTest
    @CsvSource({
        "'I am well. And how are', 'I am well.'",
        "'Is it? \"Yes.\" And the', 'Is it? \"Yes.\"'",
        "'Всё хорошо! А как у', 'Всё хорошо!'",
        "'很好。你呢我们', '很好。'",
        "'It is 3.14 or so', 'It is 3.14 or…'",
        "'All is said.', 'All is said.'",
        "'- apples|- pears|- plu', '- apples|- pears'",
        "'1. apples and pears|2. pl', '1. apples and pears'",
        "'The list:|a very long line that goes on for a while and never comes to an', 'The list:|a very long line that goes on for a while and never comes to…'",
        "'no end at all', 'no end at…'",
        "'Word', 'Word…'",
        "'So:|```java|int a = 1;|int b', 'So:|```java|int a = 1;|```'",
        "'So:|```java', 'So:|```java|```'"
    })
    @DisplayName("ends at a sentence, else a line, else a word; a block of code is closed")
    void ends(String text, String ended) {
        assertThat(CutAnswer.ended(text.replace('|', '\n'))).isEqualTo(ended.replace('|', '\n'));
    }
}
