package io.vibee.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vibee.boot.MemoryCiphers;
import io.vibee.cluster.Entities;
import io.vibee.metrics.Metrics;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.Incoming;
import io.vibee.recovery.Backlog;
import io.vibee.reply.PredefinedAnswers;
import io.vibee.reply.PromptAssembly;
import io.vibee.reply.ReplyEngine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.pattern.StatusReply;
import org.apache.pekko.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A chat's actor")
@Tag("actors")
class ChatActorTest {

    private static final ActorTestKit KIT = ActorTestKit.create(
            "chat",
            EventSourcedBehaviorTestKit.config()
                    .withFallback(ConfigFactory.parseString("pekko.actor.provider = local"))
                    .withFallback(ConfigFactory.defaultReference())
                    .resolve());

    private final TestProbe<AccountCommand> account = KIT.createTestProbe();
    private EventSourcedBehaviorTestKit<ChatCommand, ChatEvent, ChatState> chat;

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @BeforeEach
    void spawn() {
        TestProbe<ClusterSharding.ShardCommand> shard = KIT.createTestProbe();
        TestProbe<ReplyEngine.Command> engine = KIT.createTestProbe();
        Entities entities = new Entities(
                id -> {
                    throw new AssertionError("nothing is sent");
                },
                id -> {
                    throw new AssertionError("a chat speaks to no chat");
                },
                id -> account.ref(),
                id -> {
                    throw new AssertionError("a chat speaks to no gate");
                });
        ChatRules rules = new ChatRules(
                new PromptAssembly(PromptAssembly.DEFAULT_WINDOW),
                true,
                true,
                PredefinedAnswers.load(),
                new ModelCosts(Map.of(), List.of()),
                Duration.ofSeconds(60),
                Duration.ofMinutes(10),
                0,
                0,
                Duration.ZERO,
                () -> Examples.AT,
                new Random(1));
        chat = EventSourcedBehaviorTestKit.create(
                KIT.system(),
                Chat.create(
                        Examples.CHAT,
                        shard.ref(),
                        new ChatDependencies(
                                rules,
                                entities,
                                new MemoryCiphers(),
                                (owner, chatId) -> CompletableFuture.completedStage(Done.getInstance()),
                                engine.ref(),
                                search -> CompletableFuture.completedStage(List.of()),
                                new Metrics(),
                                new Backlog(),
                                Examples.NO_NOTICES)));
    }

    private EventSourcedBehaviorTestKit.CommandResultWithReply<ChatCommand, ChatEvent, ChatState, StatusReply<Done>>
            received() {
        return chat.runCommand(replyTo -> new ChatCommand.Receive(
                Examples.OWNER,
                Examples.CARRIER,
                Examples.place("Ann"),
                new Incoming.Message(2, Examples.ANN, false, Examples.text("hello"), null, Examples.AT),
                Examples.AT.minusSeconds(60),
                ChatMode.DIGITAL_TWIN,
                replyTo));
    }

    @Test
    @DisplayName("stores what its machine decides, then acts: it acknowledges, and asks its account")
    void stores() {
        var result = received();

        assertThat(result.reply().isSuccess()).isTrue();
        assertThat(result.events())
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly("ChatOpened", "MessageReceived");
        assertThat(result.state().pending()).hasSize(1);
        account.expectMessageClass(AccountCommand.Grant.class);
    }

    @Test
    @DisplayName("has the same state again after a restart, and goes on with what it was doing")
    void restarts() {
        ChatState before = received().state();
        account.expectMessageClass(AccountCommand.Grant.class);

        assertThat(chat.restart().state()).isEqualTo(before);
        account.expectMessageClass(AccountCommand.Grant.class);
    }

    @Test
    @DisplayName("stores nothing where its machine decides so")
    void refuses() {
        var result =
                chat.<StatusReply<ChatView>>runCommand(replyTo -> new ChatCommand.GetChat("usr_stranger", replyTo));

        assertThat(result.hasNoEvents()).isTrue();
        assertThat(Refusal.CHAT_NOT_FOUND.isIn(result.reply().getError())).isTrue();
    }
}
