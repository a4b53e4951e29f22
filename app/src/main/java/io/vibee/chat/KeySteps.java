package io.vibee.chat;

import io.vibee.cluster.JournaledEntity.Then;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent.ChatErased;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.crypto.TextCipher;
import java.time.Duration;
import java.time.Instant;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/** What a chat does about the key of its texts: has it loaded, waits for it, and ends when it is erased. Pure. */
final class KeySteps {

    private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

    private KeySteps() {}

    /**
     * Asks for the key, once.
     *
     * @param newOwner who is to own a chat that is seen for the first time, or again after it was erased; null: such a chat gets no key
     */
    static void load(Turn turn, @Nullable String newOwner) {
        if (!(turn.memory().key() instanceof HeldKey.Absent)) {
            return;
        }
        Profile profile = turn.state().profile();
        if (profile != null && !turn.state().erased()) {
            turn.remember(turn.memory().with(new HeldKey.Asked()));
            turn.run(new ChatEffect.LoadKey(profile.owner(), profile.keyId()));
        } else if (newOwner != null) {
            turn.remember(turn.memory().with(new HeldKey.Asked()));
            turn.run(new ChatEffect.ObtainKey(newOwner));
        }
    }

    /** Takes what was asked for, unless the chat was erased meanwhile and needs another one. */
    static void ready(Turn turn, TextCipher key) {
        Profile profile = turn.state().profile();
        if (!turn.state().erased() || profile == null || !key.keyId().equals(profile.keyId())) {
            turn.remember(turn.memory().with(new HeldKey.Held(key)));
        }
        turn.then(Then.UNSTASH);
    }

    static void unavailable(Turn turn, boolean ownerErased) {
        if (ownerErased) {
            turn.remember(turn.memory().with(new HeldKey.Refused()));
            turn.then(Then.UNSTASH);
        } else {
            turn.timer(ChatStep.LoadKey.NOW, AGAIN_AFTER, null);
        }
    }

    static void erase(Turn turn, ChatCommand.Erase erase) {
        if (!turn.isOwnedBy(erase.owner())) {
            turn.refuse(erase.replyTo(), Refusal.CHAT_NOT_FOUND);
        } else if (turn.state().erased()) {
            turn.reply(erase.replyTo(), StatusReply.ack());
        } else {
            turn.run(new ChatEffect.EraseKey(erase.owner(), erase.replyTo()));
        }
    }

    static void erased(Turn turn, ChatStep.KeyErased erased) {
        if (erased.failure() != null) {
            turn.refuse(erased.replyTo(), Refusal.UNAVAILABLE);
            return;
        }
        if (!turn.state().erased()) {
            end(turn);
        }
        turn.reply(erased.replyTo(), StatusReply.ack());
    }

    /** The key is erased: what waits is ended. What is on its way has its outcome first; then {@link ChatMachine} comes here again. */
    static void end(Turn turn) {
        Outbox.abandon(turn, NotAnsweredReason.ERASED, Instant.MAX);
        if (!turn.state().unfinished()) {
            turn.store(new ChatErased(turn.head()));
            turn.remember(turn.memory().with(new HeldKey.Absent()));
        }
    }
}
