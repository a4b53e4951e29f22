package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.http.AddressLimiter;
import io.vibee.http.AuthenticatedEndpoint;
import io.vibee.http.FrontBinding;
import io.vibee.http.HttpFront;
import io.vibee.http.WebhookRoutes;
import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.session.SessionView;
import io.vibee.sandbox.Fault;
import io.vibee.sandbox.IncomingMessage;
import io.vibee.sandbox.SandboxBot;
import io.vibee.sandbox.SandboxUser;
import io.vibee.session.Connected;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("Telegram posts to one node of two")
@Tag("node")
class WebhookTest {

    private static final Outside OUTSIDE = new Outside();
    private static final DatabaseUrl DATABASE = TestDatabase.fresh();
    private static final Journal JOURNAL = new Journal(DATABASE);
    private static TestNode node;
    private static TestNode other;
    private static FrontBinding front;

    @BeforeAll
    static void start() {
        int port = FreePorts.take(1).getFirst();
        TestNode.Setup setup = TestNode.on(DATABASE, OUTSIDE)
                .with("VIBEE_MAX_SESSIONS_PER_USER", "0")
                .publicUrl(URI.create("http://127.0.0.1:" + port));
        node = setup.start();
        other = setup.join(node);
        AddressLimiter addresses = new AddressLimiter(0);
        AuthenticatedEndpoint endpoint = new AuthenticatedEndpoint(
                node.system(), node.member().accessTokens(), node.member().entities());
        front = Eventually.value(new HttpFront(
                        node.system(),
                        addresses,
                        0,
                        List.of(new WebhookRoutes(
                                        endpoint,
                                        addresses,
                                        node.member().webhooks(),
                                        node.member().postedUpdates())
                                .route()))
                .bind("127.0.0.1", port));
    }

    @AfterAll
    static void stop() {
        Eventually.value(front.terminate(Duration.ofSeconds(1)));
        other.close();
        node.close();
        OUTSIDE.close();
    }

    private static Dialogue begin() {
        return begin(node.register(), OUTSIDE.bot());
    }

    private static Dialogue begin(String owner, SandboxBot bot) {
        if (node.tryConnect(owner, bot.token(), ChatMode.DIGITAL_TWIN, Delivery.WEBHOOK)
                instanceof Connected.Live live) {
            SandboxUser person = OUTSIDE.world().createUser("Quentin");
            return new Dialogue(
                    OUTSIDE,
                    JOURNAL,
                    owner,
                    live.session().id(),
                    bot,
                    person,
                    OUTSIDE.world().privateChat(person));
        }
        throw new AssertionError("not connected");
    }

    private static <T> T ask(Dialogue dialogue, Function<ActorRef<StatusReply<T>>, SessionCommand> command) {
        return Eventually.value(AskPattern.askWithStatus(
                node.member().entities().session(dialogue.sessionId()),
                command::apply,
                Duration.ofSeconds(10),
                node.system().scheduler()));
    }

    private static SessionView view(Dialogue dialogue) {
        return ask(dialogue, replyTo -> new SessionCommand.GetSession(dialogue.owner(), replyTo));
    }

    private static void awaitStatus(Dialogue dialogue, SessionStatus status) {
        Eventually.holds(() -> assertThat(view(dialogue).status()).isEqualTo(status));
    }

