package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.cluster.Defect;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.Incarnation;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionEvent.DropReason;
import io.vibee.protocol.session.SessionEvent.ParkedUpdateDropped;
import io.vibee.protocol.session.SessionEvent.ParkedUpdateStored;
import io.vibee.protocol.session.SessionEvent.UpdateParked;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.session.SessionView;
import io.vibee.session.SessionStep.ParkedTried;
import io.vibee.session.SessionStep.ParkedTried.Outcome;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A session decides")
class SessionMachineTest {

    private final PlainSession session = PlainSession.live();

    private static SessionEffect.LoadKey keyWanted(PlainSession session) {
        return session.next(SessionEffect.LoadKey.class);
    }

    private static SessionStep.KeyUnavailable unavailable(SessionEffect.LoadKey load) {
        return new SessionStep.KeyUnavailable(load.load(), new IllegalStateException("the database is away"));
    }

    private StatusReply<SessionView> pause() {
        return pause(session);
    }

    private static StatusReply<SessionView> pause(PlainSession session) {
        return session.ask(replyTo -> new SessionCommand.Pause(PlainSession.OWNER, replyTo));
    }

    @Nested
    @DisplayName("of the key of its token")
    class Key {

        private final PlainSession waiting = new PlainSession();

        @Test
        @DisplayName("to ask again and again while it can't be had")
        void again() {
            waiting.connect();
            for (int i = 0; i < 3; i++) {
                waiting.tell(unavailable(keyWanted(waiting)));
                assertThat(waiting.next(SessionEffect.StartTimer.class))
                        .isEqualTo(new SessionEffect.StartTimer(
                                SessionStep.LoadKey.NOW, SessionLifecycle.LOAD_KEY_AGAIN_AFTER));
                waiting.tell(SessionStep.LoadKey.NOW);
            }
            assertThat(waiting.unlocked().terms().bot()).isEqualTo(PlainSession.BOT);
        }

        @Test
        @DisplayName("to heed only the last load, and none once it wants no key")
        void lastOnly() {
            waiting.connect();
            SessionEffect.LoadKey earlier = keyWanted(waiting);
            assertThat(pause(waiting).isSuccess()).isTrue();
            waiting.ignoreEffects();
            waiting.tell(unavailable(earlier));
            waiting.tell(new SessionStep.KeyReady(earlier.load(), waiting.key));
            assertThat(waiting.effects()).isEmpty();

            StatusReply<SessionView> resumed =
                    waiting.ask(replyTo -> new SessionCommand.Resume(PlainSession.OWNER, replyTo));
            assertThat(resumed.isSuccess()).isTrue();
            waiting.tell(new SessionStep.KeyReady(earlier.load(), waiting.key));
            assertThat(waiting.unlocked().token().stored()).isNotNull();
        }

        @Test
        @DisplayName("to end when it was erased with its owner")
        void erased() {
            waiting.connect();
            waiting.key.erase();
            waiting.tell(new SessionStep.KeyReady(keyWanted(waiting).load(), waiting.key));

            assertThat(waiting.events().getLast()).isInstanceOf(SessionEvent.SessionDisconnected.class);
            assertThat(waiting.effects()).contains(new SessionEffect.Passivate());
        }
    }

    @Nested
    @DisplayName("of what a chat can't store")
    class Parked {

        private SessionEffect.OfferParked offered(String words) {
            SessionEffect.OfferParked offer = session.next(SessionEffect.OfferParked.class);
            assertThat(((Incoming.Edit) ((Route.Routed) offer.route()).incoming())
                            .body()
                            .words())
                    .isEqualTo(words);
            return offer;
        }

        private void tried(SessionEffect.OfferParked offer, Outcome outcome) {
            session.tell(new ParkedTried(offer.chatId(), offer.parkedId(), outcome));
        }

        private void retry(String chatId) {
            session.tell(new SessionStep.RetryParked(chatId));
        }

