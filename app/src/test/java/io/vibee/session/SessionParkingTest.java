package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionEvent.DropReason;
import io.vibee.protocol.session.SessionEvent.ParkedUpdateDropped;
import io.vibee.protocol.session.SessionEvent.ParkedUpdateStored;
import io.vibee.protocol.session.SessionEvent.UpdateParked;
import io.vibee.protocol.session.SessionView;
import io.vibee.session.SessionStep.ParkedTried;
import io.vibee.session.SessionStep.ParkedTried.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A session keeps what a chat can't store")
class SessionParkingTest extends OneSession {

    private boolean park(String chatId, String words) {
        Route.Routed routed = new Route.Routed(
                new ChatCommand.Place(42, ChatType.PRIVATE, "Ann"),
                new Incoming.Edit(17, new Incoming.Body("text", null, words), Instant.EPOCH));
        return ask(replyTo -> new SessionStep.Park(chatId, routed, replyTo));
    }

    /** The next update that a chat is asked to store. */
    private ChatCommand.Receive tried(String words) {
        ChatCommand.Receive receive = chats.expectMessageClass(ChatCommand.Receive.class);
        assertThat(((Incoming.Edit) receive.incoming()).body().words()).isEqualTo(words);
        return receive;
    }

    @Test
    @DisplayName("sealed, shows how much it is, and tries again until it is stored")
    void parked() {
        live();
        assertThat(park("cht_1", "secret")).isTrue();
        UpdateParked parked = last(2, UpdateParked.class);
        assertThat(parked.toString()).doesNotContain("secret");
        assertThat(parked.head().open()).as("the sweep wakes it").isTrue();
        assertThat(get(OWNER).getValue().parked()).isEqualTo(1);

        session.tell(new SessionStep.RetryParked("cht_1"));
        tried("secret").replyTo().tell(StatusReply.ack());
        assertThat(last(3, ParkedUpdateStored.class).head().open()).isFalse();
        assertThat(get(OWNER).getValue().parked()).isZero();
    }

    @Test
    @DisplayName("not while it is paused, so that Telegram keeps it")
    void paused() {
        live();
        StatusReply<SessionView> paused = ask(replyTo -> new SessionCommand.Pause(OWNER, replyTo));

        assertThat(paused.isSuccess()).isTrue();
        assertThat(park("cht_1", "secret")).isFalse();
    }

    @Test
    @DisplayName("and asks a chat for one at a time, whatever becomes of the others")
    void oneAtATime() {
        live();
        assertThat(park("cht_1", "first of one")).isTrue();
        assertThat(park("cht_1", "second of one")).isTrue();
        assertThat(park("cht_2", "first of two")).isTrue();
        assertThat(park("cht_2", "second of two")).isTrue();
        session.tell(new SessionStep.RetryParked("cht_1"));
        ChatCommand.Receive open = tried("first of one");
        session.tell(new SessionStep.RetryParked("cht_1"));
        session.tell(new SessionStep.RetryParked("cht_2"));
        tried("first of two").replyTo().tell(StatusReply.ack());
        tried("second of two").replyTo().tell(StatusReply.ack());
        open.replyTo().tell(StatusReply.ack());

        tried("second of one").replyTo().tell(StatusReply.ack());
        assertThat(entity.awaitEvents(persistenceId, 9))
                .filteredOn(ParkedUpdateStored.class::isInstance)
                .hasSize(4);
    }

    @Test
    @DisplayName("and lets a sick chat wait longer each time, also when another one recovers")
    void backoff() {
        live();
        assertThat(park("cht_sick", "of the sick")).isTrue();
        assertThat(park("cht_well", "first of the well")).isTrue();
        assertThat(park("cht_well", "second of the well")).isTrue();
        // So often that its next try is farther away than this test is long.
        for (int i = 0; i < 6; i++) {
            session.tell(new SessionStep.RetryParked("cht_sick"));
            assertThat(tried("of the sick")).isNotNull();
            session.tell(new ParkedTried("cht_sick", 1, Outcome.NOT_STORED));
        }

        session.tell(new SessionStep.RetryParked("cht_well"));
        tried("first of the well").replyTo().tell(StatusReply.ack());
        tried("second of the well").replyTo().tell(StatusReply.ack());
        entity.awaitEvents(persistenceId, 6);
        assertThat(get(OWNER).getValue().parked()).isEqualTo(1);
        chats.expectNoMessage(Duration.ofMillis(100));
    }

    @Test
    @DisplayName("and lets one go at which its chat's own code fails again and again, for others wait behind it")
    void hopeless() {
        live();
        assertThat(park("cht_1", "poison")).isTrue();
        assertThat(park("cht_1", "behind it")).isTrue();
        for (int i = 0; i < Parking.MOST_REFUSALS; i++) {
            session.tell(new SessionStep.RetryParked("cht_1"));
            assertThat(tried("poison")).isNotNull();
            session.tell(new ParkedTried("cht_1", 1, Outcome.CHAT_FAILED));
        }

        tried("behind it").replyTo().tell(StatusReply.ack());
        assertThat(entity.awaitEvents(persistenceId, 5).get(3))
                .isInstanceOfSatisfying(ParkedUpdateDropped.class, event -> {
                    assertThat(event.parkedId()).isEqualTo(1);
                    assertThat(event.chatId()).isEqualTo("cht_1");
                    assertThat(event.reason()).isEqualTo(DropReason.CHAT_FAILED);
                });
        assertThat(get(OWNER).getValue().parked()).isZero();
    }

    @Test
    @DisplayName("and asks a bounded number of chats at once")
    void bounded() {
        live();
        for (int i = 0; i <= Parking.MOST_ASKED; i++) {
            assertThat(park("cht_" + i, "hello")).isTrue();
        }
        for (int i = 0; i <= Parking.MOST_ASKED; i++) {
            session.tell(new SessionStep.RetryParked("cht_" + i));
        }
        ChatCommand.Receive first = tried("hello");
        for (int i = 1; i < Parking.MOST_ASKED; i++) {
            assertThat(tried("hello")).isNotNull();
        }
        chats.expectNoMessage(Duration.ofMillis(100));
        first.replyTo().tell(StatusReply.ack());
        assertThat(tried("hello")).isNotNull();
    }
}
