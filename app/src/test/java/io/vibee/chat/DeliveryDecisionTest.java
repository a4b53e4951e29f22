package io.vibee.chat;

import static io.vibee.chat.Examples.AT;
import static io.vibee.chat.Examples.answered;
import static io.vibee.chat.Examples.answeredInFormats;
import static io.vibee.chat.Examples.head;
import static io.vibee.chat.Examples.opened;
import static io.vibee.chat.Examples.received;
import static io.vibee.chat.Examples.started;
import static io.vibee.chat.Examples.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatEvent.Delivered;
import io.vibee.protocol.chat.ChatEvent.DeliveryInDoubt;
import io.vibee.protocol.chat.ChatEvent.DeliveryRefused;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatEvent.TelegramChatChanged;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.chat.WhenInDoubt;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.stored.EventHead;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The outcome of a delivery")
class DeliveryDecisionTest {

    /** The second part of an answer is on its way, and two more messages and a text of the owner wait. */
    private static final ChatState STATE = Examples.after(
            opened(ChatMode.DIGITAL_TWIN),
            received(1),
            received(2),
            received(3),
            answered("out4", "msg1", AT, "one", "two"),
            started("out4", 0, 1),
            new Delivered(head(), "out4", 0, 11),
            written("out5", "hello", null),
            started("out4", 1, 1));

    private static List<ChatEvent> decide(ChatState state, DeliveryOutcome outcome, WhenInDoubt setting, Instant now) {
        return DeliveryDecision.of(state, state.outbox().getFirst(), outcome, setting, head(now), 0);
    }

    private static List<ChatEvent> decide(DeliveryOutcome outcome) {
        return decide(STATE, outcome, WhenInDoubt.RESEND, AT);
    }

    private static DeliveryRefused refused(int code, String why, @Nullable Instant retryAt) {
        return new DeliveryRefused(head(), "out4", 1, code, why, retryAt);
    }

    @ParameterizedTest
    @EnumSource(WhenInDoubt.class)
    @DisplayName("sent: the part is delivered, whatever is done in doubt")
    void sent(WhenInDoubt setting) {
        assertThat(decide(STATE, new DeliveryOutcome.Sent(99), setting, AT))
                .containsExactly(new Delivered(head(), "out4", 1, 99));
    }

    @Nested
    @DisplayName("certainly not sent")
    class NotSent {

        @ParameterizedTest
        @EnumSource(WhenInDoubt.class)
        @DisplayName("is tried again after a while, whatever is done in doubt")
        void again(WhenInDoubt setting) {
            assertThat(decide(STATE, new DeliveryOutcome.NotSent("unreachable", 0), setting, AT))
                    .containsExactly(refused(0, "unreachable", AT.plusMillis(500)));
        }

        @Test
        @DisplayName("not sooner than was said")
        void notSooner() {
            assertThat(decide(new DeliveryOutcome.NotSent("later", 7000)))
                    .containsExactly(refused(0, "later", AT.plusSeconds(7)));
        }

        @Test
        @DisplayName("later with each attempt")
        void backoff() {
            ChatState tired = STATE;
            for (int attempt = 0; attempt < 4; attempt++) {
                tired = ChatHistory.apply(tired, List.of(refused(0, "away", AT), started("out4", 1, attempt + 2)));
            }
            assertThat(decide(tired, new DeliveryOutcome.NotSent("away", 0), WhenInDoubt.RESEND, AT))
                    .containsExactly(refused(0, "away", AT.plusSeconds(8)));
        }

        @Test
        @DisplayName("is given up a day after it was wanted")
        void givenUp() {
            Instant wanted = AT.plusSeconds(1);
            Instant dayLater = wanted.plus(DeliveryDecision.GIVE_UP);
            DeliveryOutcome away = new DeliveryOutcome.NotSent("away", 0);
            EventHead late = head(dayLater.plusMillis(1));

            assertThat(decide(STATE, away, WhenInDoubt.RESEND, dayLater)).hasSize(1);
            assertThat(decide(STATE, away, WhenInDoubt.RESEND, dayLater.plusMillis(1)))
                    .containsExactly(
                            new DeliveryRefused(late, "out4", 1, 0, "away", null),
                            new DeadLettered(late, "msg1", "out4", "could not be sent in time: away", 1));
        }
    }

    @Nested
    @DisplayName("refused by Telegram")
    class Refused {

