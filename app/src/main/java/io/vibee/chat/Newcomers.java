package io.vibee.chat;

import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Somebody whom the owner does not know yet: what they write waits until the owner decides. Pure. */
final class Newcomers {

    private Newcomers() {}

    /** Tells the owner what a newcomer wrote: of several messages the first is enough. */
    static void afterReceiving(Turn turn, TextCipher key, Incoming incoming) {
        if (incoming instanceof Incoming.Message && turn.state().pending().size() == 1) {
            tell(turn, key);
        }
    }

    /** Tells the owner of a newcomer who waits, also if that was told before. */
    static void tell(Turn turn, TextCipher key) {
        List<Pending> waiting = turn.state().pending();
        if (turn.state().underReview() && !waiting.isEmpty()) {
            key.open(waiting.getLast().text())
                    .ifPresent(text -> turn.run(new ChatEffect.TellNewcomer(
                            new OwnerNotices.Newcomer(turn.profile().owner(), turn.chatId(), title(turn, key), text))));
        }
    }

    /** The owner decided, by settings that are to come: of what waited the newest is answered, if anything is. */
    static void decided(Turn turn, TextCipher key, ChatSettings settings) {
        if (!turn.state().underReview() || settings.contactInEffect() == Contact.NEW) {
            return;
        }
        turn.run(new ChatEffect.TellNewcomerSettled(new OwnerNotices.NewcomerSettled(
                turn.profile().owner(), turn.chatId(), title(turn, key), settings.contactInEffect(), settings.mode())));
        NotAnsweredReason why = settings.contactInEffect() == Contact.BLOCKED
                ? NotAnsweredReason.BLOCKED
                : ReceiveDecision.byMode(settings.mode());
        if (why != null) {
            Outbox.abandonAnswers(turn, why, Instant.MAX);
            return;
        }
        List<Pending> waiting = turn.state().pending();
        waiting.subList(0, Math.max(0, waiting.size() - 1))
                .forEach(
                        older -> turn.store(DeadLetters.notAnswered(older, NotAnsweredReason.SUPERSEDED, turn.head())));
    }

    private static @Nullable String title(Turn turn, TextCipher key) {
        Sealed title = turn.profile().title();
        return title == null ? null : key.open(title).orElse(null);
    }
}
