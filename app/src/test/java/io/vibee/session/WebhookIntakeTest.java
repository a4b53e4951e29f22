package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.ThrowsIn;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatCommand.Place;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.Acceptance;
import io.vibee.protocol.session.SessionEvent.UpdateParked;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.session.SessionView;
import java.time.Duration;
import java.time.Instant;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("What Telegram posts to a session")
@Tag("actors")
class WebhookIntakeTest extends OneSession {

    private static final Place PLACE = new Place(42, ChatType.PRIVATE, "Ann");

    private static Incoming.Edit edit(String words) {
        return new Incoming.Edit(17, new Incoming.Body("text", null, words), Instant.EPOCH);
    }

    private TestProbe<Acceptance> post(Place place, String words) {
        TestProbe<Acceptance> probe = entity.probe();
        session.tell(new SessionCommand.TakeIn(place, edit(words), probe.ref()));
        return probe;
    }

    private void posted() {
        assertThat(connect(OWNER, Delivery.WEBHOOK).isSuccess()).isTrue();
        awaitStatus(SessionStatus.WEBHOOK);
    }

    @Test
    @DisplayName("is answered when its chat has stored it, and not before")
    void stored() {
        posted();
        TestProbe<Acceptance> post = post(PLACE, "hello");
        ChatCommand.Receive receive = chats.expectMessageClass(ChatCommand.Receive.class);
        post.expectNoMessage(Duration.ofMillis(100));
        receive.replyTo().tell(StatusReply.ack());
        post.expectMessage(Acceptance.KEPT);
    }

    @Test
    @DisplayName("is handed to its chat one at a time, and to others meanwhile")
    void inOrder() {
        posted();
        TestProbe<Acceptance> first = post(PLACE, "first");
        TestProbe<Acceptance> second = post(PLACE, "second");
        TestProbe<Acceptance> other = post(new Place(43, ChatType.PRIVATE, "Bob"), "other");

        ChatCommand.Receive ofFirst = chats.expectMessageClass(ChatCommand.Receive.class);
        assertThat(ofFirst.incoming()).isEqualTo(edit("first"));
        ChatCommand.Receive ofOther = chats.expectMessageClass(ChatCommand.Receive.class);
        assertThat(ofOther.incoming()).isEqualTo(edit("other"));
        ofOther.replyTo().tell(StatusReply.ack());
        other.expectMessage(Acceptance.KEPT);
        ofFirst.replyTo().tell(StatusReply.ack());
        first.expectMessage(Acceptance.KEPT);
        chats.expectMessageClass(ChatCommand.Receive.class).replyTo().tell(StatusReply.ack());
        second.expectMessage(Acceptance.KEPT);
    }

    @Test
    @DisplayName("is parked and confirmed when its chat fails at it")
    void parked() {
        posted();
        TestProbe<Acceptance> post = post(PLACE, "hello");
        chats.expectMessageClass(ChatCommand.Receive.class).replyTo().tell(io.vibee.protocol.Refusal.FAULT.reply());
        post.expectMessage(Acceptance.KEPT);
        last(2, UpdateParked.class);
    }

    @Test
    @DisplayName("is left to Telegram while the node has no room for more of the session")
    void full() {
        posted();
        backlog.add(sessionId, Integer.MAX_VALUE);
        post(PLACE, "hello").expectMessage(Acceptance.NOT_WANTED);
        chats.expectNoMessage(Duration.ofMillis(100));
    }

    @Test
    @DisplayName("is left to Telegram once the node stops, when all that came before is stored")
    void nodeStops() {
        posted();
        TestProbe<Acceptance> before = post(PLACE, "before");
        ChatCommand.Receive receive = chats.expectMessageClass(ChatCommand.Receive.class);
        var settled = pollingGate.close().toCompletableFuture();
        post(PLACE, "after").expectMessage(Acceptance.LATER);
        assertThat(settled).isNotDone();
        receive.replyTo().tell(StatusReply.ack());
        before.expectMessage(Acceptance.KEPT);
        chats.awaitAssert(() -> assertThat(settled).isDone());
    }

    @Test
    @ThrowsIn(WebhookIntake.class)
    @DisplayName("goes on after a fault, with the terms of now")
    void restarts() {
        posted();
        StatusReply<SessionView> changed =
                ask(replyTo -> new SessionCommand.ChangeDefaultMode(OWNER, ChatMode.DIGITAL_TWIN, replyTo));
        assertThat(changed.isSuccess()).isTrue();
        // No chat is nobody's: the intake fails.
        post(null, "nowhere");
        chats.awaitAssert(
                () -> assertThat(server.requests().requests("setWebhook")).hasSizeGreaterThan(1));
        awaitStatus(SessionStatus.WEBHOOK);

        TestProbe<Acceptance> post = post(PLACE, "hello");
        ChatCommand.Receive receive = chats.expectMessageClass(ChatCommand.Receive.class);
        assertThat(receive.defaultMode()).isEqualTo(ChatMode.DIGITAL_TWIN);
        receive.replyTo().tell(StatusReply.ack());
        post.expectMessage(Acceptance.KEPT);
    }
}