        @Test
        @DisplayName("to keep it sealed, to show how much it is, and to try again until it is stored")
        void kept() {
            assertThat(session.park("cht_1", "secret")).isTrue();
            UpdateParked parked = (UpdateParked) session.events().getLast();
            assertThat(parked.toString()).doesNotContain("secret");
            assertThat(parked.head().open()).as("the sweep wakes it").isTrue();
            assertThat(session.view().parked()).isEqualTo(1);

            retry("cht_1");
            tried(offered("secret"), Outcome.STORED);
            ParkedUpdateStored stored = (ParkedUpdateStored) session.events().getLast();
            assertThat(stored.head().open()).isFalse();
            assertThat(session.view().parked()).isZero();
        }

        @Test
        @DisplayName("to keep nothing while it is paused or its key is erased, so that Telegram keeps it")
        void notKept() {
            session.key.erase();
            assertThat(session.park("cht_1", "secret")).isFalse();
            pause();
            assertThat(session.park("cht_1", "secret")).isFalse();
            assertThat(session.state().parked()).isEmpty();
        }

        @Test
        @DisplayName("to ask a chat for one at a time, whatever becomes of the others")
        void oneAtATime() {
            session.park("cht_1", "first of one");
            session.park("cht_1", "second of one");
            session.park("cht_2", "first of two");
            session.park("cht_2", "second of two");
            retry("cht_1");
            SessionEffect.OfferParked open = offered("first of one");
            retry("cht_1");
            retry("cht_2");
            tried(offered("first of two"), Outcome.STORED);
            tried(offered("second of two"), Outcome.STORED);
            tried(open, Outcome.STORED);
            tried(offered("second of one"), Outcome.STORED);

            assertThat(session.state().parked()).isEmpty();
            assertThat(session.events())
                    .filteredOn(ParkedUpdateStored.class::isInstance)
                    .hasSize(4);
        }

        @Test
        @DisplayName("to let a sick chat wait longer each time, also when another one recovers")
        void backoff() {
            session.park("cht_sick", "of the sick");
            session.ignoreEffects();
            Duration last = Duration.ZERO;
            for (int i = 0; i < 6; i++) {
                retry("cht_sick");
                tried(offered("of the sick"), Outcome.NOT_STORED);
                Duration wait = session.next(SessionEffect.StartTimer.class).after();
                assertThat(wait).isGreaterThan(last);
                last = wait;
                session.park("cht_well", "of the well");
                retry("cht_well");
                tried(offered("of the well"), Outcome.STORED);
            }
            assertThat(last).isGreaterThan(Duration.ofMinutes(1));
        }

        @Test
        @DisplayName("to let go one at which the chat's own code fails again and again, for others wait behind it")
        void hopeless() {
            session.park("cht_1", "poison");
            session.park("cht_1", "behind it");
            for (int i = 0; i < Parking.MOST_REFUSALS; i++) {
                retry("cht_1");
                tried(offered("poison"), Outcome.CHAT_FAILED);
            }

            tried(offered("behind it"), Outcome.STORED);
            assertThat(session.events())
                    .filteredOn(ParkedUpdateDropped.class::isInstance)
                    .singleElement()
                    .isInstanceOfSatisfying(ParkedUpdateDropped.class, dropped -> {
                        assertThat(dropped.chatId()).isEqualTo("cht_1");
                        assertThat(dropped.parkedId()).isEqualTo(1);
                        assertThat(dropped.reason()).isEqualTo(DropReason.CHAT_FAILED);
                    });
            assertThat(session.state().parked()).isEmpty();
        }

        @Test
        @DisplayName("to let go what the erased key opens no more")
        void erased() {
            session.park("cht_1", "secret");
            session.key.erase();
            retry("cht_1");

            assertThat(session.events().getLast())
                    .isInstanceOfSatisfying(
                            ParkedUpdateDropped.class,
                            dropped -> assertThat(dropped.reason()).isEqualTo(DropReason.KEY_ERASED));
        }

