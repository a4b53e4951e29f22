package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.boot.Entity;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.sandbox.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A session")
@Tag("actors")
class SessionStopTest extends OneSession {

    @Nested
    @DisplayName("on a node that stops")
    class Closing {

        @Test
        @DisplayName("ends what it hands over, takes nothing more, and still sends")
        void closed() {
            live();
            server.world().userWrites(bot, ann, place, "before");
            ChatCommand.Receive before = chats.expectMessageClass(ChatCommand.Receive.class);
            CompletableFuture<Done> settled = pollingGate.close().toCompletableFuture();
            server.world().userWrites(bot, ann, place, "after");
            long polls = server.requests().count("getUpdates", bot);
            assertThat(settled).isNotDone();
            before.replyTo().tell(StatusReply.ack());

            assertThat(Entity.await(settled)).isEqualTo(Done.getInstance());
            assertThat(deliver("cht_1", permit("cht_1").permitId(), "hi")).isInstanceOf(DeliveryOutcome.Sent.class);
            chats.expectNoMessage(Duration.ofMillis(100));
            assertThat(server.requests().count("getUpdates", bot)).isEqualTo(polls);
            assertThat(server.world().unconfirmed(bot)).as("comes again").isEqualTo(2);
        }

        @Test
        @DisplayName("drops the poll that Telegram holds, and begins none any more")
        void held() {
            live();
            server.world().userWrites(bot, ann, place, "before");
            chats.expectMessageClass(ChatCommand.Receive.class).replyTo().tell(StatusReply.ack());
            Entity.await(pollingGate.close());
            long polls = server.requests().count("getUpdates", bot);
            entity.kill(session);
            session = spawned();
            assertThat(deliver("cht_1", permit("cht_1").permitId(), "hi")).isInstanceOf(DeliveryOutcome.Sent.class);

            server.world().userWrites(bot, ann, place, "after");
            chats.expectNoMessage(Duration.ofMillis(100));
            // One may have been on its way when it was dropped.
            assertThat(server.requests().count("getUpdates", bot)).isBetween(polls, polls + 1);
        }

        @Test
        @DisplayName("tries nothing again of what is parked")
        void parked() {
            live();
            Route.Routed routed = new Route.Routed(
                    new ChatCommand.Place(42, ChatType.PRIVATE, "Ann"),
                    new Incoming.Edit(17, new Incoming.Body("text", null, "hello"), Instant.EPOCH));
            Boolean parked = ask(replyTo -> new SessionStep.Park("cht_1", routed, replyTo));
            assertThat(parked).isTrue();
            Entity.await(pollingGate.close());

            session.tell(new SessionStep.RetryParked("cht_1"));
            assertThat(get(OWNER).getValue().parked()).isEqualTo(1);
            chats.expectNoMessage(Duration.ofMillis(100));
        }
    }

    @Test
    @DisplayName("of another incarnation that sharding reaches stops")
    void notTheOwner() {
        live();
        session.tell(new SessionStep.OwnerFound(new SessionCommand.Incarnation("another")));
        TestProbe<Void> watcher = entity.probe();

        watcher.expectTerminated(session, Duration.ofSeconds(15));
    }

    @Test
    @DisplayName("of another incarnation polls no more, and stops when what it sends has an outcome")
    void notTheOwnerWhileSending() {
        live();
        server.world().userWrites(bot, ann, place, "before");
        chats.expectMessageClass(ChatCommand.Receive.class).replyTo().tell(StatusReply.ack());
        String permit = permit("cht_1").permitId();
        server.faults().next(1, "sendMessage", Fault.delay(Duration.ofMillis(500)));
        TestProbe<DeliveryOutcome> sent = entity.probe();
        session.tell(new SessionCommand.Deliver(
                "cht_1",
                permit,
                new SessionCommand.OutgoingText(place.id(), "hi", List.of(), true, null, null),
                sent.ref()));
        session.tell(new SessionStep.OwnerFound(new SessionCommand.Incarnation("another")));
        PermitReply late = ask(replyTo -> new SessionCommand.RequestPermit("cht_2", place.id(), replyTo));
        assertThat(late).as("no permit any more").isEqualTo(new PermitReply.Waiting());
        server.world().userWrites(bot, ann, place, "after");

        assertThat(sent.receiveMessage()).isInstanceOf(DeliveryOutcome.Sent.class);
        sent.expectTerminated(session, Duration.ofSeconds(15));
        chats.expectNoMessage(Duration.ofMillis(100));
    }
}