    @Test
    @DisplayName("and whoever writes is answered, wherever the session lives, with no poll")
    void answered() {
        String owner = node.register();
        List<Dialogue> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(begin(owner, OUTSIDE.bot()));
        }
        for (int i = 0; i < 3; i++) {
            for (Dialogue dialogue : all) {
                dialogue.write("number " + i);
            }
        }
        for (Dialogue dialogue : all) {
            dialogue.awaitAnswers(3);
            dialogue.assertAnsweredInOrder();
            assertThat(OUTSIDE.calls("getUpdates", dialogue.bot())).isEmpty();
            assertThat(view(dialogue).status()).isEqualTo(SessionStatus.WEBHOOK);
            assertThat(view(dialogue).lastUpdateAt()).isNotNull();
        }
        assertThat(other.entitiesHere(io.vibee.session.Session.TYPE_KEY)).isNotEmpty();
    }

    @Test
    @DisplayName("until the session is paused; what is written meanwhile comes when it is resumed, and gets no answer")
    void paused() {
        Dialogue dialogue = begin();
        awaitStatus(dialogue, SessionStatus.WEBHOOK);
        ask(
                dialogue,
                (ActorRef<StatusReply<SessionView>> replyTo) -> new SessionCommand.Pause(dialogue.owner(), replyTo));
        Eventually.holds(
                () -> assertThat(OUTSIDE.calls("deleteWebhook", dialogue.bot())).hasSize(1));
        dialogue.write(
                IncomingMessage.text("Are you there?").writtenAt(Instant.now().minusSeconds(5)));

        ask(
                dialogue,
                (ActorRef<StatusReply<SessionView>> replyTo) -> new SessionCommand.Resume(dialogue.owner(), replyTo));
        Eventually.holds(() -> assertThat(dialogue.events("MessageReceived")).hasSize(1));
        dialogue.write("Now?");
        dialogue.awaitAnswers(1);
        assertThat(dialogue.reasons()).containsExactly("before_connection", "answered");
    }

    @Test
    @DisplayName("until it is disconnected")
    void disconnected() {
        Dialogue dialogue = begin();
        awaitStatus(dialogue, SessionStatus.WEBHOOK);
        Done gone = ask(dialogue, replyTo -> new SessionCommand.Disconnect(dialogue.owner(), replyTo));
        assertThat(gone).isNotNull();
        Eventually.holds(
                () -> assertThat(OUTSIDE.calls("deleteWebhook", dialogue.bot())).hasSize(1));
    }

    @Test
    @DisplayName("until its owner wants it polled, and again when he wants that")
    void changed() {
        Dialogue dialogue = begin();
        awaitStatus(dialogue, SessionStatus.WEBHOOK);
        ask(
                dialogue,
                (ActorRef<StatusReply<SessionView>> replyTo) ->
                        new SessionCommand.ChangeDelivery(dialogue.owner(), Delivery.POLLING, replyTo));
        awaitStatus(dialogue, SessionStatus.POLLING);
        dialogue.write("Polled?");
        dialogue.awaitAnswers(1);

        ask(
                dialogue,
                (ActorRef<StatusReply<SessionView>> replyTo) ->
                        new SessionCommand.ChangeDelivery(dialogue.owner(), Delivery.WEBHOOK, replyTo));
        awaitStatus(dialogue, SessionStatus.WEBHOOK);
        int polls = OUTSIDE.calls("getUpdates", dialogue.bot()).size();
        dialogue.write("Posted?");
        dialogue.awaitAnswers(2);
        assertThat(OUTSIDE.calls("getUpdates", dialogue.bot())).hasSize(polls);
    }

    @Test
    @DisplayName("once it can: a webhook that it does not take is polled instead, and says why")
    void refused() {
        SandboxBot bot = OUTSIDE.bot();
        OUTSIDE.fail(1, "setWebhook", bot, Fault.badRequest("bad webhook: Failed to resolve host"));
        Dialogue dialogue = begin(node.register(), bot);
        awaitStatus(dialogue, SessionStatus.POLLING);
        assertThat(view(dialogue).statusDetail()).contains("Failed to resolve host");
        dialogue.write("Anyway?");
        dialogue.awaitAnswers(1);
    }

    @Test
    @DisplayName("at last: while Telegram fails at setting the webhook it is tried again")
    void later() {
        SandboxBot bot = OUTSIDE.bot();
        OUTSIDE.fail(2, "setWebhook", bot, Fault.serverError(502));
        Dialogue dialogue = begin(node.register(), bot);
        awaitStatus(dialogue, SessionStatus.WEBHOOK);
        dialogue.write("Anyway?");
        dialogue.awaitAnswers(1);
    }

    @Test
    @DisplayName("a webhook of its own that was left behind does not stop a session from polling")
    void leftBehind() {
        Dialogue dialogue = begin();
        awaitStatus(dialogue, SessionStatus.WEBHOOK);
        OUTSIDE.fail(1, "deleteWebhook", dialogue.bot(), Fault.serverError(502));
        ask(
                dialogue,
                (ActorRef<StatusReply<SessionView>> replyTo) ->
                        new SessionCommand.ChangeDelivery(dialogue.owner(), Delivery.POLLING, replyTo));
        dialogue.write("Anyway?");
        dialogue.awaitAnswers(1);
        awaitStatus(dialogue, SessionStatus.POLLING);
    }
}