        @Test
        @DisplayName("to ask a bounded number of chats at once")
        void bounded() {
            for (int i = 0; i <= Parking.MOST_ASKED; i++) {
                assertThat(session.park("cht_" + i, "hello")).isTrue();
            }
            session.ignoreEffects();
            for (int i = 0; i <= Parking.MOST_ASKED; i++) {
                retry("cht_" + i);
            }
            assertThat(session.effects()).hasSize(Parking.MOST_ASKED);
            tried(offered("hello"), Outcome.STORED);
            assertThat(session.effects()).hasSize(Parking.MOST_ASKED);
        }

        @Test
        @DisplayName("to try nothing again on a node that stops")
        void nodeStops() {
            session.park("cht_1", "hello");
            session.ignoreEffects();
            session.nodeStops();
            retry("cht_1");

            assertThat(session.effects()).isEmpty();
            assertThat(session.view().parked()).isEqualTo(1);
        }

        @Test
        @DisplayName("to try all of it again after a crash, and after a write that failed")
        void again() {
            session.park("cht_1", "hello");
            retry("cht_1");
            offered("hello");
            session.writeFails();
            session.unlocked();
            offered("hello");
            session.crash();
            session.unlocked();
            tried(offered("hello"), Outcome.STORED);
            assertThat(session.state().parked()).isEmpty();
        }
    }

    @Nested
    @DisplayName("of sending")
    class Sending {

        @Test
        @DisplayName("to send under a permit, once")
        void once() {
            String permit = session.permit("cht_1").permitId();
            TestInbox<DeliveryOutcome> outcome = session.deliver("cht_1", permit);
            assertThat(outcome.hasMessages()).isFalse();
            session.telegramAnswers(5L, null);

            assertThat(outcome.receiveMessage()).isEqualTo(new DeliveryOutcome.Sent(5));
            assertThat(session.deliver("cht_1", permit).receiveMessage()).isInstanceOf(DeliveryOutcome.NotSent.class);
        }

        @Test
        @DisplayName("to honour no permit of another chat or another incarnation")
        void foreign() {
            String permit = session.permit("cht_1").permitId();
            assertThat(session.deliver("cht_2", permit).receiveMessage()).isInstanceOf(DeliveryOutcome.NotSent.class);
            session.crash();
            session.unlocked();
            assertThat(session.deliver("cht_1", permit).receiveMessage()).isInstanceOf(DeliveryOutcome.NotSent.class);
            assertThat(session.effects()).isEmpty();
        }

        @Test
        @DisplayName("to give permits again when Telegram's time to wait is over")
        void floodWait() {
            TestInbox<DeliveryOutcome> refused =
                    session.deliver("cht_1", session.permit("cht_1").permitId());
            session.telegramAnswers(null, new TelegramFailure.FloodWait(Duration.ofSeconds(30)));
            assertThat(refused.receiveMessage())
                    .isEqualTo(new DeliveryOutcome.RefusedByTelegram(429, "Too Many Requests", 30_000));
            TestInbox<PermitReply> waiting = TestInbox.create();
            session.tell(new SessionCommand.RequestPermit("cht_2", 77, waiting.getRef()));
            assertThat(waiting.receiveMessage()).isEqualTo(new PermitReply.Waiting());
            SessionEffect.StartTimer timer = session.next(SessionEffect.StartTimer.class);
            assertThat(timer.after()).isEqualTo(Duration.ofSeconds(30));
            assertThat(session.view().status()).isEqualTo(SessionStatus.BACKING_OFF);

            session.passes(timer.after());
            session.tell(timer.step());

            assertThat(waiting.receiveMessage()).isInstanceOf(PermitReply.Granted.class);
            assertThat(session.view().status()).isEqualTo(SessionStatus.POLLING);
        }

