package io.vibee.chat;

import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A chat's state in the clear, for its owner. */
final class ChatViews {

    private ChatViews() {}

    static ChatView of(String chatId, ChatState state, TextCipher key, Duration botPause, Instant now, long seqNr) {
        Profile profile = profile(state);
        Sealed title = profile.title();
        return of(
                chatId,
                state,
                profile,
                title == null ? null : key.open(title).orElse(null),
                SealedWords.open(key, profile.settings().triggerWords()),
                SealedWords.open(key, profile.settings().names()),
                botPause,
                now,
                seqNr);
    }

    /** What is left of an erased chat. */
    static ChatView ofErased(String chatId, ChatState state, Duration botPause, Instant now, long seqNr) {
        return of(chatId, state, profile(state), null, List.of(), List.of(), botPause, now, seqNr);
    }

    private static Profile profile(ChatState state) {
        return Objects.requireNonNull(state.profile(), "only an opened chat has a view");
    }

    private static ChatView of(
            String chatId,
            ChatState state,
            Profile profile,
            @Nullable String title,
            List<String> triggerWords,
            List<String> names,
            Duration botPause,
            Instant now,
            long seqNr) {
        return new ChatView(
                chatId,
                profile.carrier().sessionId(),
                profile.telegramChatId(),
                title,
                profile.type(),
                state.pending().size() + state.outbox().size(),
                state.lastMessageAt(),
                profile.settings().shown(triggerWords, names, profile.carrier().kind(), botPause),
                state.erased(),
                seqNr,
                state.barred().stream()
                        .map(barred -> new ChatView.Barred(
                                barred.messageThreadId(),
                                barred.code() == 0 ? barred.reason() : barred.code() + " " + barred.reason(),
                                barred.since()))
                        .toList(),
                state.proposals().size(),
                state.isTakenOver(now) ? state.takenOverUntil() : null);
    }
}
