package io.vibee.chat;

import static io.vibee.chat.Examples.ANN;
import static io.vibee.chat.Examples.AT;
import static io.vibee.chat.Examples.KEY;
import static io.vibee.chat.Examples.clear;
import static io.vibee.chat.Examples.head;
import static io.vibee.chat.Examples.received;
import static io.vibee.chat.Examples.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.chat.AnswerInGroup;
import io.vibee.protocol.chat.ChatCommand.Place;
import io.vibee.protocol.chat.ChatCommand.Receive;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.ChatBarred;
import io.vibee.protocol.chat.ChatEvent.ChatConfigured;
import io.vibee.protocol.chat.ChatEvent.ChatOpened;
import io.vibee.protocol.chat.ChatEvent.ChatUnbarred;
import io.vibee.protocol.chat.ChatEvent.Delivered;
import io.vibee.protocol.chat.ChatEvent.MessageReceived;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatEvent.TelegramChatChanged;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Contact;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.Incoming.Audience;
import io.vibee.protocol.chat.Manners;
import io.vibee.protocol.chat.NotAnsweredReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Where Telegram lets the bot write nothing")
class BarringTest {

    private static final ActorRef<StatusReply<Done>> ANYBODY =
            TestInbox.<StatusReply<Done>>create().getRef();
    private static final long GROUP = -1005;
    private static final ChatBarred BARRED = new ChatBarred(head(), null, 403, "Forbidden: bot was kicked");
    private static final ChatBarred CLOSED = new ChatBarred(head(), 5, 400, "Bad Request: TOPIC_CLOSED");

    private static ChatState chat(ChatType type, ChatEvent... events) {
        ChatOpened opened = new ChatOpened(
                head(),
                type == ChatType.PRIVATE ? Examples.TELEGRAM_CHAT : GROUP,
                type,
                KEY.seal("Ann"),
                KEY.keyId(),
                Examples.CARRIER,
                answeringAll());
        return ChatHistory.apply(ChatHistory.apply(ChatState.EMPTY, opened), List.of(events));
    }

    private static ChatSettings answeringAll() {
        ChatView.Config config = ChatSettings.of(ChatMode.DIGITAL_TWIN)
                .shown(List.of(), List.of(), Examples.CARRIER.kind(), Duration.ZERO);
        return ChatSettings.of(
                new ChatView.Config(
                        config.mode(),
                        List.of(),
                        1,
                        config.onFailure(),
                        config.whenInDoubt(),
                        List.of(),
                        false,
                        config.takeoverMinutes(),
                        config.draftMinutes(),
                        new Manners(null, AnswerInGroup.ALL, 0, false, false, false),
                        List.of(),
                        Contact.ALLOWED),
                null,
                null);
    }

    private static ChatState group(ChatEvent... events) {
        return chat(ChatType.SUPERGROUP, events);
    }

    private static Incoming.Message message(long id, @Nullable Integer thread, Instant at) {
        return new Incoming.Message(id, ANN, false, text("hello"), thread, at);
    }

    private static List<ChatEvent> receive(ChatState state, Incoming incoming, Instant now) {
        ChatState.Profile profile = java.util.Objects.requireNonNull(state.profile());
        Place place = new Place(profile.telegramChatId(), profile.type(), "Ann");
        return receive(state, place, incoming, now);
    }

    private static List<ChatEvent> receive(ChatState state, Place place, Incoming incoming, Instant now) {
        return new ReceiveDecision(KEY, new ReceiveDecision.Circumstances(now, Duration.ZERO, 0, 0))
                .receive(
                        state,
                        new Receive(
                                Examples.OWNER,
                                Examples.CARRIER,
                                place,
                                incoming,
                                AT.minusSeconds(60),
                                ChatMode.DIGITAL_TWIN,
                                ANYBODY));
    }

    private static @Nullable NotAnsweredReason why(List<ChatEvent> events) {
        return ((MessageReceived) events.getLast()).notAnswered();
    }

    @Nested
    @DisplayName("no model is paid:")
    class Unpaid {

        @Test
        @DisplayName("messages are stored and not answered")
        void stored() {
            List<ChatEvent> events = receive(group(BARRED), message(1, null, AT), AT.plusSeconds(60));

            assertThat(events).hasSize(1);
            assertThat(why(events)).isEqualTo(NotAnsweredReason.BARRED);
        }

