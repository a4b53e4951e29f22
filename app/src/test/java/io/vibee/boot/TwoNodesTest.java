package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.chat.Chat;
import io.vibee.journal.Eventually;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.Refusal.RefusedException;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.sandbox.SandboxBot;
import io.vibee.session.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("Of two nodes of a cluster")
@Tag("node")
class TwoNodesTest {

    private static final Outside OUTSIDE = new Outside();
    private static final int BOTS = 8;

    private final DatabaseUrl database = TestDatabase.fresh();
    private final Journal journal = new Journal(database);

    @AfterAll
    static void stop() {
        OUTSIDE.close();
    }

    @AfterEach
    void allIsWell() {
        OUTSIDE.model().latency(Duration.ZERO);
    }

    /** One bot after another, so that each chat's and session's shard finds its place among the two nodes. */
    private List<Dialogue> dialogues(TestNode node) {
        String owner = node.register();
        List<Dialogue> all = new ArrayList<>();
        for (int i = 0; i < BOTS; i++) {
            SandboxBot bot = OUTSIDE.bot();
            String session = node.connect(owner, bot, ChatMode.DIGITAL_TWIN).id();
            var person = OUTSIDE.world().createUser("Quentin");
            all.add(new Dialogue(
                    OUTSIDE,
                    journal,
                    owner,
                    session,
                    bot,
                    person,
                    OUTSIDE.world().privateChat(person)));
        }
        return all;
    }

    private TestNode.Setup setup() {
        return TestNode.on(database, OUTSIDE).with("VIBEE_MAX_SESSIONS_PER_USER", "0");
    }

    @Test
    @DisplayName("one leaves: its sessions and chats go on at the other, and every message is answered once")
    void leaves() {
        try (TestNode staying = setup().start();
                TestNode leaving = setup().join(staying)) {
            List<Dialogue> all = dialogues(staying);
            all.forEach(dialogue -> dialogue.write("Before"));
            all.forEach(dialogue -> dialogue.awaitAnswers(1));
            assertThat(leaving.entitiesHere(Session.TYPE_KEY)).isNotEmpty();
            assertThat(leaving.entitiesHere(Chat.TYPE_KEY)).isNotEmpty();
            assertThat(all)
                    .allSatisfy(dialogue -> assertThat(List.of(staying, leaving))
                            .allSatisfy(node -> assertThatThrownBy(() -> node.chat("usr_stranger", dialogue.chatId()))
                                    .hasRootCauseInstanceOf(RefusedException.class)
                                    .hasRootCauseMessage(Refusal.CHAT_NOT_FOUND.wireName())));

            all.forEach(dialogue -> dialogue.write("During"));
            leaving.stop();
            all.forEach(dialogue -> dialogue.write("After"));

            all.forEach(dialogue -> dialogue.awaitAnswers(3));
            Eventually.holds(() -> assertThat(all)
                    .allSatisfy(
                            dialogue -> assertThat(dialogue.events("Delivered")).hasSize(3)));
            assertThat(all).allSatisfy(dialogue -> {
                assertThat(dialogue.answers()).hasSize(3);
                assertThat(dialogue.events("DeliveryInDoubt")).isEmpty();
            });
            assertThat(staying.entitiesHere(Session.TYPE_KEY)).hasSize(BOTS);
        }
    }

    @Test
    @DisplayName("one dies: what its chats had stored is answered at the other, with nobody writing again")
    void dies() {
        try (TestNode staying = setup().start();
                TestNode dying = setup().join(staying)) {
            List<Dialogue> all = dialogues(staying);
            OUTSIDE.model().latency(Duration.ofSeconds(10));
            all.forEach(dialogue -> dialogue.write("Hello"));
            Eventually.holds(() -> assertThat(all)
                    .allSatisfy(dialogue -> assertThat(dialogue.reasons()).hasSize(1)));
            Set<String> lost = dying.entitiesHere(Chat.TYPE_KEY);
            assertThat(lost).isNotEmpty();

            dying.dieAndBeDownedBy(staying);
            OUTSIDE.model().latency(Duration.ZERO);

            all.forEach(dialogue -> dialogue.awaitAnswers(1));
            assertThat(all)
                    .filteredOn(dialogue -> lost.contains(dialogue.chatId()))
                    .hasSameSizeAs(lost);
        }
    }

    @Test
    @DisplayName("only one runs a session: of two that poll, the one that sharding does not know stops")
    void twice() {
        try (TestNode node = setup().start()) {
            Dialogue dialogue = Dialogue.begin(node, OUTSIDE, journal, ChatMode.DIGITAL_TWIN);
            dialogue.write("Before");
            dialogue.awaitAnswers(1);

            TestProbe<ClusterSharding.ShardCommand> shard = TestProbe.create(node.system());
            ActorRef<SessionCommand> stale = node.system()
                    .systemActorOf(
                            Session.create(
                                    dialogue.sessionId(),
                                    shard.ref(),
                                    node.member().sessions()),
                            "stale",
                            Props.empty());
            shard.expectTerminated(stale, Eventually.PATIENCE);

            dialogue.write("After");
            dialogue.awaitAnswers(2);
            Eventually.holds(() ->
                    assertThat(OUTSIDE.world().unconfirmed(dialogue.bot())).isZero());
        }
    }
}
