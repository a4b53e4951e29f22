package io.vibee.operator;

import io.vibee.persistence.telegram.Desk.DraftId;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ContactDecision;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a button of the operator's bot asks for, in the 64 bytes that a button holds. */
sealed interface Press {

    /** What an owner wishes of a draft. */
    enum Wish {
        SEND,
        EDIT,
        DISCARD,
        /** Sends it, and has the chat answered without asking from now on. */
        ALWAYS;

        /** As on a button. */
        private String letter() {
            return name().substring(0, 1).toLowerCase(Locale.ROOT);
        }
    }

    record OfDraft(Wish wish, DraftId draft) implements Press {}

    /** Shows the modes of a chat. */
    record PickChat(String chatId) implements Press {}

    /** Sets the mode of a chat. */
    record OfChat(String chatId, ChatMode mode) implements Press {}

    /** Takes a chat in hand, or gives it back. */
    record TakeOver(String chatId, boolean begin) implements Press {}

    /** Decides about somebody new. */
    record OfContact(ContactDecision decision, String chatId) implements Press {}

    /** Explains what became of a chat's last message. */
    record Why(String chatId) implements Press {}

    /** Sets the mode of new chats. */
    record NewChats(ChatMode mode) implements Press {}

    static String draft(Wish wish, DraftId draft) {
        return "d:" + wish.letter() + ":" + draft.chatId() + ":" + draft.draftId();
    }

    static String pick(String chatId) {
        return "c:" + chatId;
    }

    static String chat(String chatId, ChatMode mode) {
        return "m:" + letter(mode) + ":" + chatId;
    }

    static String takeOver(String chatId, boolean begin) {
        return (begin ? "h:b:" : "h:e:") + chatId;
    }

    static String contact(ContactDecision decision, String chatId) {
        return "r:" + decision.name().toLowerCase(Locale.ROOT) + ":" + chatId;
    }

    static String why(String chatId) {
        return "w:" + chatId;
    }

    static String newChats(ChatMode mode) {
        return "n:" + mode.name().toLowerCase(Locale.ROOT);
    }

    /** Empty for what is none of ours, as of an earlier version. */
    static Optional<Press> parse(String data) {
        String[] parts = data.split(":", 4);
        return switch (parts[0] + parts.length) {
            case "d4" -> wish(parts[1]).map(wish -> new OfDraft(wish, new DraftId(parts[2], parts[3])));
            case "c2" -> Optional.of(new PickChat(parts[1]));
            case "m3" -> mode(parts[1]).map(mode -> new OfChat(parts[2], mode));
            case "h3" ->
                parts[1].equals("b") || parts[1].equals("e")
                        ? Optional.of(new TakeOver(parts[2], parts[1].equals("b")))
                        : Optional.empty();
            case "r3" -> decision(parts[1]).map(decision -> new OfContact(decision, parts[2]));
            case "w2" -> Optional.of(new Why(parts[1]));
            case "n2" -> named(parts[1]).map(NewChats::new);
            default -> Optional.empty();
        };
    }

    private static Optional<ContactDecision> decision(String name) {
        return Arrays.stream(ContactDecision.values())
                .filter(decision -> name.equals(decision.name().toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    private static Optional<Wish> wish(String letter) {
        return Arrays.stream(Wish.values())
                .filter(wish -> wish.letter().equals(letter))
                .findFirst();
    }

    private static char letter(ChatMode mode) {
        return switch (mode) {
            case DIGITAL_TWIN -> 't';
            case DRAFT -> 'd';
            case SNIPER -> 's';
            case OBSERVE -> 'o';
            case DISABLED -> 'x';
        };
    }

    private static Optional<ChatMode> mode(String letter) {
        return Arrays.stream(ChatMode.values())
                .filter(mode -> letter.equals(String.valueOf(letter(mode))))
                .findFirst();
    }

    private static Optional<ChatMode> named(String name) {
        return Arrays.stream(ChatMode.values())
                .filter(mode -> name.equals(mode.name().toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