        @Test
        @DisplayName("not in its closed topics, while others are answered")
        void topics() {
            ChatState state = group(CLOSED);

            assertThat(why(receive(state, message(1, 5, AT), AT))).isEqualTo(NotAnsweredReason.BARRED);
            assertThat(why(receive(state, message(1, 6, AT), AT))).isNull();
            assertThat(why(receive(state, message(1, null, AT), AT))).isNull();
        }

        @Test
        @DisplayName("the bot was removed or restricted, so what waits is not answered")
        void removed() {
            ChatState state = group(received(1), received(2));
            List<ChatEvent> events = receive(state, new Incoming.Membership("kicked", false, AT), AT);

            assertThat(events).first().isInstanceOf(ChatBarred.class);
            assertThat(events.subList(1, events.size()))
                    .containsExactly(
                            new NotAnswered(head(), "msg1", NotAnsweredReason.BARRED),
                            new NotAnswered(head(), "msg2", NotAnsweredReason.BARRED));
            ChatState after = ChatHistory.apply(state, events);
            assertThat(after.unfinished()).isFalse();
            assertThat(receive(after, new Incoming.Membership("left", false, AT), AT))
                    .isEmpty();
        }

        @Test
        @DisplayName("which the group of before says nothing of, once it is a supergroup")
        void otherPlace() {
            assertThat(receive(
                            group(),
                            new Place(-5, ChatType.GROUP, "Friends"),
                            new Incoming.Membership("left", false, AT),
                            AT))
                    .isEmpty();
        }
    }

    @Nested
    @DisplayName("answers come again")
    class Again {

        @Test
        @DisplayName("when a person who had blocked the bot writes")
        void unblocked() {
            ChatBarred blocked = new ChatBarred(head(), null, 403, "Forbidden: bot was blocked by the user");
            List<ChatEvent> events = receive(chat(ChatType.PRIVATE, blocked), message(1, null, AT), AT);

            assertThat(events.getFirst()).isEqualTo(new ChatUnbarred(head(), null));
            assertThat(why(events)).isNull();
            ChatBarred otherwise = new ChatBarred(head(), null, 400, "Bad Request: PEER_ID_INVALID");
            assertThat(why(receive(chat(ChatType.PRIVATE, otherwise), message(1, null, AT), AT)))
                    .isEqualTo(NotAnsweredReason.BARRED);
        }

        @Test
        @DisplayName("when Telegram says that the bot may write")
        void allowed() {
            ChatState state = group(BARRED);
            List<ChatEvent> events = receive(state, new Incoming.Membership("member", true, AT), AT);

            assertThat(events).containsExactly(new ChatUnbarred(head(), null));
            assertThat(ChatHistory.apply(state, events).barred()).isEmpty();
            assertThat(receive(group(), new Incoming.Membership("member", true, AT), AT))
                    .isEmpty();
        }

        @Test
        @DisplayName("in a topic when it is opened again")
        void reopened() {
            Incoming.Message reopened =
                    new Incoming.Message(1, ANN, false, new Incoming.Body(Barring.TOPIC_REOPENED, null, null), 5, AT);
            ChatState after = ChatHistory.apply(group(CLOSED), receive(group(CLOSED), reopened, AT));

            assertThat(after.barred()).isEmpty();
        }

        @Test
        @DisplayName("for one message after an hour, as a trial")
        void trial() {
            Instant hourLater = AT.plus(Barring.TRY_AGAIN);
            ChatState state = group(BARRED);
            assertThat(why(receive(state, message(1, null, AT), hourLater.minusMillis(1))))
                    .isEqualTo(NotAnsweredReason.BARRED);

            List<ChatEvent> events = receive(state, message(1, null, AT), hourLater);
            assertThat(events).hasSize(2).first().isInstanceOf(ChatUnbarred.class);
            assertThat(why(events)).isNull();
            assertThat(ChatHistory.apply(state, events).pending()).hasSize(1);
        }

        @Test
        @DisplayName("but no trial is made of a message that is not answered anyway")
        void noTrial() {
            Incoming.Message sticker =
                    new Incoming.Message(1, ANN, false, new Incoming.Body("sticker", "F", null), null, AT);

            assertThat(receive(group(BARRED), sticker, AT.plusSeconds(7200))).hasSize(1);
        }

