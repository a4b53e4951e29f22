package io.vibee.chat;

import static io.vibee.chat.Examples.AT;
import static io.vibee.chat.Examples.KEY;
import static io.vibee.chat.Examples.after;
import static io.vibee.chat.Examples.answered;
import static io.vibee.chat.Examples.clear;
import static io.vibee.chat.Examples.head;
import static io.vibee.chat.Examples.opened;
import static io.vibee.chat.Examples.received;
import static io.vibee.chat.Examples.started;
import static io.vibee.chat.Examples.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.ChatConfigured;
import io.vibee.protocol.chat.ChatEvent.ChatRenamed;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatEvent.Delivered;
import io.vibee.protocol.chat.ChatEvent.DeliveryInDoubt;
import io.vibee.protocol.chat.ChatEvent.DeliveryRefused;
import io.vibee.protocol.chat.ChatEvent.MessageDeleted;
import io.vibee.protocol.chat.ChatEvent.MessageEdited;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatEvent.TelegramChatChanged;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Outgoing;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.ChatState.Step;
import io.vibee.protocol.chat.ChatState.WindowEntry;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Content;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.WhenInDoubt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A chat's history")
class ChatHistoryTest {

    private static final ChatEvent OPENED = opened(ChatMode.DIGITAL_TWIN);

    private static Profile profile(ChatState state) {
        return Objects.requireNonNull(state.profile());
    }

    private static List<String> window(ChatState state) {
        return state.window().stream()
                .map(entry -> (entry.own() ? "> " : "") + clear(entry.text()))
                .toList();
    }

    private static List<String> pending(ChatState state) {
        return state.pending().stream().map(Pending::messageId).toList();
    }

    private static List<String> outbox(ChatState state) {
        return state.outbox().stream().map(Outgoing::draftId).toList();
    }

    @Nested
    @DisplayName("knows the chat")
    class ProfileOf {

        @Test
        @DisplayName("as it was when its first message came")
        void asOpened() {
            Profile profile = profile(after(OPENED));

            assertThat(profile.owner()).isEqualTo(Examples.OWNER);
            assertThat(profile.telegramChatId()).isEqualTo(Examples.TELEGRAM_CHAT);
            assertThat(profile.carrier()).isEqualTo(Examples.CARRIER);
            assertThat(profile.keyId()).isEqualTo(KEY.keyId());
            assertThat(profile.settings()).isEqualTo(ChatSettings.of(ChatMode.DIGITAL_TWIN));
            assertThat(clear(profile.title())).isEqualTo("Ann");
        }

        @Test
        @DisplayName("and what changes of it, and nothing else")
        void changes() {
            ChatSettings observing = ChatSettings.of(ChatMode.OBSERVE);
            ChatState before = after(OPENED, received(1));
            ChatState state = ChatHistory.apply(
                    before,
                    List.of(
                            new ChatRenamed(head(), null),
                            new ChatConfigured(head(), observing),
                            new TelegramChatChanged(head(), -1001)));

            assertThat(profile(state))
                    .isEqualTo(new Profile(
                            Examples.OWNER,
                            -1001,
                            ChatType.SUPERGROUP,
                            null,
                            KEY.keyId(),
                            Examples.CARRIER,
                            observing,
                            null));
            assertThat(state.pending()).isEqualTo(before.pending());
        }

        @Test
        @DisplayName("but nothing before it was opened")
        void unopened() {
            assertThat(after(new ChatRenamed(head(), null), new TelegramChatChanged(head(), 1)))
                    .isEqualTo(ChatState.EMPTY);
        }
    }

    @Nested
    @DisplayName("remembers messages")
    class Messages {

        @Test
        @DisplayName("to be answered, in the order in which they came")
        void pendingInOrder() {
            ChatState state = after(OPENED, received(1), received(2));

            assertThat(pending(state)).containsExactly("msg1", "msg2");
            assertThat(state.pending().getFirst().receivedAt()).isEqualTo(AT.plusSeconds(1));
            assertThat(state.unfinished()).isTrue();
            assertThat(state.counter()).isEqualTo(2);
            assertThat(state.seen()).containsExactly("m:42:1", "m:42:2");
        }

        @Test
        @DisplayName("that get no answer as part of the conversation only")
        void notToBeAnswered() {
            ChatState state = after(OPENED, received(1, "hello", NotAnsweredReason.OBSERVE));

            assertThat(state.pending()).isEmpty();
            assertThat(window(state)).containsExactly("hello");
            assertThat(state.unfinished()).isFalse();
        }

        @Test
        @DisplayName("without words only by their identity")
        void withoutWords() {
            ChatEvent wordless = new ChatEvent.MessageReceived(
                    head(),
                    "msg1",
                    "m:42:1",
                    1,
                    new io.vibee.protocol.chat.Sender(7, null, false, null),
                    new Content.Other("location"),
                    null,
                    AT,
                    Examples.CARRIER,
                    null,
                    null);
            ChatState state = after(OPENED, wordless);

            assertThat(state.window()).isEmpty();
            assertThat(state.pending()).isEmpty();
            assertThat(state.seen()).containsExactly("m:42:1");
            assertThat(state.counter()).isEqualTo(1);
        }

