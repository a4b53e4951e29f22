package io.vibee.chat;

import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import java.time.Instant;
import java.util.List;

/** Somebody whom the owner does not know yet: what they write waits until the owner decides. Pure. */
final class Newcomers {

    private Newcomers() {}

    /** Tells the owner what a newcomer wrote. */
    static void tell(Turn turn, TextCipher key) {
        List<Pending> waiting = turn.state().pending();
        if (!turn.state().underReview() || waiting.isEmpty()) {
            return;
        }
        Sealed title = turn.profile().title();
        key.open(waiting.getLast().text())
                .ifPresent(text -> turn.run(new ChatEffect.TellNewcomer(new OwnerNotices.Newcomer(
                        turn.profile().owner(),
                        turn.chatId(),
                        title == null ? null : key.open(title).orElse(null),
                        text))));
    }

    /** The owner decided, by settings that are to come: of what waited the newest is answered, if anything is. */
    static void decided(Turn turn, ChatSettings settings) {
        if (!turn.state().underReview() || settings.contactInEffect() == Contact.NEW) {
            return;
        }
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
}
