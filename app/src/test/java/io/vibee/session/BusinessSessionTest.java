package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.chat.ChatIds;
import io.vibee.journal.Eventually;
import io.vibee.journal.ThrowsIn;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatCommand.Place;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.BusinessLink;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.Acceptance;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionEvent.BusinessChanged;
import io.vibee.protocol.session.SessionEvent.BusinessConnected;
import io.vibee.protocol.session.SessionEvent.UpdateParked;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.session.SessionView;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A person's session")
@Tag("actors")
class BusinessSessionTest extends OneSession {

    private static final Place PLACE = new Place(7, ChatType.PRIVATE, "Ann");
    private static final BusinessLink LINK = new BusinessLink("bc_1", 42, 42, true, true, false);

    private StatusReply<SessionView> told(BusinessLink link) {
        return ask(replyTo -> new SessionCommand.ConnectBusiness(
                OWNER, new Bot(9, "operators_bot"), OPERATOR, key.keyId(), ChatMode.DRAFT, link, replyTo));
    }

    private static BusinessLink as(String id, boolean enabled, boolean mayReply) {
        return new BusinessLink(id, 42, 42, enabled, mayReply, false);
    }

    private void connected() {
        assertThat(told(LINK).getValue().status()).isEqualTo(SessionStatus.CONNECTED);
    }

    /** Brings something, again while the session begins; gives what the chat is asked. */
    private ChatCommand.Receive received(String text) {
        Incoming incoming = new Incoming.Edit(1, new Incoming.Body("text", null, text), now());
        return chats.awaitAssert(Eventually.PATIENCE, () -> {
            TestProbe<Acceptance> probe = entity.probe();
            session.tell(new SessionCommand.TakeIn(PLACE, incoming, probe.ref()));
            ChatCommand.Receive receive = chats.expectMessageClass(ChatCommand.Receive.class, Duration.ofMillis(300));
            receive.replyTo().tell(StatusReply.ack());
            probe.expectMessage(Duration.ofMillis(300), Acceptance.KEPT);
            return receive;
        });
    }

    private PermitReply permitted() {
        return ask(replyTo -> new SessionCommand.RequestPermit("cht_1", 7, replyTo));
    }

    @Test
    @DisplayName("is connected once, whatever comes again, and keeps what changes")
    void connects() {
        connected();
        connected();
        last(1, BusinessConnected.class);
        SessionView view = told(as("bc_2", true, false)).getValue();

        assertThat(view.status()).isEqualTo(SessionStatus.READ_ONLY);
        assertThat(view.link()).isEqualTo(as("bc_2", true, false));
        assertThat(last(2, BusinessChanged.class).link().connectionId()).isEqualTo("bc_2");
        assertThat(told(as("bc_3", false, false)).getValue().status()).isEqualTo(SessionStatus.DISCONNECTED);
        assertThat(Refusal.SESSION_NOT_FOUND.isIn(get("usr_other").getError())).isTrue();
    }

    @Test
    @DisplayName("brings what is of a person's chat there, and says that it is kept when the chat has stored it")
    void takesIn() {
        connected();
        ChatCommand.Receive receive = received("hello");

        assertThat(receive.owner()).isEqualTo(OWNER);
        assertThat(receive.carrier().sessionId()).isEqualTo(sessionId);
        assertThat(receive.defaultMode()).isEqualTo(ChatMode.DRAFT);
        assertThat(receive.silent()).isNull();
    }

    @Test
    @DisplayName("has no chat of a person's notes to themselves")
    void notes() {
        connected();
        TestProbe<Acceptance> probe = entity.probe();
        session.tell(new SessionCommand.TakeIn(
                new Place(42, ChatType.PRIVATE, "Me"),
                new Incoming.Edit(1, new Incoming.Body("text", null, "milk"), now()),
                probe.ref()));

        probe.expectMessage(Acceptance.KEPT);
        chats.expectNoMessage(Duration.ofMillis(100));
    }

    @Test
    @DisplayName("says with what it brings why nothing is to be answered")
    void silent() {
        connected();
        received("hello");
        told(as("bc_2", true, false));
        assertThat(received("hello").silent()).isEqualTo(NotAnsweredReason.READ_ONLY);
        told(as("bc_2", true, true));
        StatusReply<SessionView> paused = ask(replyTo -> new SessionCommand.Pause(OWNER, replyTo));
        assertThat(paused.getValue().status()).isEqualTo(SessionStatus.PAUSED);
        assertThat(received("hello").silent()).isEqualTo(NotAnsweredReason.PAUSED);
        StatusReply<SessionView> resumed = ask(replyTo -> new SessionCommand.Resume(OWNER, replyTo));
        assertThat(resumed.getValue().status()).isEqualTo(SessionStatus.CONNECTED);
        assertThat(received("hello").silent()).isNull();
    }

