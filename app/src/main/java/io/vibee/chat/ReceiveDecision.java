package io.vibee.chat;

import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatCommand.Receive;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.ChatOpened;
import io.vibee.protocol.chat.ChatEvent.ChatRenamed;
import io.vibee.protocol.chat.ChatEvent.ChatUnbarred;
import io.vibee.protocol.chat.ChatEvent.DeadLetterDropped;
import io.vibee.protocol.chat.ChatEvent.EchoReceived;
import io.vibee.protocol.chat.ChatEvent.MessageDeleted;
import io.vibee.protocol.chat.ChatEvent.MessageEdited;
import io.vibee.protocol.chat.ChatEvent.MessageReceived;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatEvent.TelegramChatChanged;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Barred;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.ChatState.WindowEntry;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.Content;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.Incoming.Body;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.Quote;
import io.vibee.protocol.chat.Sender;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.protocol.stored.EventHead;
import io.vibee.protocol.text.Characters;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a chat makes of an update: which events, and whether a message is to be answered. Pure: the clock, chance and the key are
 * given. A redelivery makes nothing.
 */
final class ReceiveDecision {

    /** Most messages of a chat that may wait for an answer; beyond it they are stored and not answered. */
    static final int MOST_PENDING = 200;

    /** Two machines that answer each other would never end: a person has to write before more of a bot's messages are answered. */
    static final int MOST_BOT_TURNS = 3;

    /** Telegram's clock may be ahead of ours by so much. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    /**
     * @param answerWithin a message older than this is stored and not answered; zero: no limit
     * @param chance uniformly from [0, 1), for a sniper's probability
     * @param repeats see {@link Flood}
     */
    record Circumstances(Instant now, Duration answerWithin, double chance, int repeats) {}

    private final TextCipher key;
    private final Circumstances circumstances;

    ReceiveDecision(TextCipher key, Circumstances circumstances) {
        this.key = key;
        this.circumstances = circumstances;
    }

    /** The events of an update, none when the chat has it already. */
    List<ChatEvent> receive(ChatState state, Receive receive) {
        String identity = identity(receive.place().telegramChatId(), receive.incoming());
        if (state.seen().contains(identity)) {
            return List.of();
        }
        EventHead head = new EventHead(receive.owner(), receive.carrier().sessionId(), false, circumstances.now());
        if (receive.incoming() instanceof Incoming.Membership membership) {
            return Barring.membership(state, receive.place().telegramChatId(), membership, head);
        }
        if (receive.carrier().kind() == SessionKind.BUSINESS
                && receive.incoming() instanceof Incoming.Message echo
                && echo.own()) {
            return state.profile() == null
                    ? List.of()
                    : List.of(new EchoReceived(head, identity, echo.telegramMessageId()));
        }
        List<ChatEvent> events = new ArrayList<>(2);
        // An erased chat begins anew.
        Profile known = state.erased() ? null : state.profile();
        ChatSettings settings = known == null ? ofNew(receive) : known.settings();
        boolean keep = settings.keeps() && !key.erased();
        introduce(known, receive, head, settings, keep, events);
        switch (receive.incoming()) {
            case Incoming.Message message -> {
                events.addAll(Barring.toldBy(state, message, head));
                events.addAll(
                        received(ChatHistory.apply(state, events), receive, message, identity, head, settings, keep));
            }
            case Incoming.Edit edit ->
                events.add(new MessageEdited(
                        head, identity, edit.telegramMessageId(), content(edit.body(), keep), edit.editedAt()));
            case Incoming.Deletion deletion -> {
                events.add(new MessageDeleted(head, identity, deletion.telegramMessageIds()));
                state.pending().stream()
                        .filter(pending -> deletion.telegramMessageIds().contains(pending.telegramMessageId()))
                        .forEach(pending ->
                                events.add(new NotAnswered(head, pending.messageId(), NotAnsweredReason.DELETED)));
                state.deadLetters().stream()
                        .filter(letter -> letter.message() != null
                                && deletion.telegramMessageIds()
                                        .contains(letter.message().telegramMessageId()))
                        .forEach(letter -> events.add(new DeadLetterDropped(head, letter.id())));
            }
            case Incoming.Membership membership -> {}
        }
        return events;
    }