        @Test
        @DisplayName("with its formats: it is sent plainly at once, and refused once more it is a dead letter")
        void formats() {
            ChatState formatted = Examples.after(
                    opened(ChatMode.DIGITAL_TWIN),
                    received(1),
                    answeredInFormats("out2", "msg1"),
                    started("out2", 0, 1));
            DeliveryOutcome badRequest = new DeliveryOutcome.RefusedByTelegram(400, "can't parse entities", -1);
            List<ChatEvent> events = decide(formatted, badRequest, WhenInDoubt.RESEND, AT);
            assertThat(events)
                    .containsExactly(new DeliveryRefused(head(), "out2", 0, 400, "can't parse entities", AT, true));

            ChatState plain = ChatHistory.apply(formatted, events);
            assertThat(plain.outbox().getFirst().formats()).isEmpty();
            assertThat(decide(plain, badRequest, WhenInDoubt.RESEND, AT))
                    .containsExactly(
                            new DeliveryRefused(head(), "out2", 0, 400, "can't parse entities", null),
                            new DeadLettered(head(), "msg1", "out2", "400 can't parse entities", 1));
        }

        @Test
        @DisplayName("otherwise: its formats change nothing")
        void formatsElsewhere() {
            ChatState formatted = Examples.after(
                    opened(ChatMode.DIGITAL_TWIN),
                    received(1),
                    answeredInFormats("out2", "msg1"),
                    started("out2", 0, 1));
            assertThat(decide(
                            formatted,
                            new DeliveryOutcome.RefusedByTelegram(403, "blocked", -1),
                            WhenInDoubt.RESEND,
                            AT))
                    .contains(new DeliveryRefused(head(), "out2", 0, 403, "blocked", null));
            assertThat(decide(
                            formatted,
                            new DeliveryOutcome.RefusedByTelegram(400, "Bad Request: chat not found", -1),
                            WhenInDoubt.RESEND,
                            AT))
                    .hasAtLeastOneElementOfType(ChatEvent.ChatBarred.class);
            List<ChatEvent> migrated = decide(formatted, new DeliveryOutcome.Migrated(-1001), WhenInDoubt.RESEND, AT);
            assertThat(ChatHistory.apply(formatted, migrated)
                            .outbox()
                            .getFirst()
                            .formats())
                    .hasSize(2);
        }

        @Test
        @DisplayName("for a while: waits as long as it says")
        void floodWait() {
            assertThat(decide(new DeliveryOutcome.RefusedByTelegram(429, "Too Many Requests", 3000)))
                    .containsExactly(refused(429, "Too Many Requests", AT.plusSeconds(3)));
        }

        @Test
        @DisplayName("for good: is a dead letter, and the rest goes on")
        void badRequest() {
            List<ChatEvent> events = decide(new DeliveryOutcome.RefusedByTelegram(400, "Bad Request", -1));

            assertThat(events)
                    .containsExactly(
                            refused(400, "Bad Request", null),
                            new DeadLettered(head(), "msg1", "out4", "400 Bad Request", 1));
            assertThat(ChatHistory.apply(STATE, events).outbox())
                    .extracting(ChatState.Outgoing::draftId)
                    .containsExactly("out5");
        }

        @Test
        @DisplayName("since the bot is forbidden: texts are dead letters, and what waits for one gets none, unpaid")
        void forbidden() {
            List<ChatEvent> events = decide(new DeliveryOutcome.RefusedByTelegram(403, "blocked", -1));

            assertThat(events)
                    .containsExactly(
                            refused(403, "blocked", null),
                            new DeadLettered(head(), "msg1", "out4", "403 blocked", 1),
                            new ChatEvent.ChatBarred(head(), null, 403, "blocked"),
                            new DeadLettered(head(), null, "out5", "403 blocked", 0),
                            new NotAnswered(head(), "msg2", NotAnsweredReason.BARRED),
                            new NotAnswered(head(), "msg3", NotAnsweredReason.BARRED));
            ChatState after = ChatHistory.apply(STATE, events);
            assertThat(after.unfinished()).isFalse();
            assertThat(after.barredIn(null)).contains(new ChatState.Barred(null, 403, "blocked", AT));
        }

        @Test
        @DisplayName("since a topic is closed: what waits in others goes on")
        void topicClosed() {
            ChatState topics = Examples.after(
                    opened(ChatMode.DIGITAL_TWIN),
                    inTopic(1, 5),
                    inTopic(2, 6),
                    inTopic(3, 5),
                    new ChatEvent.ReplyDrafted(
                            head(),
                            "out4",
                            "msg1",
                            List.of(Examples.KEY.seal("hi")),
                            5,
                            new DraftOrigin.Model("p", "m", 1, 1),
                            null,
                            Map.of()),
                    started("out4", 0, 1));
            List<ChatEvent> events = decide(
                    topics,
                    new DeliveryOutcome.RefusedByTelegram(400, "Bad Request: TOPIC_CLOSED", -1),
                    WhenInDoubt.RESEND,
                    AT);

            ChatState after = ChatHistory.apply(topics, events);
            assertThat(after.pending()).extracting(ChatState.Pending::messageId).containsExactly("msg2");
            assertThat(after.barredIn(5)).isPresent();
            assertThat(after.barredIn(6)).isEmpty();
            assertThat(after.barredIn(null)).isEmpty();
        }

