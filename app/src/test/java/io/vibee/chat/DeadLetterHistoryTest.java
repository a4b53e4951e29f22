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
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.Refusal;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.ChatErased;
import io.vibee.protocol.chat.ChatEvent.DeadLetterDropped;
import io.vibee.protocol.chat.ChatEvent.DeadLetterRetried;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatEvent.Delivered;
import io.vibee.protocol.chat.ChatEvent.MessageEdited;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.DeadLetter;
import io.vibee.protocol.chat.ChatState.Outgoing;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.Content;
import io.vibee.protocol.chat.NotAnsweredReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.Done;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("What a chat keeps of dead letters")
class DeadLetterHistoryTest {

    private static final Instant LATER = AT.plusSeconds(3_600);

    /** Message 1 is a dead letter, and the answer to message 2 after its first part. */
    private static ChatState twoDead() {
        return after(
                opened(ChatMode.DIGITAL_TWIN),
                received(1),
                received(2),
                new DeadLettered(head(), "msg1", null, "openrouter: 503", 3, "dead1"),
                answered("out3", "msg2", AT, "one", "two"),
                started("out3", 0, 1),
                new Delivered(head(), "out3", 0, 11),
                started("out3", 1, 1),
                new DeadLettered(head(), "msg2", "out3", "400 strange", 1, "dead2"));
    }

    private static List<String> ids(ChatState state) {
        return state.deadLetters().stream().map(DeadLetter::id).toList();
    }

    @Nested
    @DisplayName("are kept")
    class Kept {

        @Test
        @DisplayName("as they were when they failed, and nothing is left to do")
        void kept() {
            ChatState state = twoDead();

            assertThat(state.unfinished()).isFalse();
            assertThat(ids(state)).containsExactly("dead1", "dead2");
            assertThat(clear(Objects.requireNonNull(
                                    state.deadLetters().getFirst().message())
                            .text()))
                    .isEqualTo("text 1");
            assertThat(Objects.requireNonNull(state.deadLetters().getLast().draft())
                            .nextPart())
                    .isEqualTo(1);
        }

        @Test
        @DisplayName("under an id that each gets when it is stored, and not without what could be retried")
        void identified() {
            ChatState state = after(opened(ChatMode.DIGITAL_TWIN), received(1), received(2));
            List<ChatEvent> events = List.of(
                    new DeadLettered(head(), "msg1", null, "x", 0),
                    new DeadLettered(head(), "msg9", null, "x", 0),
                    new DeadLettered(head(), "msg2", null, "x", 0));

            Turn turn = new Turn("cht_1", state, ChatMemory.EMPTY, AT, 0);
            turn.store(events);

            assertThat(turn.decision().events())
                    .extracting(event -> ((DeadLettered) event).id())
                    .containsExactly("dead1", null, "dead2");
        }

        @Test
        @DisplayName("a hundred of them: with one more the oldest is dropped")
        void bounded() {
            ChatState state = after(opened(ChatMode.DIGITAL_TWIN));
            List<ChatEvent> events = new ArrayList<>();
            for (int i = 1; i <= DeadLetters.MOST + 2; i++) {
                state = ChatHistory.apply(state, received(i));
                events.add(new DeadLettered(head(), "msg" + i, null, "403", 0));
            }
            Turn turn = new Turn("cht_1", state, ChatMemory.EMPTY, AT, 0);
            turn.store(events);

            assertThat(turn.decision().events())
                    .filteredOn(DeadLetterDropped.class::isInstance)
                    .extracting(event -> ((DeadLetterDropped) event).id())
                    .containsExactly("dead1", "dead2");
            assertThat(ids(turn.state()))
                    .hasSize(DeadLetters.MOST)
                    .startsWith("dead3")
                    .endsWith("dead102");
        }

        @Test
        @DisplayName("not those that were stored before there were ids, and none of an erased chat")
        void notKept() {
            ChatState old =
                    after(opened(ChatMode.DIGITAL_TWIN), received(1), new DeadLettered(head(), "msg1", null, "503", 3));

            assertThat(old.deadLetters()).isEmpty();
            assertThat(old.unfinished()).isFalse();
            assertThat(ChatHistory.apply(twoDead(), new ChatErased(head())).deadLetters())
                    .isEmpty();
        }

        @Test
        @DisplayName("with the latest words of their message")
        void edited() {
            ChatState state = ChatHistory.apply(
                    twoDead(), new MessageEdited(head(), "e:1", 1, new Content.Text(KEY.seal("new")), AT));

            assertThat(clear(Objects.requireNonNull(
                                    state.deadLetters().getFirst().message())
                            .text()))
                    .isEqualTo("new");
        }
    }

    @Nested
    @DisplayName("are taken up again")
    class Retried {

