package io.vibee.chat;

import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.TestKeys;
import io.vibee.protocol.carrier.Carrier;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Content;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.OnFailure;
import io.vibee.protocol.chat.Sender;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.EventHead;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A chat of Bob's bot in which Ann writes. */
final class Examples {

    static final String OWNER = "usr_bob";
    static final String SESSION = "ses_1";
    static final String CHAT = "cht_1";
    static final long TELEGRAM_CHAT = 42;
    static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");
    static final Carrier CARRIER = new Carrier(SESSION, SessionKind.BOT, null);
    static final DataKey KEY = TestKeys.dataKey(OWNER);
    static final Incoming.Person ANN = new Incoming.Person(7, "Ann", false, "en");

    /** Tells nobody. */
    static final OwnerNotices NO_NOTICES = new OwnerNotices() {
        @Override
        public void arrived(Newcomer newcomer) {}

        @Override
        public void settled(NewcomerSettled settled) {}

        @Override
        public void proposed(Proposed proposed) {}

        @Override
        public void closed(Closed closed) {}
    };

    private Examples() {}

    static EventHead head(Instant at) {
        return new EventHead(OWNER, SESSION, false, at);
    }

    static EventHead head() {
        return head(AT);
    }

    static ChatSettings sniper(double probability, String... words) {
        return new ChatSettings(
                ChatMode.SNIPER,
                SealedWords.seal(KEY, List.of(words)),
                probability,
                OnFailure.PREDEFINED,
                WhenInDoubt.RESEND,
                List.of(),
                false,
                30,
                720,
                null,
                null,
                null);
    }

    static ChatEvent opened(ChatSettings settings) {
        return new ChatEvent.ChatOpened(
                head(), TELEGRAM_CHAT, ChatType.PRIVATE, KEY.seal("Ann"), KEY.keyId(), CARRIER, settings);
    }

    static ChatEvent opened(ChatMode mode) {
        return opened(ChatSettings.of(mode));
    }

    /** The message {@code msg<number>}, with {@code number} as Telegram's id too, sent {@code number} seconds after the start. */
    static ChatEvent received(int number, String text, @Nullable NotAnsweredReason reason) {
        return new ChatEvent.MessageReceived(
                head(AT.plusSeconds(number)),
                "msg" + number,
                "m:42:" + number,
                number,
                new Sender(7, KEY.seal("Ann"), false, "en"),
                new Content.Text(KEY.seal(text)),
                null,
                AT.plusSeconds(number),
                CARRIER,
                reason,
                null);
    }

    static ChatEvent received(int number) {
        return received(number, "text " + number, null);
    }

    static ChatEvent answered(String draftId, String inReplyTo, Instant at, String... parts) {
        return new ChatEvent.ReplyDrafted(
                head(at),
                draftId,
                inReplyTo,
                sealed(parts),
                null,
                new DraftOrigin.Model("openrouter", "gpt", 10, 5),
                null,
                Map.of());
    }

    /** An answer of two parts, each shown in some way. */
    static ChatEvent answeredInFormats(String draftId, String inReplyTo) {
        return new ChatEvent.ReplyDrafted(
                head(),
                draftId,
                inReplyTo,
                sealed("one", "two"),
                null,
                new DraftOrigin.Model("openrouter", "gpt", 10, 5),
                null,
                Map.of(0, KEY.seal("[]"), 1, KEY.seal("[]")));
    }

    static ChatEvent written(String draftId, String text, @Nullable String idempotencyKey) {
        return new ChatEvent.ReplyDrafted(
                head(), draftId, null, sealed(text), null, new DraftOrigin.Owner(), idempotencyKey, Map.of());
    }

    static ChatEvent started(String draftId, int part, int attempt) {
        return new ChatEvent.DeliveryStarted(head(), draftId, part, attempt);
    }

    static ChatState after(ChatEvent... events) {
        return ChatHistory.apply(ChatState.EMPTY, List.of(events));
    }

    static ChatCommand.Place place(@Nullable String title) {
        return new ChatCommand.Place(TELEGRAM_CHAT, ChatType.PRIVATE, title);
    }

    static Incoming.Body text(@Nullable String words) {
        return new Incoming.Body("text", null, words);
    }

    static List<Sealed> sealed(String... texts) {
        return Arrays.stream(texts).map(KEY::seal).toList();
    }

    static @Nullable String clear(@Nullable Sealed sealed) {
        return sealed == null ? null : KEY.open(sealed).orElse(null);
    }
}
