package io.vibee.chat;

import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.ChatType;
import io.vibee.telegram.FormattedText;
import io.vibee.telegram.MarkdownReader;
import io.vibee.telegram.MessageSplitter;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What an answer is so far, for as long as it is composed: the model's threads tell it, the chat asks for what is worth showing. */
final class LivePreview {

    /** Fewer units than this are shown only if they are a sentence. */
    static final int USEFUL = 20;

    private static final Pattern SENTENCE = Pattern.compile("[.!?…]\\s|[。！？]");

    /** One answer's text so far. */
    private static final class Heard {
        private volatile Supplier<String> text = () -> "";
    }

    private Heard heard = new Heard();
    private String shown = "";

    /** Whether one may be shown there: to a person, not as somebody else, and not before the answer was approved. */
    static boolean isShown(Profile profile) {
        return profile.type() == ChatType.PRIVATE
                && profile.carrier().kind() != SessionKind.BUSINESS
                && profile.settings().mode() != ChatMode.DRAFT;
    }

    /** Another answer is composed. Gives whom to tell its text so far, from any thread; what is said of earlier ones is not heard. */
    Consumer<Supplier<String>> begin() {
        Heard another = new Heard();
        heard = another;
        shown = "";
        return text -> another.text = text;
    }

    /** What to show now, without its Markdown and as much as fits in a message; nothing when that is too little, or no news. */
    Optional<String> next() {
        String said = heard.text.get();
        List<FormattedText> parts = MessageSplitter.split(MarkdownReader.read(said));
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        String text = parts.getFirst().text();
        boolean useful = text.length() >= USEFUL || SENTENCE.matcher(said).find();
        if (!useful || text.equals(shown)) {
            return Optional.empty();
        }
        shown = text;
        return Optional.of(text);
    }

    /** The same for all drafts of an answer, never 0, as Telegram demands. */
    static int draftId(Pending pending) {
        return 1 + (int) Math.floorMod(pending.telegramMessageId(), (long) Integer.MAX_VALUE);
    }
}