        @Test
        @DisplayName("up to a window of the latest, and the identities of more")
        void bounded() {
            List<ChatEvent> events = new ArrayList<>(List.of(OPENED));
            IntStream.rangeClosed(1, ChatHistory.SEEN + 1)
                    .mapToObj(i -> received(i, "text " + i, NotAnsweredReason.OBSERVE))
                    .forEach(events::add);
            ChatState state = ChatHistory.apply(ChatState.EMPTY, events);

            assertThat(state.seen())
                    .hasSize(ChatHistory.SEEN)
                    .startsWith("m:42:2")
                    .endsWith("m:42:501");
            assertThat(window(state))
                    .hasSize(Topics.WINDOW)
                    .endsWith("text 501")
                    .startsWith("text 462");
        }

        @Test
        @DisplayName("with the time of the newest, in whichever order they come")
        void lastMessageAt() {
            assertThat(after(OPENED, received(5), received(3)).lastMessageAt()).isEqualTo(AT.plusSeconds(5));
            assertThat(after(OPENED, received(3), received(5)).lastMessageAt()).isEqualTo(AT.plusSeconds(5));
        }

        @Test
        @DisplayName("as they were edited last")
        void edited() {
            MessageEdited edit = new MessageEdited(head(), "e:1", 1, new Content.Text(KEY.seal("new")), AT);
            ChatState state = after(OPENED, received(1), received(2), edit);

            assertThat(window(state)).containsExactly("new", "text 2");
            assertThat(state.pending().stream().map(Pending::text).map(Examples::clear))
                    .containsExactly("new", "text 2");
            assertThat(state.seen()).endsWith("e:1");
            assertThat(pending(state)).containsExactly("msg1", "msg2");
        }

        @Test
        @DisplayName("with their old words when an edit has none")
        void editedWithoutWords() {
            MessageEdited edit = new MessageEdited(head(), "e:1", 1, new Content.Withheld(), AT);

            assertThat(window(after(OPENED, received(1), edit))).containsExactly("text 1");
        }

        @Test
        @DisplayName("no more when they were deleted")
        void deleted() {
            ChatState state = after(
                    OPENED,
                    received(1),
                    received(2),
                    new MessageDeleted(head(), "d:1", List.of(1L)),
                    new NotAnswered(head(), "msg1", NotAnsweredReason.DELETED));

            assertThat(window(state)).containsExactly("text 2");
            assertThat(pending(state)).containsExactly("msg2");
        }
    }

    @Nested
    @DisplayName("follows an answer")
    class Answers {

        @Test
        @DisplayName("that takes the place of its message")
        void drafted() {
            ChatState state =
                    after(OPENED, received(1), received(2), answered("out3", "msg1", AT.plusSeconds(9), "hi"));

            assertThat(pending(state)).containsExactly("msg2");
            assertThat(state.outbox()).singleElement().satisfies(out -> {
                assertThat(out.draftId()).isEqualTo("out3");
                assertThat(out.inReplyTo()).isEqualTo("msg1");
                assertThat(out.answer()).isTrue();
                assertThat(out.receivedAt()).as("waits since its message came").isEqualTo(AT.plusSeconds(1));
                assertThat(out.step()).isEqualTo(Step.READY);
                assertThat(out.attempts()).isZero();
            });
            assertThat(state.answeredAt()).containsExactly(AT.plusSeconds(9));
            assertThat(state.counter()).isEqualTo(3);
        }

        @Test
        @DisplayName("through all its parts")
        void parts() {
            ChatState drafted = after(OPENED, received(1), answered("out2", "msg1", AT, "one", "two"));
            ChatState onItsWay = ChatHistory.apply(drafted, started("out2", 0, 1));
            ChatState first = ChatHistory.apply(onItsWay, new Delivered(head(), "out2", 0, 11));
            ChatState second =
                    ChatHistory.apply(first, List.of(started("out2", 1, 1), new Delivered(head(), "out2", 1, 12)));

            assertThat(onItsWay.outbox().getFirst().step()).isEqualTo(Step.STARTED);
            assertThat(onItsWay.outbox().getFirst().attempts()).isEqualTo(1);
            assertThat(first.outbox()).singleElement().satisfies(out -> {
                assertThat(out.nextPart()).isEqualTo(1);
                assertThat(out.step()).isEqualTo(Step.READY);
                assertThat(out.attempts()).as("each part has its own").isZero();
            });
            assertThat(window(first)).containsExactly("text 1", "> one");
            assertThat(second.outbox()).isEmpty();
            assertThat(window(second)).containsExactly("text 1", "> one", "> two");
            assertThat(second.window().getLast().telegramMessageId()).isEqualTo(12);
            assertThat(second.unfinished()).isFalse();
        }

        @Test
        @DisplayName("that Telegram refused for now, until it may be sent again")
        void refused() {
            ChatState state = after(
                    OPENED,
                    received(1),
                    answered("out2", "msg1", AT, "hi"),
                    started("out2", 0, 1),
                    new DeliveryRefused(head(), "out2", 0, 429, "later", AT.plusSeconds(30)));

            assertThat(state.outbox()).singleElement().satisfies(out -> {
                assertThat(out.step()).isEqualTo(Step.READY);
                assertThat(out.retryAt()).isEqualTo(AT.plusSeconds(30));
                assertThat(out.attempts()).isEqualTo(1);
            });
        }

