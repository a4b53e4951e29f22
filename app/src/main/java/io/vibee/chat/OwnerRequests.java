package io.vibee.chat;

import io.vibee.protocol.Refusal;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent.ChatConfigured;
import io.vibee.protocol.chat.ChatEvent.DeadLetterDropped;
import io.vibee.protocol.chat.ChatEvent.ReplyDrafted;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.DeadLetter;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.telegram.MessageSplitter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/** What a chat's owner asks of it, decided. That it is the owner who asks, and that the key is there, is known already. Pure. */
final class OwnerRequests {

    /** Texts of the owner that may wait to be sent. */
    static final int MOST_OUTGOING = 100;

    private final ChatRules rules;

    OwnerRequests(ChatRules rules) {
        this.rules = rules;
    }

    void get(Turn turn, TextCipher key, ChatCommand.GetChat get) {
        show(turn, key, get.replyTo());
    }

    void configure(Turn turn, TextCipher key, ChatCommand.Configure configure) {
        ChatView.Config config = configure.config();
        change(
                turn,
                key,
                configure.replyTo(),
                now -> ChatSettings.of(
                        config, SealedWords.seal(key, config.triggerWords()), SealedWords.seal(key, config.names())));
    }

    void changeMode(Turn turn, TextCipher key, ChatCommand.ChangeMode change) {
        change(turn, key, change.replyTo(), now -> now.in(change.mode()));
    }

    void decide(Turn turn, TextCipher key, ChatCommand.DecideOnContact decide) {
        change(turn, key, decide.replyTo(), now -> now.decided(decide.decision()));
    }

    private void change(
            Turn turn, TextCipher key, ActorRef<StatusReply<ChatView>> replyTo, UnaryOperator<ChatSettings> changed) {
        if (key.erased()) {
            turn.refuse(replyTo, Refusal.CHAT_NOT_FOUND);
            return;
        }
        ChatSettings settings = changed.apply(turn.profile().settings());
        Newcomers.decided(turn, key, settings);
        turn.store(new ChatConfigured(turn.head(), settings));
        NotAnsweredReason silent = ReceiveDecision.byMode(settings.mode());
        if (silent != null) {
            Proposals.stop(turn, Instant.MAX, silent);
        }
        show(turn, key, replyTo);
    }

    void takeOver(Turn turn, TextCipher key, ChatCommand.TakeOver take) {
        Takeovers.byWish(turn, take.minutes(), take.via());
        show(turn, key, take.replyTo());
    }

    void endTakeover(Turn turn, TextCipher key, ChatCommand.EndTakeover end) {
        Takeovers.end(turn, end.via());
        show(turn, key, end.replyTo());
    }

    private void show(Turn turn, TextCipher key, ActorRef<StatusReply<ChatView>> replyTo) {
        turn.reply(
                replyTo,
                StatusReply.success(
                        ChatViews.of(turn.chatId(), turn.state(), key, rules.pause(), turn.now(), turn.seqNr())));
    }

    /** A text sent again with the same Idempotency-Key is the one that was accepted; another text with it is refused. */
    static void send(Turn turn, TextCipher key, ChatCommand.Send send) {
        if (key.erased()) {
            turn.refuse(send.replyTo(), Refusal.CHAT_NOT_FOUND);
            return;
        }
        String idempotencyKey = send.idempotencyKey();
        String fingerprint = idempotencyKey == null ? null : key.fingerprint(idempotencyKey);
        String text = key.fingerprint(send.text());
        ChatState.Accepted earlier = fingerprint == null ? null : accepted(turn.state(), fingerprint);
        if (earlier != null) {
            if (earlier.idempotencyKey().equals(fingerprint + " " + text)) {
                turn.reply(send.replyTo(), StatusReply.success(new ChatCommand.Queued(earlier.draftId())));
            } else {
                turn.refuse(send.replyTo(), Refusal.IDEMPOTENCY_KEY_REUSED);
            }
            return;
        }
        if (turn.state().outbox().size() >= MOST_OUTGOING) {
            turn.refuse(send.replyTo(), Refusal.CHAT_OVERLOADED);
            return;
        }
        List<Sealed> parts = MessageSplitter.split(send.text()).stream()
                .map(part -> CountedText.seal(key, part))
                .toList();
        if (parts.isEmpty()) {
            turn.refuse(send.replyTo(), Refusal.TEXT_INVISIBLE);
            return;
        }
        String draftId = turn.state().nextDraftId();
        turn.store(new ReplyDrafted(
                turn.head(),
                draftId,
                null,
                parts,
                null,
                new DraftOrigin.Owner(),
                fingerprint == null ? null : fingerprint + " " + text,
                Map.of()));
        if (turn.profile().carrier().kind() == SessionKind.BUSINESS) {
            Takeovers.byWriting(turn);
        }
        turn.reply(send.replyTo(), StatusReply.success(new ChatCommand.Queued(draftId)));
    }

    /** A dead letter is taken up again once: a second time it is settled already. */
    static void retry(Turn turn, TextCipher key, ChatCommand.RetryDeadLetter retry) {
        Optional<DeadLetter> letter = turn.state().deadLetter(retry.id());
        if (letter.isEmpty() || key.erased()) {
            turn.refuse(retry.replyTo(), whyNot(turn.state(), retry.id()));
        } else if (hasRoom(turn.state(), letter.get())) {
            turn.store(DeadLetters.retry(letter.get(), turn.head()));
            turn.reply(retry.replyTo(), StatusReply.ack());
        } else {
            turn.refuse(retry.replyTo(), Refusal.CHAT_OVERLOADED);
        }
    }

    /** The oldest first, until too much waits. */
    static void retryAll(Turn turn, TextCipher key, ChatCommand.RetryDeadLetters retry) {
        int count = 0;
        for (DeadLetter letter : turn.state().deadLetters()) {
            if (!key.erased() && hasRoom(turn.state(), letter)) {
                turn.store(DeadLetters.retry(letter, turn.head()));
                count++;
            }
        }
        turn.reply(retry.replyTo(), StatusReply.success(new ChatCommand.Retried(count)));
    }

    static void drop(Turn turn, ChatCommand.DropDeadLetter drop) {
        if (turn.state().deadLetter(drop.id()).isPresent()) {
            turn.store(new DeadLetterDropped(turn.head(), drop.id()));
            turn.reply(drop.replyTo(), StatusReply.ack());
        } else {
            turn.refuse(drop.replyTo(), whyNot(turn.state(), drop.id()));
        }
    }

    private static boolean hasRoom(ChatState state, DeadLetter letter) {
        return letter.draft() == null
                ? state.pending().size() < ReceiveDecision.MOST_PENDING
                : state.outbox().size() < MOST_OUTGOING;
    }

    private static Refusal whyNot(ChatState state, String id) {
        return DeadLetters.isKnown(state, id) ? Refusal.DEAD_LETTER_SETTLED : Refusal.DEAD_LETTER_NOT_FOUND;
    }

    private static ChatState.@Nullable Accepted accepted(ChatState state, String fingerprint) {
        return state.accepted().stream()
                .filter(accepted -> accepted.idempotencyKey().startsWith(fingerprint + " "))
                .findFirst()
                .orElse(null);
    }
}
