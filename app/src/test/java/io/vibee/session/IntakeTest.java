package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.chat.ChatCommand.Place;
import io.vibee.protocol.chat.ChatType;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.Acceptance;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.session.SessionView;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A session with a webhook")
class IntakeTest {

    private static final Place PLACE = new Place(PlainSession.ANN, ChatType.PRIVATE, "Ann");
    private static final Incoming EDIT = new Incoming.Edit(17, new Incoming.Body("text", null, "hi"), Instant.EPOCH);

    private final PlainSession session = PlainSession.withWebhook();

    private Optional<Acceptance> post(PlainSession to) {
        return to.maybe(replyTo -> new SessionCommand.TakeIn(PLACE, EDIT, replyTo));
    }

    private StatusReply<SessionView> change(PlainSession of, Delivery delivery) {
        return of.ask(replyTo -> new SessionCommand.ChangeDelivery(PlainSession.OWNER, delivery, replyTo));
    }

    private static StatusReply<SessionView> pause(PlainSession session) {
        return session.ask(replyTo -> new SessionCommand.Pause(PlainSession.OWNER, replyTo));
    }

    @Test
    @DisplayName("says so, and hands on what Telegram posts")
    void takes() {
        assertThat(session.view().status()).isEqualTo(SessionStatus.WEBHOOK);
        assertThat(session.view().delivery()).isEqualTo(Delivery.WEBHOOK);

        assertThat(post(session)).as("answered by who stores it").isEmpty();
        assertThat(session.next(SessionEffect.TakeIn.class).route()).isEqualTo(new Route.Routed(PLACE, EDIT));
        assertThat(session.view().lastUpdateAt()).isNotNull();
    }

    @Test
    @DisplayName("hands on that a group became a supergroup")
    void migration() {
        session.maybe((org.apache.pekko.actor.typed.ActorRef<Acceptance> replyTo) ->
                new SessionCommand.TakeInMigration(-1, -2, replyTo));
        assertThat(session.next(SessionEffect.TakeIn.class).route()).isEqualTo(new Route.Migration(-1, -2));
    }

    @Nested
    @DisplayName("takes nothing")
    class Refuses {

        @Test
        @DisplayName("yet while it has no key")
        void begins() {
            PlainSession begins = new PlainSession();
            begins.connect(Delivery.WEBHOOK);
            assertThat(post(begins)).contains(Acceptance.LATER);
        }

        @Test
        @DisplayName("while it is paused, and has Telegram keep it; resumed it takes it again")
        void paused() {
            assertThat(pause(session).isSuccess()).isTrue();
            session.next(SessionEffect.RemoveWebhook.class);
            assertThat(post(session)).contains(Acceptance.NOT_WANTED);

            session.ignoreEffects();
            StatusReply<SessionView> resumed =
                    session.ask(replyTo -> new SessionCommand.Resume(PlainSession.OWNER, replyTo));
            assertThat(resumed.isSuccess()).isTrue();
            session.tell(new SessionStep.KeyReady(
                    session.next(SessionEffect.LoadKey.class).load(), session.key));
            session.next(SessionEffect.BeginWebhook.class);
            assertThat(post(session)).isEmpty();
        }

        @Test
        @DisplayName("once it was disconnected, or never was")
        void gone() {
            session.ask((org.apache.pekko.actor.typed.ActorRef<StatusReply<org.apache.pekko.Done>> replyTo) ->
                    new SessionCommand.Disconnect(PlainSession.OWNER, replyTo));
            session.next(SessionEffect.RemoveWebhook.class);
            assertThat(post(session)).contains(Acceptance.NO_SESSION);
            assertThat(post(new PlainSession())).contains(Acceptance.NO_SESSION);
        }

        @Test
        @DisplayName("once Telegram refused its token, which removes no webhook either")
        void revoked() {
            session.tell(new SessionStep.IntakeFailed(
                    session.state().connection().token(), new TelegramFailure.Unauthorized()));
            assertThat(session.events().getLast()).isInstanceOf(SessionEvent.SessionRevoked.class);
            assertThat(session.effects()).noneMatch(SessionEffect.RemoveWebhook.class::isInstance);
            assertThat(post(session)).contains(Acceptance.NOT_WANTED);
        }

        @Test
        @DisplayName("when it polls")
        void polls() {
            assertThat(post(PlainSession.live())).contains(Acceptance.NOT_WANTED);
        }
    }

