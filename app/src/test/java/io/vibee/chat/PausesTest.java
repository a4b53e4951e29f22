package io.vibee.chat;

import static io.vibee.chat.Examples.AT;
import static io.vibee.chat.Examples.opened;
import static io.vibee.chat.Examples.received;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.NotAnsweredReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A chat that lets people finish")
class PausesTest {

    private static final Duration PAUSE = Duration.ofSeconds(2);

    private static ChatState in(ChatMode mode, int... secondsOfMessages) {
        List<ChatEvent> events = new ArrayList<>(List.of(opened(mode)));
        for (int second : secondsOfMessages) {
            events.add(received(second));
        }
        return ChatHistory.apply(ChatState.EMPTY, events);
    }

    private static Work at(int second, ChatState state) {
        return Work.next(state, second(second), 0, PAUSE);
    }

    private static Instant second(int second) {
        return AT.plusSeconds(second);
    }

    @Test
    @DisplayName("answers a message no sooner than a pause after it")
    void waits() {
        ChatState state = in(ChatMode.DIGITAL_TWIN, 1);

        assertThat(at(2, state)).isEqualTo(new Work.WaitUntil(second(3)));
        assertThat(at(3, state)).isEqualTo(new Work.Compose(state.pending().getFirst()));
    }

    @Test
    @DisplayName("answers several short messages once, and the newest of them")
    void joins() {
        ChatState state = in(ChatMode.DIGITAL_TWIN, 1, 2, 3);

        assertThat(at(4, state)).isEqualTo(new Work.WaitUntil(second(5)));
        assertThat(at(5, state)).isEqualTo(new Work.Supersede(state.pending().getFirst()));
        ChatState without = superseded(superseded(state));
        assertThat(at(5, without)).isEqualTo(new Work.Compose(state.pending().getLast()));
    }

    private static ChatState superseded(ChatState state) {
        return ChatHistory.apply(
                state,
                new ChatEvent.NotAnswered(
                        Examples.head(), state.pending().getFirst().messageId(), NotAnsweredReason.SUPERSEDED));
    }

    @Test
    @DisplayName("answers each of two messages between which there was a pause")
    void apart() {
        ChatState state = in(ChatMode.DIGITAL_TWIN, 1, 3);

        assertThat(at(9, state)).isEqualTo(new Work.Compose(state.pending().getFirst()));
    }

    @Test
    @DisplayName("waits four times as long for what needs its owner's leave")
    void drafts() {
        assertThat(at(2, in(ChatMode.DRAFT, 1))).isEqualTo(new Work.WaitUntil(second(9)));
    }

    @Test
    @DisplayName("answers who writes on and on, after a minute")
    void endless() {
        int[] seconds = new int[70];
        java.util.Arrays.setAll(seconds, i -> i + 1);
        ChatState state = in(ChatMode.DIGITAL_TWIN, seconds);

        assertThat(at(60, state)).isEqualTo(new Work.WaitUntil(second(61)));
        assertThat(at(61, state)).isInstanceOf(Work.Supersede.class);
    }

    @Test
    @DisplayName("answers each message by itself when it makes no pauses")
    void none() {
        ChatState state = in(ChatMode.DIGITAL_TWIN, 1, 1);

        assertThat(Work.next(state, second(1), 0, Duration.ZERO))
                .isEqualTo(new Work.Compose(state.pending().getFirst()));
    }
}
