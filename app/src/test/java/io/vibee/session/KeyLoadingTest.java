package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.session.Bot;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionKind;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.stored.EventHead;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A session's key is loaded")
class KeyLoadingTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final SessionState CONNECTED = SessionHistory.apply(
            SessionState.NEW,
            new SessionEvent.SessionConnected(
                    new EventHead("usr_1", "ses_1", false, Instant.EPOCH),
                    SessionKind.BOT,
                    new Bot(1, "ann_bot"),
                    new Sealed("k", "token"),
                    ChatMode.OBSERVE,
                    Delivery.POLLING));

    private static ActorTestKit kit;
    private static ManualTime time;

    private final BlockingQueue<CompletableFuture<DataKey>> loads = new LinkedBlockingQueue<>();
    private ActorRef<SessionCommand> session;

    @BeforeAll
    static void start() {
        kit = ActorTestKit.create(
                "key-loading",
                ManualTime.config()
                        .withFallback(ConfigFactory.parseString("pekko.actor.provider = local"))
                        .withFallback(ConfigFactory.defaultReference())
                        .resolve());
        time = ManualTime.get(kit.system());
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
    }

    @BeforeEach
    void spawn() {
        session = kit.spawn(Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            KeyLoading loading = new KeyLoading(context, timers, (owner, keyId) -> {
                CompletableFuture<DataKey> asked = new CompletableFuture<>();
                loads.add(asked);
                return asked;
            });
            return Behaviors.receiveMessage(command -> onCommand(loading, command));
        })));
    }

    @AfterEach
    void end() {
        kit.stop(session);
    }

    /** A session in short: it wants the key, it wants it no more, and what it learns of it. */
    private static Behavior<SessionCommand> onCommand(KeyLoading loading, SessionCommand command) {
        switch (command) {
            case SessionStep.LoadKey wanted -> loading.begin(CONNECTED);
            case SessionStep.Stop notWanted -> loading.end();
            case SessionStep.KeyUnavailable unavailable -> loading.failed(unavailable);
            case SessionCommand.Wake wake -> wake.replyTo().tell(Done.getInstance());
            default -> throw new AssertionError(command);
        }
        return Behaviors.same();
    }

    private CompletableFuture<DataKey> awaitLoad() throws InterruptedException {
        return Objects.requireNonNull(loads.poll(15, TimeUnit.SECONDS), "no load");
    }

    private void fails(CompletableFuture<DataKey> load) {
        load.completeExceptionally(new IllegalStateException("the database is away"));
        awaitSession();
    }

    private void passes(Duration duration) {
        time.timePasses(duration);
        awaitSession();
    }

    /** Until it has seen all that it was told. */
    private void awaitSession() {
        TestProbe<Done> probe = kit.createTestProbe();
        session.tell(new SessionCommand.Wake(probe.ref()));
        probe.receiveMessage();
    }

    @Test
    @DisplayName("again and again while it can't be had")
    void again() throws InterruptedException {
        session.tell(SessionStep.LoadKey.NOW);
        for (int i = 0; i < 3; i++) {
            fails(awaitLoad());
            assertThat(loads).isEmpty();
            passes(KeyLoading.AGAIN_AFTER);
        }
        assertThat(awaitLoad()).isNotDone();
    }

    @Test
    @DisplayName("no more when the session does not want it any more, also if a load was under way")
    void notWanted() throws InterruptedException {
        session.tell(SessionStep.LoadKey.NOW);
        fails(awaitLoad());
        session.tell(SessionStep.Stop.NOW);
        awaitSession();
        passes(LONG);
        assertThat(loads).isEmpty();

        session.tell(SessionStep.LoadKey.NOW);
        CompletableFuture<DataKey> underWay = awaitLoad();
        session.tell(SessionStep.Stop.NOW);
        fails(underWay);
        passes(LONG);
        assertThat(loads).isEmpty();
    }

    @Test
    @DisplayName("by one at a time, also when it is wanted anew before a load was over")
    void oneAtATime() throws InterruptedException {
        session.tell(SessionStep.LoadKey.NOW);
        CompletableFuture<DataKey> earlier = awaitLoad();
        session.tell(SessionStep.Stop.NOW);
        session.tell(SessionStep.LoadKey.NOW);
        CompletableFuture<DataKey> later = awaitLoad();
        fails(earlier);
        passes(LONG);
        assertThat(loads).isEmpty();

        fails(later);
        passes(KeyLoading.AGAIN_AFTER);
        assertThat(awaitLoad()).isNotDone();
        assertThat(loads).isEmpty();
    }
}