    @Test
    @DisplayName("parks what its chat fails at")
    void parks() {
        connected();
        received("hello");
        TestProbe<Acceptance> probe = entity.probe();
        session.tell(new SessionCommand.TakeIn(
                PLACE, new Incoming.Edit(2, new Incoming.Body("text", null, "x"), now()), probe.ref()));
        chats.expectMessageClass(ChatCommand.Receive.class).replyTo().tell(Refusal.FAULT.reply());

        probe.expectMessage(Acceptance.KEPT);
        last(2, UpdateParked.class);
    }

    @Test
    @DisplayName("hands on what chats send, with the connection's newest id, and the operator's session answers them")
    void sends() {
        connected();
        told(as("bc_2", true, true));
        TestProbe<PermitReply> permits = entity.probe();
        session.tell(new SessionCommand.RequestPermit("cht_1", 7, permits.ref()));
        SessionCommand.RequestPermit asked = operator.expectMessageClass(SessionCommand.RequestPermit.class);
        PermitReply.Granted granted = new PermitReply.Granted("p-1", now().plusSeconds(10));
        asked.replyTo().tell(granted);
        permits.expectMessage(granted);

        TestProbe<DeliveryOutcome> outcomes = entity.probe();
        session.tell(new SessionCommand.Deliver(
                "cht_1", "p-1", new SessionCommand.OutgoingText(7, "hi", List.of(), true, null, null), outcomes.ref()));
        SessionCommand.Deliver deliver = operator.expectMessageClass(SessionCommand.Deliver.class);
        assertThat(deliver.message().businessConnectionId()).isEqualTo("bc_2");
        deliver.replyTo().tell(new DeliveryOutcome.Sent(5));
        outcomes.expectMessage(new DeliveryOutcome.Sent(5));

        session.tell(new SessionCommand.ShowTyping(7, null, null));
        assertThat(operator.expectMessageClass(SessionCommand.ShowTyping.class).businessConnectionId())
                .isEqualTo("bc_2");
        session.tell(new SessionCommand.ReleasePermit("cht_1", "p-1"));
        operator.expectMessageClass(SessionCommand.ReleasePermit.class);
    }

    @Test
    @DisplayName("sends nothing that its person does not let it send, also when the right goes between permit and send")
    void rights() {
        connected();
        told(as("bc_2", true, false));
        assertThat(permitted()).isEqualTo(new PermitReply.Refused(Phase.ACTIVE, NotAnsweredReason.READ_ONLY));
        TestProbe<DeliveryOutcome> outcomes = entity.probe();
        session.tell(new SessionCommand.Deliver(
                "cht_1", "p-1", new SessionCommand.OutgoingText(7, "hi", List.of(), true, null, null), outcomes.ref()));
        outcomes.expectMessageClass(DeliveryOutcome.NotSent.class);
        operator.expectMessageClass(SessionCommand.ReleasePermit.class);
        told(as("bc_2", false, false));
        assertThat(permitted()).isEqualTo(new PermitReply.Refused(Phase.ACTIVE, NotAnsweredReason.DISCONNECTED));
    }

    @Test
    @DisplayName("has no token, and no delivery of its own")
    void without() {
        connected();
        StatusReply<SessionCommand.StoredToken> token = ask(replyTo -> new SessionCommand.GetToken(OWNER, replyTo));
        StatusReply<SessionView> webhook =
                ask(replyTo -> new SessionCommand.ChangeDelivery(OWNER, Delivery.WEBHOOK, replyTo));

        assertThat(Refusal.NO_TOKEN.isIn(token.getError())).isTrue();
        assertThat(Refusal.NO_TOKEN.isIn(webhook.getError())).isTrue();
    }

    @Test
    @DisplayName("goes on with its journal's word, and takes in again")
    void comesBack() {
        connected();
        entity.kill(session);
        session = spawned();

        assertThat(get(OWNER).getValue().status()).isEqualTo(SessionStatus.CONNECTED);
        received("hello");
    }

    @Test
    @ThrowsIn(BusinessIntake.class)
    @DisplayName("takes in again after a fault, with the terms of now")
    void restarts() {
        connected();
        received("hello");
        told(as("bc_2", true, false));
        faulty = ChatIds.of(sessionId, 8);
        session.tell(new SessionCommand.TakeIn(
                new Place(8, ChatType.PRIVATE, "Bob"),
                new Incoming.Edit(3, new Incoming.Body("text", null, "x"), now()),
                entity.<Acceptance>probe().ref()));

        assertThat(received("hello").silent()).isEqualTo(NotAnsweredReason.READ_ONLY);
    }
}