    @Nested
    @DisplayName("polls instead")
    class Falls {

        @Test
        @DisplayName("while nothing comes through, says why and until when, and tries the webhook again")
        void back() {
            session.tell(new SessionStep.WebhookUseless("Connection refused"));
            assertThat(session.next(SessionEffect.BeginPolling.class).afterWebhook())
                    .isTrue();
            session.tell(new SessionStep.Polled(0));

            assertThat(session.view().status()).isEqualTo(SessionStatus.POLLING);
            assertThat(session.view().statusDetail()).contains("Connection refused", "polled until 2026-01-02T03:15");
            assertThat(session.view().delivery()).isEqualTo(Delivery.WEBHOOK);
            assertThat(post(session)).contains(Acceptance.NOT_WANTED);

            session.ignoreEffects();
            session.tell(SessionStep.TryWebhook.NOW);
            session.next(SessionEffect.BeginWebhook.class);
            session.tell(SessionStep.WebhookSet.NOW);
            assertThat(session.view().status()).isEqualTo(SessionStatus.WEBHOOK);
            assertThat(session.view().statusDetail()).isNull();
        }

        @Test
        @DisplayName("longer each time, until something comes through again")
        void longer() {
            Duration first = wait(session);
            Duration second = wait(session);
            assertThat(second).isEqualTo(first.multipliedBy(2));
            post(session);
            session.ignoreEffects();
            assertThat(wait(session)).isEqualTo(first);
        }

        private Duration wait(PlainSession session) {
            session.tell(new SessionStep.WebhookUseless("Connection refused"));
            session.next(SessionEffect.BeginPolling.class);
            SessionEffect.StartTimer timer = session.next(SessionEffect.StartTimer.class);
            assertThat(timer.step()).isEqualTo(SessionStep.TryWebhook.NOW);
            session.tell(SessionStep.TryWebhook.NOW);
            session.next(SessionEffect.BeginWebhook.class);
            return timer.after();
        }

        @Test
        @DisplayName("once its owner wants it so, and posts again when he wants that")
        void asWished() {
            assertThat(change(session, Delivery.POLLING).isSuccess()).isTrue();
            assertThat(session.events().getLast()).isInstanceOf(SessionEvent.DeliveryChanged.class);
            assertThat(session.next(SessionEffect.BeginPolling.class).afterWebhook())
                    .isTrue();
            assertThat(change(session, Delivery.POLLING).isSuccess()).isTrue();
            assertThat(session.effects()).isEmpty();

            change(session, Delivery.WEBHOOK);
            session.next(SessionEffect.BeginWebhook.class);
        }

        @Test
        @DisplayName("as its owner wished while it was paused, once it is resumed")
        void whilePaused() {
            pause(session);
            session.ignoreEffects();
            change(session, Delivery.POLLING);
            assertThat(session.effects()).isEmpty();
            session.ask((org.apache.pekko.actor.typed.ActorRef<StatusReply<SessionView>> replyTo) ->
                    new SessionCommand.Resume(PlainSession.OWNER, replyTo));
            session.unlocked();
        }
    }

    @Test
    @DisplayName("says where the webhook leads that took its place")
    void taken() {
        session.tell(new SessionStep.WebhookTaken("other.example.org"));
        assertThat(session.view().status()).isEqualTo(SessionStatus.CONFLICT);
        assertThat(session.view().statusDetail()).contains("other.example.org");
    }

    @Test
    @DisplayName("is changed by its owner only")
    void owned() {
        StatusReply<SessionView> refused =
                session.ask(replyTo -> new SessionCommand.ChangeDelivery("usr_eve", Delivery.POLLING, replyTo));
        assertThat(refused.isError()).isTrue();
    }

    @Test
    @DisplayName("confirms an update at which its own code fails: it would come again, and nothing behind it")
    void fault() {
        session.failsNext();
        assertThat(post(session)).contains(Acceptance.KEPT);
    }

    @Test
    @DisplayName("keeps its webhook when it moves to another node")
    void moves() {
        session.tell(SessionStep.Stop.NOW);
        assertThat(session.isStopped()).isTrue();
        assertThat(session.effects()).noneMatch(SessionEffect.RemoveWebhook.class::isInstance);
        assertThat(post(session)).contains(Acceptance.LATER);
    }
}