        @Test
        @DisplayName("that a token which Telegram refuses is revoked, unless it was replaced meanwhile")
        void unauthorized() {
            TestInbox<DeliveryOutcome> late =
                    session.deliver("cht_1", session.permit("cht_1").permitId());
            StatusReply<SessionView> replaced = session.ask(replyTo -> new SessionCommand.ReplaceToken(
                    PlainSession.OWNER, PlainSession.BOT, session.key.seal("7:" + "B".repeat(35)), replyTo));
            assertThat(replaced.isSuccess()).isTrue();
            session.telegramAnswers(null, new TelegramFailure.Unauthorized());
            assertThat(late.receiveMessage()).isInstanceOf(DeliveryOutcome.NotSent.class);
            assertThat(session.state().phase()).isEqualTo(Phase.ACTIVE);

            session.unlocked();
            TestInbox<DeliveryOutcome> refused =
                    session.deliver("cht_1", session.permit("cht_1").permitId());
            session.telegramAnswers(null, new TelegramFailure.Unauthorized());
            assertThat(refused.receiveMessage()).isInstanceOf(DeliveryOutcome.RefusedByTelegram.class);
            assertThat(session.state().phase()).isEqualTo(Phase.REVOKED);
            assertThat(session.view().status()).isEqualTo(SessionStatus.REVOKED);
        }

        @Test
        @DisplayName("to tell its chats that nothing is to be answered once it is paused")
        void paused() {
            assertThat(pause().isSuccess()).isTrue();
            SessionEffect.FindUnfinished find = session.next(SessionEffect.FindUnfinished.class);
            assertThat(find.reason()).isEqualTo(NotAnsweredReason.PAUSED);
            session.tell(new SessionStep.UnfinishedFound(
                    List.of("Chat|cht_1"), find.owner(), find.reason(), find.at(), null));

            assertThat(session.next(SessionEffect.TellStopped.class).persistenceIds())
                    .containsExactly("Chat|cht_1");
            PermitReply refused =
                    session.ask(replyTo -> new SessionCommand.RequestPermit("cht_1", PlainSession.ANN, replyTo));
            assertThat(refused).isEqualTo(new PermitReply.Refused(Phase.PAUSED));
        }
    }

    @Nested
    @DisplayName("of its end")
    class End {

        private final SessionStep.OwnerFound another = new SessionStep.OwnerFound(new Incarnation("another"));

        @Test
        @DisplayName("to stop at once when nothing is on its way")
        void atOnce() {
            session.tell(new SessionStep.OwnerFound(new Incarnation("one")));
            assertThat(session.isStopped()).as("it is the owner itself").isFalse();
            session.tell(another);
            assertThat(session.isStopped()).isTrue();
        }

        @Test
        @DisplayName("to stop when the last of what is on its way has an outcome, and to begin nothing before")
        void drained() {
            TestInbox<DeliveryOutcome> sending =
                    session.deliver("cht_1", session.permit("cht_1").permitId());
            session.tell(another);
            assertThat(session.isStopped()).isFalse();
            PermitReply late = session.ask(replyTo -> new SessionCommand.RequestPermit("cht_2", 77, replyTo));
            assertThat(late).isEqualTo(new PermitReply.Waiting());
            session.telegramAnswers(5L, null);

            assertThat(sending.receiveMessage()).isEqualTo(new DeliveryOutcome.Sent(5));
            assertThat(session.isStopped()).isTrue();
        }

        @Test
        @DisplayName("to stop also when a write fails meanwhile")
        void writeFails() {
            session.deliver("cht_1", session.permit("cht_1").permitId());
            session.tell(SessionStep.Stop.NOW);
            session.telegramAnswers(5L, null);
            session.writeFails();

            assertThat(session.isStopped()).isTrue();
        }
    }

    @Nested
    @DisplayName("of a fault in its own code")
    class Fault {

        @Test
        @DisplayName("that it is one command's, whose asker is told, and goes on as it was")
        void told() {
            session.failsNext();
            assertThat(pause().getError()).hasMessage(Refusal.FAULT.wireName());
            assertThat(session.view().status()).isEqualTo(SessionStatus.POLLING);
            assertThat(session.next(SessionEffect.Report.class).defect().kindAndPlace())
                    .contains("IllegalStateException")
                    .doesNotContain("a person");
        }

