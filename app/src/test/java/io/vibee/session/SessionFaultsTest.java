package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.Incarnation;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionCommand.Refusal;
import io.vibee.protocol.session.SessionEvent.UpdateParked;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.session.SessionView;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A fault in a session's own code")
class SessionFaultsTest extends OneSession {

    private final AtomicBoolean failsOnce = new AtomicBoolean();

    @Override
    Instant now() {
        if (failsOnce.getAndSet(false)) {
            throw new IllegalStateException("what a person wrote");
        }
        return super.now();
    }

    private Incarnation incarnation() {
        return ask(SessionCommand.Identify::new);
    }

    @Test
    @DisplayName("is the fault of one command, whose asker is told; the session goes on as it was")
    void told() {
        live();
        Incarnation before = incarnation();

        failsOnce.set(true);
        StatusReply<SessionView> paused = ask(replyTo -> new SessionCommand.Pause(OWNER, replyTo));

        assertThat(paused.getError()).hasMessage(Refusal.FAULT);
        assertThat(incarnation()).isEqualTo(before);
        assertThat(get(OWNER).getValue().status()).isEqualTo(SessionStatus.POLLING);
    }

    @Test
    @DisplayName("at a send refuses it for good, frees its permit, and lets the session stop")
    void sending() {
        live();
        server.world().userWrites(bot, ann, place, "hello");
        chats.expectMessageClass(ChatCommand.Receive.class).replyTo().tell(StatusReply.ack());
        PermitReply.Granted permit = permit("cht_1");

        failsOnce.set(true);
        DeliveryOutcome outcome = deliver("cht_1", permit.permitId(), "an answer");

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        DeliveryOutcome.RefusedByTelegram.class,
                        refused -> assertThat(refused.description())
                                .contains("IllegalStateException")
                                .doesNotContain("a person"));
        assertThat(deliver("cht_1", permit("cht_1").permitId(), "again")).isInstanceOf(DeliveryOutcome.Sent.class);
        session.tell(Session.stopMessage());
        chats.expectTerminated(session);
    }

    @Test
    @DisplayName("at an update lets it go, so that the next ones come")
    void updates() {
        live();
        Route.Routed routed = new Route.Routed(
                new ChatCommand.Place(42, ChatType.PRIVATE, "Ann"),
                new Incoming.Edit(17, new Incoming.Body("text", null, "words"), Instant.EPOCH));

        failsOnce.set(true);
        boolean parked = ask(replyTo -> new SessionStep.Park("cht_1", routed, replyTo));
        failsOnce.set(true);
        boolean migrated = ask(replyTo -> new SessionStep.Migrated(42, -1001, replyTo));

        assertThat(parked).isTrue();
        assertThat(migrated).isTrue();
        assertThat(get(OWNER).getValue().parked()).isZero();
    }

    @Test
    @DisplayName("and one of a chat has its update parked at the first refusal")
    void ofAChat() {
        live();
        server.world().userWrites(bot, ann, place, "poison");

        chats.expectMessageClass(ChatCommand.Receive.class).replyTo().tell(StatusReply.error(ChatCommand.FAULT));

        assertThat(last(2, UpdateParked.class).head().open()).isTrue();
    }
}