        @Test
        @DisplayName("in doubt: on with it again, or without the part")
        void doubt() {
            ChatState onItsWay =
                    after(OPENED, received(1), answered("out2", "msg1", AT, "one", "two"), started("out2", 0, 1));
            ChatState again = ChatHistory.apply(onItsWay, new DeliveryInDoubt(head(), "out2", 0, WhenInDoubt.RESEND));
            ChatState on = ChatHistory.apply(onItsWay, new DeliveryInDoubt(head(), "out2", 0, WhenInDoubt.SKIP));

            assertThat(again.outbox().getFirst().step()).isEqualTo(Step.READY);
            assertThat(again.outbox().getFirst().nextPart()).isZero();
            assertThat(on.outbox().getFirst().nextPart()).isEqualTo(1);
            assertThat(window(on)).as("nobody knows whether it was said").containsExactly("text 1");
        }

        @Test
        @DisplayName("to its dead letter, drafted or not")
        void deadLetters() {
            ChatState drafted = after(OPENED, received(1), received(2), answered("out3", "msg1", AT, "hi"));

            ChatState state = ChatHistory.apply(drafted, new DeadLettered(head(), "msg1", "out3", "403", 1));
            assertThat(outbox(state)).isEmpty();
            assertThat(pending(state)).containsExactly("msg2");
            assertThat(ChatHistory.apply(state, new DeadLettered(head(), "msg2", null, "403", 0))
                            .unfinished())
                    .isFalse();
        }

        @Test
        @DisplayName("that will not be, with what was drafted for it")
        void notAnswered() {
            ChatState state = after(
                    OPENED,
                    received(1),
                    received(2),
                    answered("out3", "msg1", AT, "hi"),
                    new NotAnswered(head(), "msg1", NotAnsweredReason.PAUSED),
                    new NotAnswered(head(), "msg2", NotAnsweredReason.PAUSED));

            assertThat(state.unfinished()).isFalse();
        }

        @Test
        @DisplayName("with the times of a minute's answers")
        void answeredAt() {
            Instant late = AT.plusSeconds(70);
            ChatState state = after(
                    OPENED,
                    answered("out1", "a", AT, "1"),
                    answered("out2", "b", AT.plusSeconds(10), "2"),
                    answered("out3", "c", late, "3"));

            assertThat(state.answeredAt()).containsExactly(AT.plusSeconds(10), late);
        }

        @Test
        @DisplayName("and leaves others alone when it is unknown")
        void unknown() {
            ChatState state = after(OPENED, received(1), answered("out2", "msg1", AT, "hi"));

            assertThat(ChatHistory.apply(
                            state,
                            List.of(
                                    started("out9", 0, 1),
                                    new Delivered(head(), "out9", 0, 1),
                                    new DeliveryInDoubt(head(), "out9", 0, WhenInDoubt.SKIP),
                                    new DeadLettered(head(), null, "out9", "x", 1),
                                    new NotAnswered(head(), "msg9", NotAnsweredReason.PAUSED))))
                    .isEqualTo(state);
        }
    }

    @Nested
    @DisplayName("keeps what the owner writes")
    class Owners {

        @Test
        @DisplayName("to be sent, without counting it as an answer")
        void notAnAnswer() {
            ChatState state = after(OPENED, written("out1", "hello", null));

            assertThat(state.outbox().getFirst().answer()).isFalse();
            assertThat(state.answeredAt()).isEmpty();
            assertThat(state.accepted()).isEmpty();
        }

        @Test
        @DisplayName("under the latest Idempotency-Keys")
        void accepted() {
            List<ChatEvent> events = new ArrayList<>(List.of(OPENED));
            IntStream.rangeClosed(1, OutboxHistory.ACCEPTED + 1)
                    .mapToObj(i -> written("out" + i, "hello", "key" + i + " text"))
                    .forEach(events::add);

            assertThat(ChatHistory.apply(ChatState.EMPTY, events).accepted())
                    .hasSize(OutboxHistory.ACCEPTED)
                    .startsWith(new ChatState.Accepted("key2 text", "out2"))
                    .endsWith(new ChatState.Accepted("key101 text", "out101"));
        }
    }

    @Test
    @DisplayName("is the same in one go as event by event")
    void replay() {
        List<ChatEvent> events = List.of(
                OPENED,
                received(1),
                answered("out2", "msg1", AT, "one", "two"),
                started("out2", 0, 1),
                new Delivered(head(), "out2", 0, 5),
                received(3),
                written("out4", "hello", "k t"));
        ChatState live = ChatState.EMPTY;
        for (ChatEvent event : events) {
            live = ChatHistory.apply(live, event);
        }

        assertThat(ChatHistory.apply(ChatState.EMPTY, events)).isEqualTo(live);
        assertThat(live.window()).extracting(WindowEntry::own).containsExactly(false, true, false);
    }
}
