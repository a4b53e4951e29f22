package io.vibee.reply;

import io.vibee.protocol.text.Characters;
import io.vibee.telegram.MarkdownReader;

/** An answer of which a person would see nothing: of white space and invisible characters, or of marks around nothing. */
final class EmptyAnswer {

    private EmptyAnswer() {}

    static boolean isOne(String text) {
        return !beginsWithWord(text)
                && !Characters.areVisible(MarkdownReader.read(text).text());
    }

    /** Nearly every answer does, and Markdown hides no word that begins a text: it need not be read for that. */
    private static boolean beginsWithWord(String text) {
        return !text.isEmpty() && Character.isLetterOrDigit(text.codePointAt(0)) && Characters.areVisible(text);
    }
}