    /** Whoever the owner writes to first is nobody new. */
    private static ChatSettings ofNew(Receive receive) {
        boolean known = receive.incoming() instanceof Incoming.Message message && message.hand() == Incoming.Hand.OWNER;
        return receive.review() && !known && receive.place().type() == ChatType.PRIVATE
                ? ChatSettings.ofNewcomer(receive.defaultMode())
                : ChatSettings.of(receive.defaultMode());
    }

    private void introduce(
            @Nullable Profile known,
            Receive receive,
            EventHead head,
            ChatSettings settings,
            boolean keep,
            List<ChatEvent> events) {
        ChatCommand.Place place = receive.place();
        String title = place.title();
        if (known == null) {
            events.add(new ChatOpened(
                    head,
                    place.telegramChatId(),
                    place.type(),
                    title == null || !keep ? null : key.seal(title),
                    key.keyId(),
                    receive.carrier(),
                    settings));
        } else if (keep && !Objects.equals(title, clear(known.title()))) {
            events.add(new ChatRenamed(head, title == null ? null : key.seal(title)));
        }
        // Only a group becomes something else, and of an earlier one that did its chat may not have been told.
        if (known != null && known.type() == ChatType.GROUP && place.type() == ChatType.SUPERGROUP) {
            events.add(new TelegramChatChanged(head, place.telegramChatId()));
        }
    }

    private List<ChatEvent> received(
            ChatState state,
            Receive receive,
            Incoming.Message message,
            String identity,
            EventHead head,
            ChatSettings settings,
            boolean keep) {
        NotAnsweredReason why = whyNot(state, settings, message, receive);
        List<ChatEvent> events = new ArrayList<>(2);
        Barred barred = state.barredIn(message.messageThreadId()).orElse(null);
        if (why == null && barred != null) {
            if (Barring.isTrial(barred, circumstances.now())) {
                events.add(new ChatUnbarred(head, barred.messageThreadId()));
            } else {
                why = NotAnsweredReason.BARRED;
            }
        }
        Incoming.Person person = message.sender();
        String name = person.name();
        events.add(new MessageReceived(
                head,
                "msg" + (state.counter() + 1),
                identity,
                message.telegramMessageId(),
                new Sender(
                        person.telegramId(),
                        keep && name != null ? key.seal(name) : null,
                        person.bot(),
                        person.languageCode()),
                content(message.body(), keep),
                message.messageThreadId(),
                sentAt(message),
                receive.carrier(),
                why,
                keep ? quote(state, ChatState.ownTopic(message.messageThreadId()), message.quoted()) : null));
        return events;
    }

    /** A time to come would stay the chat's latest for ever. */
    private Instant sentAt(Incoming.Message message) {
        Instant now = circumstances.now();
        return message.sentAt().isAfter(now.plus(CLOCKS_DIFFER)) ? now : message.sentAt();
    }

    /** What a message refers to, unless that is all of what the conversation shows right before it. */
    private @Nullable Quote quote(ChatState state, @Nullable Integer topic, Incoming.@Nullable Quoted quoted) {
        if (quoted == null || quoted.text().isBlank()) {
            return null;
        }
        Long of = quoted.telegramMessageId();
        if (of != null && of == lastShown(state, topic) && !quoted.chosen()) {
            return null;
        }
        String author = quoted.author();
        return new Quote(CountedText.seal(key, quoted.text()), author == null ? null : key.seal(author), quoted.own());
    }

    private static long lastShown(ChatState state, @Nullable Integer topic) {
        List<WindowEntry> shown = state.unsummarized(topic);
        return shown.isEmpty() ? 0 : shown.getLast().telegramMessageId();
    }

