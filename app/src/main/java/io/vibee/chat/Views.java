package io.vibee.chat;

import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.crypto.Sealed;
import java.util.Objects;

/** A chat's state in the clear, for its owner. */
final class Views {

    private Views() {}

    static ChatView of(String chatId, ChatState state, DataKey key) {
        Profile profile = Objects.requireNonNull(state.profile(), "only an opened chat has a view");
        ChatSettings settings = profile.settings();
        Sealed title = profile.title();
        return new ChatView(
                chatId,
                profile.carrier().sessionId(),
                profile.telegramChatId(),
                title == null ? null : key.open(title).orElse(null),
                profile.type(),
                state.pending().size() + state.outbox().size(),
                state.lastMessageAt(),
                new ChatView.Config(
                        settings.mode(),
                        SealedWords.open(key, settings.triggerWords()),
                        settings.responseProbability(),
                        settings.onFailure(),
                        settings.whenInDoubt()));
    }
}
