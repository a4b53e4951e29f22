package io.vibee.chat;

import static io.vibee.chat.Examples.ANN;
import static io.vibee.chat.Examples.AT;
import static io.vibee.chat.Examples.KEY;
import static io.vibee.chat.Examples.after;
import static io.vibee.chat.Examples.clear;
import static io.vibee.chat.Examples.opened;
import static io.vibee.chat.Examples.place;
import static io.vibee.chat.Examples.received;
import static io.vibee.chat.Examples.sniper;
import static io.vibee.chat.Examples.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.TestKeys;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.ChatOpened;
import io.vibee.protocol.chat.ChatEvent.ChatRenamed;
import io.vibee.protocol.chat.ChatEvent.MessageDeleted;
import io.vibee.protocol.chat.ChatEvent.MessageEdited;
import io.vibee.protocol.chat.ChatEvent.MessageReceived;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.Content;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.crypto.Sealed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A chat's reception of an update")
@Tag("actors")
class ReceiveDecisionTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final ActorRef<StatusReply<Done>> ANYBODY =
            KIT.<StatusReply<Done>>createTestProbe().ref();
    private static final Instant CONNECTED = AT.minusSeconds(3600);
    private static final Duration WITHIN = Duration.ofMinutes(10);
    private static final ChatState TWIN = after(opened(ChatMode.DIGITAL_TWIN));

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private static ChatCommand.Receive update(Incoming incoming, @Nullable String title, ChatMode defaultMode) {
        return new ChatCommand.Receive(
                Examples.OWNER, Examples.CARRIER, place(title), incoming, CONNECTED, defaultMode, ANYBODY);
    }

    private static List<ChatEvent> receive(ChatState state, Incoming incoming) {
        return receive(state, incoming, 0);
    }

    private static List<ChatEvent> receive(ChatState state, Incoming incoming, double chance) {
        return reception(KEY, chance).receive(state, update(incoming, "Ann", ChatMode.DIGITAL_TWIN));
    }

    private static ReceiveDecision reception(DataKey key, double chance) {
        return new ReceiveDecision(key, new ReceiveDecision.Circumstances(AT, WITHIN, chance, 3));
    }

    private static Incoming.Message message(long id, @Nullable String words) {
        return new Incoming.Message(id, ANN, false, text(words), null, AT);
    }

    private static Incoming.Message sent(Instant at) {
        return new Incoming.Message(1, ANN, false, text("hello"), null, at);
    }

    private static Incoming.Edit edit(long id, @Nullable String words, Instant at) {
        return new Incoming.Edit(id, text(words), at);
    }

    /** The one message of these events. */
    private static MessageReceived only(List<ChatEvent> events) {
        assertThat(events).hasSize(1);
        return (MessageReceived) events.getFirst();
    }

    private static @Nullable NotAnsweredReason why(ChatState state, Incoming incoming) {
        return only(receive(state, incoming)).notAnswered();
    }

    @Nested
    @DisplayName("of a chat's first message")
    class First {

        @Test
        @DisplayName("opens the chat in its session's mode, under its key")
        void opens() {
            List<ChatEvent> events =
                    reception(KEY, 0).receive(ChatState.EMPTY, update(message(1, "hi"), "Ann B", ChatMode.OBSERVE));

            assertThat(events).hasSize(2);
            assertThat(events.getFirst()).isInstanceOfSatisfying(ChatOpened.class, opened -> {
                assertThat(opened.head().owner()).isEqualTo(Examples.OWNER);
                assertThat(opened.head().scope()).isEqualTo(Examples.SESSION);
                assertThat(opened.settings()).isEqualTo(ChatSettings.of(ChatMode.OBSERVE));
                assertThat(opened.keyId()).isEqualTo(KEY.keyId());
                assertThat(clear(opened.title())).isEqualTo("Ann B");
                assertThat(opened.telegramChatId()).isEqualTo(Examples.TELEGRAM_CHAT);
            });
            assertThat(events.getLast()).isInstanceOfSatisfying(MessageReceived.class, received -> {
                assertThat(received.id()).isEqualTo("msg1");
                assertThat(received.notAnswered()).isEqualTo(NotAnsweredReason.OBSERVE);
            });
        }

        @Test
        @DisplayName("opens an untitled chat too")
        void untitled() {
            assertThat(reception(KEY, 0)
                            .receive(ChatState.EMPTY, update(message(1, "hi"), null, ChatMode.DIGITAL_TWIN))
                            .getFirst())
                    .isInstanceOfSatisfying(
                            ChatOpened.class,
                            opened -> assertThat(opened.title()).isNull());
        }

        @Test
        @DisplayName("keeps no title when the chat is disabled")
        void disabled() {
            List<ChatEvent> events =
                    reception(KEY, 0).receive(ChatState.EMPTY, update(message(1, "hi"), "Ann", ChatMode.DISABLED));

            assertThat(((ChatOpened) events.getFirst()).title()).isNull();
        }
    }

    @Nested
    @DisplayName("of a message")
    class Messages {

        @Test
        @DisplayName("stores it sealed, with who sent it, where and when")
        void stored() {
            Incoming.Message topic = new Incoming.Message(17, ANN, false, text("hello"), 5, AT.minusSeconds(3));
            MessageReceived received = only(receive(TWIN, topic));

            assertThat(received.notAnswered()).isNull();
            assertThat(received.telegramMessageId()).isEqualTo(17);
            assertThat(received.messageThreadId()).isEqualTo(5);
            assertThat(received.sentAt()).isEqualTo(AT.minusSeconds(3));
            assertThat(received.head().at()).isEqualTo(AT);
            assertThat(received.carrier()).isEqualTo(Examples.CARRIER);
            assertThat(clear(received.content().words())).isEqualTo("hello");
            assertThat(received.content().words())
                    .extracting(Sealed::tokens)
                    .as("tokens")
                    .isEqualTo(1);
            assertThat(received.sender().telegramId()).isEqualTo(7);
            assertThat(received.sender().languageCode()).isEqualTo("en");
            assertThat(clear(received.sender().name())).isEqualTo("Ann");
            assertThat(received.toString()).doesNotContain("hello", "Ann");
        }

        @Test
        @DisplayName("answers the caption of a photo")
        void caption() {
            Incoming.Message photo =
                    new Incoming.Message(1, ANN, false, new Incoming.Body("photo", "file", "look"), null, AT);
            MessageReceived received = only(receive(TWIN, photo));

            assertThat(received.notAnswered()).isNull();
            assertThat(received.content()).isInstanceOfSatisfying(Content.Media.class, media -> {
                assertThat(media.kind()).isEqualTo("photo");
                assertThat(media.fileId()).isEqualTo("file");
                assertThat(clear(media.caption())).isEqualTo("look");
            });
        }

        @Test
        @DisplayName("twice does nothing the second time, even if it looks different")
        void duplicate() {
            ChatState state = after(opened(ChatMode.DIGITAL_TWIN), received(17));

            assertThat(reception(KEY, 0).receive(state, update(message(17, "other"), "Renamed", ChatMode.OBSERVE)))
                    .isEmpty();
        }

        @Test
        @DisplayName("numbers messages and drafts of a chat together")
        void numbers() {
            ChatState state =
                    after(opened(ChatMode.DIGITAL_TWIN), received(1), Examples.answered("out2", "msg1", AT, "hi"));

            assertThat(only(receive(state, message(9, "hi"))).id()).isEqualTo("msg3");
        }

        @Test
        @DisplayName("notices that the chat was renamed")
        void renamed() {
            List<ChatEvent> events =
                    reception(KEY, 0).receive(TWIN, update(message(1, "hi"), "Ann B", ChatMode.OBSERVE));

            assertThat(events).hasSize(2);
            assertThat(clear(((ChatRenamed) events.getFirst()).title())).isEqualTo("Ann B");
            assertThat(((ChatRenamed) reception(KEY, 0)
                                    .receive(TWIN, update(message(1, "hi"), null, ChatMode.OBSERVE))
                                    .getFirst())
                            .title())
                    .isNull();
        }
    }

    @Nested
    @DisplayName("says why a message gets no answer:")
    class WhyNot {

        @Test
        @DisplayName("the chat only observes")
        void observe() {
            assertThat(why(after(opened(ChatMode.OBSERVE)), message(1, "hi"))).isEqualTo(NotAnsweredReason.OBSERVE);
        }

        @Test
        @DisplayName("the chat is disabled, and then nothing personal is kept of it")
        void disabled() {
            ChatState state = after(opened(ChatMode.DISABLED));
            Incoming.Message photo =
                    new Incoming.Message(1, ANN, false, new Incoming.Body("photo", "file", "look"), null, AT);
            MessageReceived received =
                    only(reception(KEY, 0).receive(state, update(photo, "Another title", ChatMode.DIGITAL_TWIN)));

            assertThat(received.notAnswered()).isEqualTo(NotAnsweredReason.DISABLED);
            assertThat(received.content()).isEqualTo(new Content.Withheld());
            assertThat(received.sender().name()).isNull();
            assertThat(((MessageEdited) receive(state, edit(1, "look!", AT)).getFirst()).content())
                    .isEqualTo(new Content.Withheld());
        }

        @ParameterizedTest
        @EnumSource(ChatMode.class)
        @DisplayName("a bot wrote it, the session's own or another, whatever the mode")
        void bots(ChatMode mode) {
            ChatState state = after(opened(mode));
            Incoming.Person robot = new Incoming.Person(8, "Robot", true, null);

            assertThat(why(state, new Incoming.Message(1, robot, false, text("hi"), null, AT)))
                    .isEqualTo(NotAnsweredReason.FROM_BOT);
            assertThat(why(state, new Incoming.Message(1, ANN, true, text("hi"), null, AT)))
                    .isEqualTo(NotAnsweredReason.FROM_BOT);
        }

        @Test
        @DisplayName("it is from before the connection, in Telegram's whole seconds")
        void beforeConnection() {
            Instant connected = Instant.parse("2026-01-02T03:04:00.900Z");
            ChatCommand.Receive same = connectedAt(connected, sent(Instant.parse("2026-01-02T03:04:00Z")));
            ChatCommand.Receive before = connectedAt(connected, sent(Instant.parse("2026-01-02T03:03:59Z")));

            assertThat(only(reception(KEY, 0).receive(TWIN, same)).notAnswered())
                    .isNull();
            assertThat(only(reception(KEY, 0).receive(TWIN, before)).notAnswered())
                    .isEqualTo(NotAnsweredReason.BEFORE_CONNECTION);
        }

        private static ChatCommand.Receive connectedAt(Instant connected, Incoming incoming) {
            return new ChatCommand.Receive(
                    Examples.OWNER,
                    Examples.CARRIER,
                    place("Ann"),
                    incoming,
                    connected,
                    ChatMode.DIGITAL_TWIN,
                    ANYBODY);
        }

        @Test
        @DisplayName("it is too old, unless there is no limit")
        void tooOld() {
            Incoming old = sent(AT.minus(WITHIN).minusSeconds(1));
            ReceiveDecision unlimited =
                    new ReceiveDecision(KEY, new ReceiveDecision.Circumstances(AT, Duration.ZERO, 0, 0));

            assertThat(why(TWIN, old)).isEqualTo(NotAnsweredReason.TOO_OLD);
            assertThat(why(TWIN, sent(AT.minus(WITHIN)))).isNull();
            assertThat(only(unlimited.receive(TWIN, update(old, "Ann", ChatMode.OBSERVE)))
                            .notAnswered())
                    .isNull();
        }

        @Test
        @DisplayName("its sender wrote the same twice within the last minute, in whatever way")
        void flood() {
            ChatState twice = Examples.after(
                    opened(ChatMode.DIGITAL_TWIN),
                    Examples.received(1, "Buy this", null),
                    Examples.received(2, "BUY  th\u200Bis", null),
                    Examples.received(3, "something else", null));

            assertThat(why(twice, said(4, ANN, "buy this"))).isEqualTo(NotAnsweredReason.FLOOD);
            assertThat(why(twice, said(4, ANN, "buy that"))).isNull();
            assertThat(why(twice, said(4, new Incoming.Person(8, "Bob", false, "en"), "buy this")))
                    .as("of another")
                    .isNull();
            assertThat(why(twice, said(62, ANN, "buy this")))
                    .as("a minute later")
                    .isNull();
        }

        @Test
        @DisplayName("but not when that is no limit")
        void noFlood() {
            ChatState often = Examples.after(
                    opened(ChatMode.DIGITAL_TWIN),
                    Examples.received(1, "hi", null),
                    Examples.received(2, "hi", null),
                    Examples.received(3, "hi", null));
            ReceiveDecision unlimited = new ReceiveDecision(KEY, new ReceiveDecision.Circumstances(AT, WITHIN, 0, 0));

            assertThat(only(unlimited.receive(often, update(said(4, ANN, "hi"), "Ann", ChatMode.OBSERVE)))
                            .notAnswered())
                    .isNull();
        }

        private static Incoming.Message said(int number, Incoming.Person sender, String words) {
            return new Incoming.Message(number, sender, false, text(words), null, AT.plusSeconds(number));
        }

        @Test
        @DisplayName("it has no words")
        void noText() {
            Incoming.Message photo =
                    new Incoming.Message(1, ANN, false, new Incoming.Body("photo", "file", null), null, AT);

            assertThat(why(TWIN, photo)).isEqualTo(NotAnsweredReason.NO_TEXT);
            assertThat(why(TWIN, message(1, " \n"))).isEqualTo(NotAnsweredReason.NO_TEXT);
            MessageReceived location = only(receive(
                    TWIN, new Incoming.Message(1, ANN, false, new Incoming.Body("other", null, null), null, AT)));
            assertThat(location.notAnswered()).isEqualTo(NotAnsweredReason.NO_TEXT);
            assertThat(location.content()).isEqualTo(new Content.Other("other"));
        }

        @Test
        @DisplayName("no trigger word of a sniper is in it")
        void noTrigger() {
            ChatState state = after(opened(sniper(1, "price", "цена")));

            assertThat(why(state, message(1, "nice weather"))).isEqualTo(NotAnsweredReason.NO_TRIGGER);
            assertThat(why(state, message(1, "Какая ЦЕНА?"))).isNull();
            assertThat(why(after(opened(sniper(1))), message(1, "price"))).isEqualTo(NotAnsweredReason.NO_TRIGGER);
        }

        @Test
        @DisplayName("a sniper's chance is against it")
        void chance() {
            ChatState half = after(opened(sniper(0.5, "price")));
            ChatState never = after(opened(sniper(0, "price")));
            ChatState always = after(opened(sniper(1, "price")));

            assertThat(only(receive(half, message(1, "price"), 0.49)).notAnswered())
                    .isNull();
            assertThat(only(receive(half, message(1, "price"), 0.5)).notAnswered())
                    .isEqualTo(NotAnsweredReason.CHANCE);
            assertThat(only(receive(never, message(1, "price"), 0)).notAnswered())
                    .isEqualTo(NotAnsweredReason.CHANCE);
            assertThat(only(receive(always, message(1, "price"), Math.nextDown(1.0)))
                            .notAnswered())
                    .isNull();
        }

        @Test
        @DisplayName("too many wait already")
        void overload() {
            ChatState full = after(IntStream.rangeClosed(0, ReceiveDecision.MOST_PENDING)
                    .mapToObj(i -> i == 0 ? opened(ChatMode.DIGITAL_TWIN) : received(i))
                    .toArray(ChatEvent[]::new));

            assertThat(why(full, message(999, "hi"))).isEqualTo(NotAnsweredReason.OVERLOAD);
        }

        @Test
        @DisplayName("the chat's key was erased, and then nothing personal is kept of it")
        void erased() {
            ReceiveDecision reception = reception(TestKeys.erased(KEY), 0);
            MessageReceived received =
                    only(reception.receive(TWIN, update(message(1, "hi"), "Ann B", ChatMode.OBSERVE)));

            assertThat(received.notAnswered()).isEqualTo(NotAnsweredReason.ERASED);
            assertThat(received.content()).isEqualTo(new Content.Withheld());
            assertThat(received.sender().name()).isNull();
            assertThat(reception.receive(TWIN, update(edit(1, "hi!", AT), "Ann", ChatMode.OBSERVE)))
                    .singleElement()
                    .isInstanceOfSatisfying(
                            MessageEdited.class,
                            edited -> assertThat(edited.content()).isEqualTo(new Content.Withheld()));
            assertThat(reception.receive(TWIN, update(new Incoming.Deletion(List.of(1L)), "Ann", ChatMode.OBSERVE)))
                    .singleElement()
                    .isInstanceOf(MessageDeleted.class);
        }
    }

    @Nested
    @DisplayName("of an edit")
    class Edits {

        @Test
        @DisplayName("records the new words")
        void edited() {
            assertThat(receive(TWIN, edit(1, "new", AT)))
                    .singleElement()
                    .isInstanceOfSatisfying(MessageEdited.class, edited -> {
                        assertThat(edited.telegramMessageId()).isEqualTo(1);
                        assertThat(edited.editedAt()).isEqualTo(AT);
                        assertThat(clear(edited.content().words())).isEqualTo("new");
                    });
        }

        @Test
        @DisplayName("tells two in one second apart, and a redelivery from both")
        void sameSecond() {
            ChatState once = ChatHistory.apply(TWIN, receive(TWIN, edit(1, "a", AT)));
            ChatState twice = ChatHistory.apply(once, receive(once, edit(1, "b", AT)));

            assertThat(twice.seen()).hasSize(2).doesNotHaveDuplicates();
            assertThat(receive(twice, edit(1, "a", AT))).isEmpty();
            assertThat(receive(twice, edit(1, "b", AT))).isEmpty();
            assertThat(receive(twice, edit(1, "a", AT.plusSeconds(1)))).hasSize(1);
            assertThat(receive(twice, edit(2, "a", AT))).hasSize(1);
        }

        @Test
        @DisplayName("names no words in what tells it apart")
        void sealedIdentity() {
            assertThat(receive(TWIN, edit(1, "secret", AT)).toString()).doesNotContain("secret");
        }
    }

    @Nested
    @DisplayName("of a deletion")
    class Deletions {

        @Test
        @DisplayName("records it once")
        void deleted() {
            Incoming deletion = new Incoming.Deletion(List.of(1L, 2L));
            List<ChatEvent> events = receive(TWIN, deletion);

            assertThat(events)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            MessageDeleted.class,
                            deleted -> assertThat(deleted.telegramMessageIds()).containsExactly(1L, 2L));
            assertThat(receive(ChatHistory.apply(TWIN, events), deletion)).isEmpty();
        }

        @Test
        @DisplayName("takes back the messages that wait for an answer")
        void pending() {
            ChatState state = after(opened(ChatMode.DIGITAL_TWIN), received(1), received(2));
            List<ChatEvent> events = receive(state, new Incoming.Deletion(List.of(2L, 9L)));

            assertThat(events).hasSize(2);
            assertThat(events.getLast()).isInstanceOfSatisfying(NotAnswered.class, not -> {
                assertThat(not.messageId()).isEqualTo("msg2");
                assertThat(not.reason()).isEqualTo(NotAnsweredReason.DELETED);
            });
        }
    }
}