    /** Why a message is not to be answered, or null when it is. */
    private @Nullable NotAnsweredReason whyNot(
            ChatState state, ChatSettings settings, Incoming.Message message, Receive receive) {
        if (message.hand() != Incoming.Hand.OTHERS) {
            return NotAnsweredReason.FROM_OWNER;
        }
        boolean botToAnswer = settings.mannersInEffect().answerBots() && state.botTurns() < MOST_BOT_TURNS;
        if (message.own() || (message.sender().bot() && !botToAnswer)) {
            return NotAnsweredReason.FROM_BOT;
        }
        NotAnsweredReason byMode = byMode(settings.mode());
        if (byMode != null || key.erased()) {
            return byMode == null ? NotAnsweredReason.ERASED : byMode;
        }
        if (settings.contactInEffect() == Contact.BLOCKED) {
            return NotAnsweredReason.BLOCKED;
        }
        if (receive.silent() != null) {
            return receive.silent();
        }
        if (state.isTakenOver(circumstances.now())) {
            return NotAnsweredReason.TAKEOVER;
        }
        // Telegram's dates are whole seconds.
        if (message.sentAt().isBefore(receive.activeSince().truncatedTo(ChronoUnit.SECONDS))) {
            return NotAnsweredReason.BEFORE_CONNECTION;
        }
        Duration within = circumstances.answerWithin();
        if (!within.isZero() && message.sentAt().isBefore(circumstances.now().minus(within))) {
            return NotAnsweredReason.TOO_OLD;
        }
        NotAnsweredReason byGroup = GroupManners.whyNot(
                state, settings, key, message, receive.place().type(), circumstances.now());
        if (byGroup != null) {
            return byGroup;
        }
        NotAnsweredReason byWords = byWords(settings, key, message.body().words());
        if (byWords != null) {
            return byWords;
        }
        if (settings.mode() == ChatMode.SNIPER && circumstances.chance() >= settings.responseProbability()) {
            return NotAnsweredReason.CHANCE;
        }
        if (Flood.isOne(key, state.window(), message, circumstances.repeats())) {
            return NotAnsweredReason.FLOOD;
        }
        return state.pending().size() >= MOST_PENDING ? NotAnsweredReason.OVERLOAD : null;
    }

    /** Why no message is answered in a mode, or null. */
    static @Nullable NotAnsweredReason byMode(ChatMode mode) {
        return switch (mode) {
            case DISABLED -> NotAnsweredReason.DISABLED;
            case OBSERVE -> NotAnsweredReason.OBSERVE;
            case SNIPER, DIGITAL_TWIN, DRAFT -> null;
        };
    }

    /** Why a message with these words is not answered, or null; a sniper's probability is not looked at. */
    static @Nullable NotAnsweredReason byWords(ChatSettings settings, TextCipher key, @Nullable String words) {
        if (words == null || !Characters.areVisible(words)) {
            return NotAnsweredReason.NO_TEXT;
        }
        return settings.mode() == ChatMode.SNIPER
                        && !TriggerWords.match(SealedWords.open(key, settings.triggerWords()), words)
                ? NotAnsweredReason.NO_TRIGGER
                : null;
    }

    private Content content(Body body, boolean keep) {
        if (!keep) {
            return new Content.Withheld();
        }
        String words = body.words();
        Sealed sealed = words == null ? null : CountedText.seal(key, words);
        String fileId = body.fileId();
        if (fileId != null) {
            return new Content.Media(body.kind(), fileId, sealed);
        }
        return sealed == null ? new Content.Other(body.kind()) : new Content.Text(sealed);
    }

    private @Nullable String clear(@Nullable Sealed sealed) {
        return sealed == null ? null : key.open(sealed).orElse(null);
    }

    /**
     * Edits reuse the message's id and two may fall in one second, so their content counts too: as a keyed fingerprint. Telegram's
     * chat counts because a supergroup numbers its messages anew.
     */
    private String identity(long telegramChatId, Incoming incoming) {
        return switch (incoming) {
            case Incoming.Message message -> "m:" + telegramChatId + ":" + message.telegramMessageId();
            case Incoming.Edit edit ->
                "e:" + telegramChatId + ":" + edit.telegramMessageId() + ":"
                        + edit.editedAt().getEpochSecond() + ":"
                        + fingerprint(edit.body().kind() + "\n" + edit.body().words());
            case Incoming.Deletion deletion ->
                "d:" + telegramChatId + ":"
                        + fingerprint(deletion.telegramMessageIds().stream()
                                .map(String::valueOf)
                                .collect(Collectors.joining(",")));
            case Incoming.Membership membership ->
                "b:" + telegramChatId + ":" + membership.at().getEpochSecond() + ":" + membership.status();
        };
    }

    /** Without its key a chat keeps no content, so there is none to tell apart. */
    private String fingerprint(String text) {
        return key.erased() ? "erased" : key.fingerprint(text);
    }
}
