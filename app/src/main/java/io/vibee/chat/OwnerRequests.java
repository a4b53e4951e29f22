package io.vibee.chat;

import io.vibee.cluster.Defect;
import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.ChatConfigured;
import io.vibee.protocol.chat.ChatEvent.DeadLetterDropped;
import io.vibee.protocol.chat.ChatEvent.ReplyDrafted;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.DeadLetter;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.EventHead;
import io.vibee.telegram.MessageSplitter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a chat's owner asks of it, decided; pure. That it is the owner who asks is known already. */
final class OwnerRequests {

    private static final Logger LOG = LoggerFactory.getLogger(OwnerRequests.class);

    /** Texts of the owner that may wait to be sent. */
    static final int MOST_OUTGOING = 100;

    /**
     * What to store, and what to answer then.
     *
     * @param answer from the state after the events
     */
    record Decision<T>(List<ChatEvent> events, Function<ChatState, StatusReply<T>> answer) {

        /** The answer; a refusal when it can't be made, which must not undo what is stored. */
        StatusReply<T> answered(ChatState after) {
            try {
                return answer.apply(after);
            } catch (RuntimeException e) {
                LOG.error("a defect in a chat's view", Defect.of(e));
                return StatusReply.error(ChatCommand.FAULT);
            }
        }
    }

    private final String chatId;
    private final DataKey key;
    private final ChatState state;
    private final EventHead head;
    private final LongSupplier seqNr;

    /**
     * For a chat whose key is there.
     *
     * @param head of what is to be stored
     * @param seqNr of the chat's last event, at the time of the answer
     */
    OwnerRequests(String chatId, DataKey key, ChatState state, EventHead head, LongSupplier seqNr) {
        this.chatId = chatId;
        this.key = key;
        this.state = state;
        this.head = head;
        this.seqNr = seqNr;
    }

    Decision<ChatView> get() {
        return new Decision<>(List.of(), this::view);
    }

    Decision<ChatView> configure(ChatView.Config config) {
        if (key.erased()) {
            return refused(ChatCommand.NOT_FOUND);
        }
        ChatSettings settings = new ChatSettings(
                config.mode(),
                SealedWords.seal(key, config.triggerWords()),
                config.responseProbability(),
                config.onFailure(),
                config.whenInDoubt(),
                config.forbid(),
                config.stateless());
        return new Decision<>(List.of(new ChatConfigured(head, settings)), this::view);
    }

    /** A text sent again with the same Idempotency-Key is the one that was accepted; another text with it is refused. */
    Decision<ChatCommand.Queued> send(ChatCommand.Send send) {
        if (key.erased()) {
            return refused(ChatCommand.NOT_FOUND);
        }
        String idempotencyKey = send.idempotencyKey();
        String fingerprint = idempotencyKey == null ? null : key.fingerprint(idempotencyKey);
        String text = key.fingerprint(send.text());
        ChatState.Accepted earlier = fingerprint == null ? null : accepted(fingerprint);
        if (earlier != null) {
            return earlier.idempotencyKey().equals(fingerprint + " " + text)
                    ? queued(List.of(), earlier.draftId())
                    : refused(ChatCommand.KEY_REUSED);
        }
        if (state.outbox().size() >= MOST_OUTGOING) {
            return refused(ChatCommand.OVERLOADED);
        }
        List<Sealed> parts =
                MessageSplitter.split(send.text()).stream().map(key::seal).toList();
        if (parts.isEmpty()) {
            return refused(ChatCommand.NOTHING_VISIBLE);
        }
        String draftId = state.nextDraftId();
        ReplyDrafted drafted = new ReplyDrafted(
                head,
                draftId,
                null,
                parts,
                null,
                new DraftOrigin.Owner(),
                fingerprint == null ? null : fingerprint + " " + text);
        return queued(List.of(drafted), draftId);
    }

    /** A dead letter is taken up again once: a second time it is settled already. */
    Decision<Done> retry(String id) {
        Optional<DeadLetter> letter = state.deadLetter(id);
        if (letter.isEmpty() || key.erased()) {
            return refused(whyNot(id));
        }
        return hasRoom(state, letter.get())
                ? done(DeadLetters.retry(letter.get(), head))
                : refused(ChatCommand.OVERLOADED);
    }

    /** The oldest first, until too much waits. */
    Decision<ChatCommand.Retried> retryAll() {
        List<ChatEvent> events = new ArrayList<>();
        ChatState now = state;
        for (DeadLetter letter : state.deadLetters()) {
            if (!key.erased() && hasRoom(now, letter)) {
                events.add(DeadLetters.retry(letter, head));
                now = ChatHistory.apply(now, events.getLast());
            }
        }
        int count = events.size();
        return new Decision<>(events, stored -> StatusReply.success(new ChatCommand.Retried(count)));
    }

    Decision<Done> drop(String id) {
        return state.deadLetter(id).isPresent() ? done(new DeadLetterDropped(head, id)) : refused(whyNot(id));
    }

    private static boolean hasRoom(ChatState state, DeadLetter letter) {
        return letter.draft() == null
                ? state.pending().size() < Reception.MOST_PENDING
                : state.outbox().size() < MOST_OUTGOING;
    }

    private String whyNot(String id) {
        return DeadLetters.isKnown(state, id) ? ChatCommand.DEAD_LETTER_SETTLED : ChatCommand.NO_DEAD_LETTER;
    }

    private static Decision<Done> done(ChatEvent event) {
        return new Decision<>(List.of(event), stored -> StatusReply.ack());
    }

    private ChatState.@Nullable Accepted accepted(String fingerprint) {
        return state.accepted().stream()
                .filter(accepted -> accepted.idempotencyKey().startsWith(fingerprint + " "))
                .findFirst()
                .orElse(null);
    }

    private StatusReply<ChatView> view(ChatState after) {
        return StatusReply.success(Views.of(chatId, after, key, seqNr.getAsLong()));
    }

    private static Decision<ChatCommand.Queued> queued(List<ChatEvent> events, String draftId) {
        return new Decision<>(events, stored -> StatusReply.success(new ChatCommand.Queued(draftId)));
    }

    private static <T> Decision<T> refused(String why) {
        return new Decision<>(List.of(), unchanged -> StatusReply.error(why));
    }
}