        @Test
        @DisplayName(
                "a message waits for an answer, a text goes on at the part that was not sent; both count from now on")
        void again() {
            ChatState state = ChatHistory.apply(
                    twoDead(),
                    List.of(
                            new DeadLetterRetried(head(LATER), "dead1", "msg1", null),
                            new DeadLetterRetried(head(LATER), "dead2", "msg2", "out3")));

            assertThat(state.unfinished()).isTrue();
            assertThat(state.deadLetters()).isEmpty();
            Pending pending = state.pending().getFirst();
            assertThat(pending.messageId()).isEqualTo("msg1");
            assertThat(pending.receivedAt()).isEqualTo(LATER);
            assertThat(pending.retried()).isTrue();
            Outgoing out = state.outbox().getFirst();
            assertThat(out.draftId()).isEqualTo("out3");
            assertThat(out.nextPart()).isEqualTo(1);
            assertThat(out.attempts()).isZero();
            assertThat(out.step()).isEqualTo(ChatState.Step.READY);
            assertThat(out.receivedAt()).isEqualTo(LATER);
        }

        @Test
        @DisplayName("once: again, or with an id that was never given, nothing changes")
        void once() {
            ChatState state = ChatHistory.apply(twoDead(), new DeadLetterRetried(head(LATER), "dead1", "msg1", null));

            assertThat(ChatHistory.apply(state, new DeadLetterRetried(head(LATER), "dead1", "msg1", null)))
                    .isEqualTo(state);
            assertThat(ChatHistory.apply(state, new DeadLetterDropped(head(), "dead9")))
                    .isEqualTo(state);
        }

        @Test
        @DisplayName("and go back when they are not answered, unless their text was erased")
        void back() {
            Pending pending = ChatHistory.apply(twoDead(), new DeadLetterRetried(head(LATER), "dead1", "msg1", null))
                    .pending()
                    .getFirst();

            assertThat(DeadLetters.notAnswered(pending, NotAnsweredReason.QUOTA, head()))
                    .isEqualTo(new DeadLettered(head(), "msg1", null, "not answered: quota", 0));
            assertThat(DeadLetters.notAnswered(pending, NotAnsweredReason.ERASED, head()))
                    .isEqualTo(new NotAnswered(head(), "msg1", NotAnsweredReason.ERASED));
        }
    }

    @Nested
    @DisplayName("are asked for by their owner")
    class Asked {

        private static PlainChat chat(ChatState state) {
            return new PlainChat(state, LATER);
        }

        private static StatusReply<Done> retry(PlainChat chat, String id) {
            return chat.ask(replyTo -> new ChatCommand.RetryDeadLetter(Examples.OWNER, id, replyTo));
        }

        private static StatusReply<ChatCommand.Retried> retryAll(PlainChat chat) {
            return chat.ask(replyTo -> new ChatCommand.RetryDeadLetters(Examples.OWNER, replyTo));
        }

        private static StatusReply<Done> drop(PlainChat chat, String id) {
            return chat.ask(replyTo -> new ChatCommand.DropDeadLetter(Examples.OWNER, id, replyTo));
        }

        @Test
        @DisplayName("to be retried: one or all, oldest first")
        void retry() {
            ChatState state = twoDead();

            PlainChat one = chat(state);
            assertThat(retry(one, "dead2").isSuccess()).isTrue();
            assertThat(one.events())
                    .containsExactly(new DeadLetterRetried(head(LATER).withOpen(true), "dead2", "msg2", "out3"));
            PlainChat all = chat(state);
            assertThat(retryAll(all).getValue().count()).isEqualTo(2);
            assertThat(all.events())
                    .containsExactly(
                            new DeadLetterRetried(head(LATER).withOpen(true), "dead1", "msg1", null),
                            new DeadLetterRetried(head(LATER).withOpen(true), "dead2", "msg2", "out3"));
        }

        @Test
        @DisplayName("to be dropped")
        void drop() {
            PlainChat chat = chat(twoDead());

            assertThat(drop(chat, "dead1").isSuccess()).isTrue();
            assertThat(chat.events()).containsExactly(new DeadLetterDropped(head(LATER), "dead1"));
        }

        @Test
        @DisplayName("twice, and are settled already; one that never was is not there")
        void settled() {
            ChatState state = ChatHistory.apply(twoDead(), new DeadLetterDropped(head(), "dead1"));

            PlainChat chat = chat(state);
            assertThat(retry(chat, "dead1").getError()).hasMessage(Refusal.DEAD_LETTER_SETTLED.wireName());
            assertThat(drop(chat, "dead1").getError()).hasMessage(Refusal.DEAD_LETTER_SETTLED.wireName());
            for (String id : List.of("dead3", "dead0", "dead01", "dead", "", "out3", "dead99999999999999999999")) {
                assertThat(retry(chat, id).getError()).hasMessage(Refusal.DEAD_LETTER_NOT_FOUND.wireName());
                assertThat(drop(chat, id).getError()).hasMessage(Refusal.DEAD_LETTER_NOT_FOUND.wireName());
            }
            assertThat(chat.events()).isEmpty();
        }

        @Test
        @DisplayName("while too much waits: one is refused, of all as many as there is room for")
        void room() {
            ChatState state = twoDead();
            for (int i = 3; i < 3 + ReceiveDecision.MOST_PENDING; i++) {
                state = ChatHistory.apply(state, received(i));
            }

            PlainChat chat = chat(state);
            assertThat(retry(chat, "dead1").getError()).hasMessage(Refusal.CHAT_OVERLOADED.wireName());
            assertThat(retryAll(chat).getValue().count()).isEqualTo(1);
            assertThat(chat.events())
                    .containsExactly(new DeadLetterRetried(head(LATER).withOpen(true), "dead2", "msg2", "out3"));
        }
    }
}