        @Test
        @DisplayName("when a text passes after all, the owner changes the settings, or the group becomes a supergroup")
        void changed() {
            ChatState barred = group(BARRED, CLOSED, Examples.written("out1", "hello", null));

            assertThat(ChatHistory.apply(barred, new Delivered(head(), "out1", 0, 9))
                            .barred())
                    .extracting(ChatState.Barred::messageThreadId)
                    .containsExactly(5);
            assertThat(ChatHistory.apply(barred, new ChatConfigured(head(), ChatSettings.of(ChatMode.DIGITAL_TWIN)))
                            .barred())
                    .isEmpty();
            assertThat(ChatHistory.apply(barred, new TelegramChatChanged(head(), -1009))
                            .barred())
                    .isEmpty();
        }
    }

    @Test
    @DisplayName("so many topics are remembered, and the whole chat always")
    void bounded() {
        ChatState state = group(BARRED);
        for (int topic = 2; topic < 300; topic++) {
            state = ChatHistory.apply(state, new ChatBarred(head(), topic, 400, "TOPIC_CLOSED"));
        }

        assertThat(state.barred()).hasSize(100);
        assertThat(state.barred().getFirst().isWholeChat()).isTrue();
        assertThat(state.barredIn(299)).isPresent();
    }

    @Nested
    @DisplayName("beside that, a message")
    class Besides {

        @ParameterizedTest
        @EnumSource(Audience.class)
        @DisplayName("for others is not answered by a twin; a sniper minds its trigger words")
        void audience(Audience audience) {
            Incoming.Message message =
                    new Incoming.Message(1, ANN, false, text("price?"), null, AT, null, audience, Incoming.Hand.OTHERS);

            assertThat(why(receive(group(), message, AT)))
                    .isEqualTo(
                            audience == Audience.OTHERS || audience == Audience.PERSON
                                    ? NotAnsweredReason.NOT_ADDRESSED
                                    : null);
            ChatState sniper = group(new ChatConfigured(head(), Examples.sniper(1, "price")));
            assertThat(why(receive(sniper, message, AT))).isNull();
        }

        @Test
        @DisplayName("of a supergroup shows that the group became one, and one of the group of before does not undo it")
        void supergroup() {
            ChatState state = chat(ChatType.GROUP);
            List<ChatEvent> events =
                    receive(state, new Place(-1009, ChatType.SUPERGROUP, "Ann"), message(1, null, AT), AT);

            assertThat(events.getFirst()).isEqualTo(new TelegramChatChanged(head(), -1009));
            ChatState after = ChatHistory.apply(state, events);
            assertThat(java.util.Objects.requireNonNull(after.profile()).type()).isEqualTo(ChatType.SUPERGROUP);
            assertThat(receive(after, new Place(GROUP, ChatType.GROUP, "Ann"), message(2, null, AT), AT))
                    .hasSize(1);
        }

        @Test
        @DisplayName("keeps what it refers to, unless the conversation of its topic shows that right before it")
        void quotes() {
            ChatState before = group();
            ChatState state = ChatHistory.apply(
                    before, receive(before, new Incoming.Message(1, ANN, false, text("Do you come?"), 5, AT), AT));

            assertThat(quoted(state, new Incoming.Quoted(1L, "Do you come?", "Ann", false, false)))
                    .isNull();
            assertThat(quoted(state, new Incoming.Quoted(1L, "come", "Ann", false, true)))
                    .isEqualTo("Ann: come");
            assertThat(quoted(state, new Incoming.Quoted(99L, "Long ago", null, true, false)))
                    .isEqualTo("null: Long ago");
            assertThat(quoted(state, new Incoming.Quoted(null, " ", "Ann", false, true)))
                    .isNull();
        }

        private static @Nullable String quoted(ChatState state, Incoming.Quoted quoted) {
            List<ChatEvent> events = receive(
                    state,
                    new Incoming.Message(
                            2, ANN, false, text("Yes"), 5, AT, quoted, Audience.ANYONE, Incoming.Hand.OTHERS),
                    AT);
            ChatState after = ChatHistory.apply(state, events);
            var quote = after.window().getLast().quote();
            assertThat(after.window().getLast().messageThreadId()).isEqualTo(5);
            assertThat(after.pending().getLast().quote()).isEqualTo(quote);
            return quote == null ? null : clear(quote.author()) + ": " + clear(quote.text());
        }

        @Test
        @DisplayName("of a time to come has come now")
        void future() {
            List<ChatEvent> events = receive(group(), message(1, null, AT.plusSeconds(100_000)), AT);

            assertThat(((MessageReceived) events.getLast()).sentAt()).isEqualTo(AT);
        }
    }
}