        @Test
        @DisplayName("that a text at which it fails is refused for good, and its permit is free")
        void sending() {
            String permit = session.permit("cht_1").permitId();
            session.failsNext();
            DeliveryOutcome outcome = session.deliver("cht_1", permit).receiveMessage();

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            DeliveryOutcome.RefusedByTelegram.class,
                            refused -> assertThat(refused.description())
                                    .contains("IllegalStateException")
                                    .doesNotContain("a person"));
            session.tell(SessionStep.Stop.NOW);
            assertThat(session.isStopped()).isTrue();
        }

        @Test
        @DisplayName("that who waits gets the permit of a text at which it fails")
        void served() {
            PermitReply.Granted first = session.permit("cht_1");
            for (int i = 1; i < SendPermits.MOST_IN_FLIGHT; i++) {
                session.passes(Duration.ofMillis(50));
                long telegramChat = 1000L + i;
                PermitReply other = session.ask(
                        replyTo -> new SessionCommand.RequestPermit("cht_" + telegramChat, telegramChat, replyTo));
                assertThat(other).isInstanceOf(PermitReply.Granted.class);
            }
            TestInbox<PermitReply> waiting = TestInbox.create();
            session.passes(Duration.ofMillis(50));
            session.tell(new SessionCommand.RequestPermit("cht_last", 77, waiting.getRef()));
            assertThat(waiting.receiveMessage()).isEqualTo(new PermitReply.Waiting());

            session.failsNext();
            TestInbox<DeliveryOutcome> outcome = session.deliver("cht_1", first.permitId());
            assertThat(outcome.receiveMessage()).isInstanceOf(DeliveryOutcome.RefusedByTelegram.class);
            assertThat(waiting.receiveMessage()).isInstanceOf(PermitReply.Granted.class);
        }

        @Test
        @DisplayName("that what was sent was sent, also when it fails at the answer, and it can stop")
        void answered() {
            TestInbox<DeliveryOutcome> sending =
                    session.deliver("cht_1", session.permit("cht_1").permitId());
            session.tell(SessionStep.Stop.NOW);
            session.failsNext();
            session.telegramAnswers(5L, null);

            assertThat(sending.receiveMessage()).isEqualTo(new DeliveryOutcome.Sent(5));
            assertThat(session.isStopped()).isTrue();
        }

        @Test
        @DisplayName("that an update at which it fails is let go, so that the next ones come")
        void updates() {
            session.failsNext();
            assertThat(session.park("cht_1", "words")).isTrue();
            session.failsNext();
            boolean migrated = session.ask(replyTo -> new SessionStep.Migrated(42, -1001, replyTo));

            assertThat(migrated).isTrue();
            assertThat(session.state().parked()).isEmpty();
        }

        @Test
        @DisplayName(
                "at an effect: a send is refused and frees its permit, a parked update is tried later, a key is asked for again")
        void effects() {
            Defect defect = Defect.of(new IllegalStateException("x"));
            TestInbox<DeliveryOutcome> sending =
                    session.deliver("cht_1", session.permit("cht_1").permitId());
            session.tell(new SessionStep.EffectFailed(session.next(SessionEffect.Send.class), defect));
            assertThat(sending.receiveMessage()).isInstanceOf(DeliveryOutcome.RefusedByTelegram.class);

            session.park("cht_1", "hello");
            session.tell(new SessionStep.RetryParked("cht_1"));
            session.tell(new SessionStep.EffectFailed(session.next(SessionEffect.OfferParked.class), defect));
            assertThat(session.next(SessionEffect.StartTimer.class).step())
                    .isEqualTo(new SessionStep.RetryParked("cht_1"));

            session.crash();
            session.tell(new SessionStep.EffectFailed(keyWanted(session), defect));
            assertThat(session.next(SessionEffect.StartTimer.class).step()).isEqualTo(SessionStep.LoadKey.NOW);
        }

        @Test
        @DisplayName("to begin anew when what it lives by fails")
        void anew() {
            session.crash();
            SessionEffect.BeginPolling begin = session.unlocked();

            assertThatThrownBy(() -> session.tell(new SessionStep.EffectFailed(
                            begin, Defect.of(new IllegalStateException("it can't be spawned")))))
                    .isInstanceOf(IllegalStateException.class);
        }
    }
}