        private static ChatEvent inTopic(int number, int topic) {
            ChatEvent.MessageReceived plain = (ChatEvent.MessageReceived) received(number);
            return new ChatEvent.MessageReceived(
                    plain.head(),
                    plain.id(),
                    plain.identity(),
                    plain.telegramMessageId(),
                    plain.sender(),
                    plain.content(),
                    topic,
                    plain.sentAt(),
                    plain.carrier(),
                    null,
                    null);
        }

        @Test
        @DisplayName("since the bot is forbidden: also what waits before a text that went first")
        void forbiddenOutOfTurn() {
            ChatState.Outgoing last = STATE.outbox().getLast();
            List<ChatEvent> events = DeliveryDecision.of(
                    STATE,
                    last,
                    new DeliveryOutcome.RefusedByTelegram(403, "blocked", -1),
                    WhenInDoubt.RESEND,
                    head(),
                    0);

            assertThat(ChatHistory.apply(STATE, events).unfinished()).isFalse();
            assertThat(events.stream().filter(DeadLettered.class::isInstance)).doesNotHaveDuplicates();
        }

        @Test
        @DisplayName("since the group was migrated: is sent to its new id at once")
        void migrated() {
            List<ChatEvent> events = decide(new DeliveryOutcome.Migrated(-1001));

            assertThat(events)
                    .containsExactly(
                            new TelegramChatChanged(head(), -1001), refused(400, "the group was migrated", AT));
            assertThat(Work.next(ChatHistory.apply(STATE, events), AT, 0, Duration.ZERO))
                    .isInstanceOf(Work.Send.class);
        }
    }

    @Nested
    @DisplayName("unknown")
    class Unknown {

        private final DeliveryOutcome unknown = new DeliveryOutcome.Unknown("connection lost");

        @ParameterizedTest
        @EnumSource(WhenInDoubt.class)
        @DisplayName("is recorded with what is done about it")
        void recorded(WhenInDoubt setting) {
            assertThat(decide(STATE, unknown, setting, AT))
                    .containsExactly(new DeliveryInDoubt(head(), "out4", 1, setting));
        }

        @Test
        @DisplayName("is not sent again for ever")
        void tooOften() {
            ChatState doubtful = doubted(DeliveryDecision.MOST_DOUBTS - 1);

            assertThat(decide(doubted(DeliveryDecision.MOST_DOUBTS - 2), unknown, WhenInDoubt.RESEND, AT))
                    .hasSize(1);
            List<ChatEvent> events = decide(doubtful, unknown, WhenInDoubt.RESEND, AT);
            assertThat(events).hasSize(2);
            assertThat(events.getLast()).isInstanceOfSatisfying(DeadLettered.class, dead -> {
                assertThat(dead.draftId()).isEqualTo("out4");
                assertThat(dead.cause()).contains("doubt");
            });
            assertThat(decide(doubtful, unknown, WhenInDoubt.SKIP, AT)).hasSize(1);
        }

        @Test
        @DisplayName("is sent again at once after the first doubt, then later and later")
        void laterAndLater() {
            assertThat(workAfterDoubts(1)).isInstanceOf(Work.Send.class);
            for (int doubts = 2; doubts < 6; doubts++) {
                Duration longest = Duration.ofSeconds(1L << (doubts - 2));
                assertThat(workAfterDoubts(doubts))
                        .isInstanceOfSatisfying(
                                Work.WaitUntil.class,
                                wait -> assertThat(Duration.between(AT, wait.time()))
                                        .isBetween(longest.dividedBy(2), longest));
            }
        }

        private static Work workAfterDoubts(int times) {
            ChatState state = ChatHistory.apply(
                    doubted(times - 1), List.of(new DeliveryInDoubt(head(), "out4", 1, WhenInDoubt.RESEND)));
            return Work.next(state, AT, 0, Duration.ZERO);
        }

        @Test
        @DisplayName("counts only doubts, not what Telegram refused before")
        void refusalsAreNoDoubts() {
            ChatState refusedOften = STATE;
            for (int i = 0; i < DeliveryDecision.MOST_DOUBTS; i++) {
                refusedOften =
                        ChatHistory.apply(refusedOften, List.of(refused(429, "later", AT), started("out4", 1, i + 2)));
            }
            assertThat(decide(refusedOften, unknown, WhenInDoubt.RESEND, AT)).hasSize(1);
        }

        private static ChatState doubted(int times) {
            ChatState state = STATE;
            for (int i = 0; i < times; i++) {
                state = ChatHistory.apply(
                        state,
                        List.of(new DeliveryInDoubt(head(), "out4", 1, WhenInDoubt.RESEND), started("out4", 1, i + 2)));
            }
            return state;
        }
    }
}
