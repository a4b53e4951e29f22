package io.vibee.reply;

import io.vibee.protocol.text.Characters;
import io.vibee.telegram.MarkdownReader;

/** Recognises an answer without anything visible: white space and invisible characters, or marks around nothing. */
final class EmptyAnswer {

    private EmptyAnswer() {}

    static boolean isOne(String text) {
        return !beginsWithWord(text)
                && !Characters.areVisible(MarkdownReader.read(text).text());
    }

    /** Nearly every answer begins with a word, and Markdown hides no word at a text's beginning. Such a text need not be parsed. */
    private static boolean beginsWithWord(String text) {
        return !text.isEmpty() && Character.isLetterOrDigit(text.codePointAt(0)) && Characters.areVisible(text);
    }
}
