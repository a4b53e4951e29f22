package io.vibee.chat;

import static io.vibee.chat.Examples.AT;
import static io.vibee.chat.Examples.answered;
import static io.vibee.chat.Examples.head;
import static io.vibee.chat.Examples.opened;
import static io.vibee.chat.Examples.received;
import static io.vibee.chat.Examples.started;
import static io.vibee.chat.Examples.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.DraftOrigin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("What a chat does next")
class WorkTest {

    private static final int LIMIT = 10;

    private static ChatState after(ChatEvent... events) {
        List<ChatEvent> all = new ArrayList<>(List.of(opened(ChatMode.DIGITAL_TWIN)));
        all.addAll(List.of(events));
        return ChatHistory.apply(ChatState.EMPTY, all);
    }

    private static Work next(ChatState state) {
        return Work.next(state, AT, LIMIT, Duration.ZERO);
    }

    @Test
    @DisplayName("is nothing when all is done")
    void nothing() {
        assertThat(next(ChatState.EMPTY)).isEqualTo(new Work.Nothing());
        assertThat(next(after())).isEqualTo(new Work.Nothing());
    }

    @Test
    @DisplayName("is to compose an answer to the oldest message")
    void compose() {
        ChatState state = after(received(1), received(2));

        assertThat(next(state)).isEqualTo(new Work.Compose(state.pending().getFirst()));
    }

    @Nested
    @DisplayName("with a draft of before drafts had to have parts")
    class WithoutParts {

        private final ChatEvent drafted = new ChatEvent.ReplyDrafted(
                head(), "out2", "msg1", List.of(), null, new DraftOrigin.Predefined("none"), null, Map.of());

        @Test
        @DisplayName("is to give it up, also when it is being sent, and then to go on")
        void giveUp() {
            ChatState ready = after(received(1), drafted, received(3));
            assertThat(next(ready)).isEqualTo(new Work.GiveUp(ready.outbox().getFirst()));
            ChatState started = ChatHistory.apply(ready, started("out2", 0, 1));
            assertThat(next(started)).isEqualTo(new Work.GiveUp(started.outbox().getFirst()));
            ChatState given = ChatHistory.apply(
                    started,
                    DeadLetters.identified(
                            started, DeadLetters.nothingToSend(started.outbox().getFirst(), head())));

            assertThat(next(given)).isEqualTo(new Work.Compose(given.pending().getFirst()));
            assertThat(given.deadLetters()).hasSize(1);
        }

        @Test
        @DisplayName("is nothing that can be made now")
        void none() {
            assertThatThrownBy(() -> new Activity.Draft("msg1", List.of(), Map.of(), null, new DraftOrigin.Owner()))
                    .hasMessage("parts: none (expected: at least one)");
        }
    }

    @Test
    @DisplayName("is to give a text up when its day is over, however long Telegram says to wait")
    void tooLate() {
        ChatState state = after(
                received(1),
                answered("out2", "msg1", AT, "hi"),
                started("out2", 0, 1),
                new ChatEvent.DeliveryRefused(head(), "out2", 0, 429, "Too Many Requests", AT.plusSeconds(86_400)));
        Instant over = AT.plusSeconds(1).plus(DeliveryDecision.GIVE_UP);

        assertThat(next(state)).isEqualTo(new Work.WaitUntil(AT.plusSeconds(86_400)));
        ChatState later = ChatHistory.apply(
                state,
                List.of(
                        started("out2", 0, 2),
                        new ChatEvent.DeliveryRefused(
                                head(), "out2", 0, 429, "Too Many Requests", AT.plusSeconds(170_000))));
        assertThat(next(later)).isEqualTo(new Work.WaitUntil(over));
        assertThat(Work.next(later, over, LIMIT, Duration.ZERO))
                .isEqualTo(new Work.TooLate(later.outbox().getFirst()));
    }

    @Test
    @DisplayName("is to send what is drafted before anything new is composed")
    void send() {
        ChatState state =
                after(received(1), received(2), answered("out3", "msg1", AT, "hi"), written("out4", "x", null));

        assertThat(next(state)).isEqualTo(new Work.Send(state.outbox().getFirst()));
    }

    @Test
    @DisplayName("is to resolve a doubt first, wherever in the queue it is")
    void doubt() {
        ChatState state = after(
                received(1), written("out2", "x", null), answered("out3", "msg1", AT, "hi"), started("out3", 0, 1));

        assertThat(next(state)).isEqualTo(new Work.ResolveDoubt(state.outbox().getLast()));
    }

    @Test
    @DisplayName("is to wait until Telegram lets the first text through, for order's sake")
    void retryAt() {
        ChatState state = after(
                written("out1", "x", null),
                written("out2", "y", null),
                started("out1", 0, 1),
                new ChatEvent.DeliveryRefused(head(), "out1", 0, 429, "later", AT.plusSeconds(5)));

        assertThat(next(state)).isEqualTo(new Work.WaitUntil(AT.plusSeconds(5)));
        assertThat(Work.next(state, AT.plusSeconds(5), LIMIT, Duration.ZERO))
                .isEqualTo(new Work.Send(state.outbox().getFirst()));
    }

    @Nested
    @DisplayName("with so many answers a minute")
    class RateLimit {

        /** A message waits, and ten were answered, one each second from the start. */
        private final ChatState busy = after(IntStream.rangeClosed(0, LIMIT)
                .mapToObj(i -> i < LIMIT
                        ? new ChatEvent[] {
                            answered("out" + i, "old" + i, AT.plusSeconds(i), "hi"),
                            new ChatEvent.Delivered(head(), "out" + i, 0, 100 + i)
                        }
                        : new ChatEvent[] {received(50)})
                .flatMap(java.util.Arrays::stream)
                .toArray(ChatEvent[]::new));

        @Test
        @DisplayName("is to wait until the oldest is a minute ago")
        void waits() {
            assertThat(Work.next(busy, AT.plusSeconds(30), LIMIT, Duration.ZERO))
                    .isEqualTo(new Work.WaitUntil(AT.plusSeconds(60)));
            assertThat(Work.next(busy, AT.plusSeconds(60), LIMIT, Duration.ZERO))
                    .isEqualTo(new Work.Compose(busy.pending().getFirst()));
        }

        @Test
        @DisplayName("counts the latest when a limit was lowered")
        void lowered() {
            assertThat(Work.next(busy, AT.plusSeconds(30), 2, Duration.ZERO))
                    .isEqualTo(new Work.WaitUntil(AT.plusSeconds(68)));
        }

        @Test
        @DisplayName("does not hold back when there is no limit")
        void unlimited() {
            assertThat(Work.next(busy, AT.plusSeconds(30), 0, Duration.ZERO)).isInstanceOf(Work.Compose.class);
        }

        @Test
        @DisplayName("does not hold back what the owner wrote")
        void owners() {
            ChatState state = ChatHistory.apply(busy, written("mine", "hello", null));

            assertThat(Work.next(state, AT.plusSeconds(30), LIMIT, Duration.ZERO))
                    .isInstanceOf(Work.Send.class);
        }
    }
}
