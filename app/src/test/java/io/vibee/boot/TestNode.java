package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.vibee.account.Passwords;
import io.vibee.account.SignIn;
import io.vibee.cluster.ClusterTls;
import io.vibee.journal.Eventually;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionView;
import io.vibee.reply.Chains;
import io.vibee.reply.GuardedProvider;
import io.vibee.reply.Provider;
import io.vibee.sandbox.SandboxBot;
import io.vibee.session.Connected;
import io.vibee.settings.Secret;
import io.vibee.settings.Secrets;
import io.vibee.settings.Settings;
import io.vibee.telegram.BotToken;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.ShardRegion.CurrentShardRegionState;
import org.apache.pekko.cluster.sharding.typed.GetShardRegionState;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.pattern.StatusReply;

/** A whole node without its HTTP front, in this JVM: real entities, engine and sweep on a real PostgreSQL. */
final class TestNode implements AutoCloseable {

    private static final Duration ASK = Duration.ofSeconds(10);
    private static final Secrets SECRETS = new Secrets(
            new Secret("the JWT secret of tests, long enough"),
            new Secret("the master key of tests, long enough"),
            null);
    private static final Passwords.Cost QUICK_PASSWORDS = new Passwords.Cost(64, 1);
    private static final String PASSWORD = "correct horse battery staple";

    /** What a node is started with. */
    static final class Setup {
        private final DatabaseUrl database;
        private final Outside outside;
        private final Map<String, String> environment = new HashMap<>();
        private URI telegram;
        private @org.jspecify.annotations.Nullable URI publicUrl;
        private Clock clock = Clock.systemUTC();
        private Duration modelTimeout = Duration.ofSeconds(30);

        private Setup(DatabaseUrl database, Outside outside) {
            this.database = database;
            this.outside = outside;
            this.telegram = outside.telegram().url();
            environment.put("VIBEE_CHAT_REPLIES_PER_MINUTE", "0");
            environment.put("VIBEE_CHAT_PAUSE", "0");
            environment.put("VIBEE_TELEGRAM_SENDS_PER_SECOND", "0");
            environment.put("VIBEE_MODERATION_REPEATS", "0");
            // Tests count calls.
            environment.put("VIBEE_AI_CACHE_TTL", "0");
        }

        /** Sets a variable of the environment. */
        Setup with(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        Setup clock(Clock other) {
            clock = other;
            return this;
        }

        Setup modelTimeout(Duration timeout) {
            modelTimeout = timeout;
            return this;
        }

        Setup telegram(URI url) {
            telegram = url;
            return this;
        }

        /** Where Telegram may post; nowhere if it is not said. */
        Setup publicUrl(URI url) {
            publicUrl = url;
            return this;
        }

        /** Forms a cluster of its own. */
        TestNode start() {
            return new TestNode(this, null);
        }

        /** Joins another's cluster. */
        TestNode join(TestNode first) {
            return new TestNode(this, first);
        }
    }

    private final ActorSystem<Void> system;
    private final ClusterMember member;
    private boolean ended;

    static Setup on(DatabaseUrl database, Outside outside) {
        return new Setup(database, outside);
    }

    private TestNode(Setup setup, @org.jspecify.annotations.Nullable TestNode first) {
        system = ActorSystem.create(
                Behaviors.empty(),
                "vibee",
                ActorSystemSetup.create(
                        BootstrapSetup.create(ConfigFactory.parseString("""
                                pekko.remote.artery.canonical.port = 0
                                pekko.loglevel = WARNING
                                pekko.coordinated-shutdown.run-by-actor-system-terminate = off
                                """)
                                .withValue(
                                        "pekko.persistence.postgres.database.url",
                                        ConfigValueFactory.fromAnyRef(setup.database.reveal()))
                                .withFallback(ConfigFactory.load())),
                        ClusterTls.setup(SECRETS.masterKey().reveal(), null)));
        CompletableFuture<Done> up = new CompletableFuture<>();
        org.apache.pekko.cluster.Cluster.get(system).registerOnMemberUp(() -> up.complete(Done.getInstance()));
        TestNode seed = first == null ? this : first;
        Cluster.get(system)
                .manager()
                .tell(Join.create(seed.cluster().selfMember().address()));
        Eventually.value(up);
        CoordinatedShutdown.get(system)
                .addTask(
                        CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
                        "close-database",
                        () -> Database.get(system).closeLater().handle((closed, failure) -> Done.getInstance()));
        member = ClusterMember.start(
                system,
                Settings.read(setup.environment, Path.of("/nowhere")),
                SECRETS,
                new ClusterMember.NodeEnvironment(
                        setup.telegram,
                        setup.publicUrl,
                        null,
                        Chains.alike(List.of(new Provider(
                                "openai",
                                Provider.Format.CHAT_COMPLETIONS,
                                setup.outside.model().url(),
                                "key",
                                "small",
                                setup.modelTimeout,
                                setup.modelTimeout,
                                0))),
                        // One test's faults are not to leave the model alone in the next.
                        new GuardedProvider.Breaker(
                                1000, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(1)),
                        QUICK_PASSWORDS,
                        setup.clock));
        HealthChecks health = new HealthChecks(system, List.of());
        Eventually.holds(
                () -> assertThat(Eventually.value(health.sessions()).status()).isEqualTo("up"));
    }

    ActorSystem<Void> system() {
        return system;
    }

    ClusterMember member() {
        return member;
    }

    Cluster cluster() {
        return Cluster.get(system);
    }

    /** Gives the id of a new user. */
    String register() {
        SignIn made = Eventually.value(member.credentials()
                .register(
                        "user" + UUID.randomUUID().toString().substring(0, 8),
                        PASSWORD,
                        null,
                        io.vibee.account.SignInClient.SELF));
        if (made instanceof SignIn.Granted in) {
            return in.user().id();
        }
        throw new AssertionError(made);
    }

    Connected tryConnect(String owner, BotToken token, ChatMode mode) {
        return tryConnect(owner, token, mode, Delivery.POLLING);
    }

    Connected tryConnect(String owner, BotToken token, ChatMode mode, Delivery delivery) {
        return Eventually.value(member.connections().connect(owner, token, mode, delivery));
    }

    SessionView connect(String owner, SandboxBot bot, ChatMode mode) {
        Connected connected = tryConnect(owner, bot.token(), mode);
        if (connected instanceof Connected.Live live) {
            return live.session();
        }
        throw new AssertionError(connected);
    }

    SessionView session(String owner, String sessionId) {
        return ask(member.entities().session(sessionId), replyTo -> new SessionCommand.GetSession(owner, replyTo));
    }

    SessionView pause(String owner, String sessionId) {
        return ask(member.entities().session(sessionId), replyTo -> new SessionCommand.Pause(owner, replyTo));
    }

    SessionView resume(String owner, String sessionId) {
        return ask(member.entities().session(sessionId), replyTo -> new SessionCommand.Resume(owner, replyTo));
    }

    ChatView chat(String owner, String chatId) {
        return ask(member.entities().chat(chatId), replyTo -> new ChatCommand.GetChat(owner, replyTo));
    }

    ChatView configure(String owner, String chatId, ChatView.Config config) {
        return ask(member.entities().chat(chatId), replyTo -> new ChatCommand.Configure(owner, config, replyTo));
    }

    /** Takes all dead letters of a chat up again; gives how many. */
    int retryDeadLetters(String owner, String chatId) {
        return this.<ChatCommand, ChatCommand.Retried>ask(
                        member.entities().chat(chatId), replyTo -> new ChatCommand.RetryDeadLetters(owner, replyTo))
                .count();
    }

    /** Asks an entity as the HTTP front does; a refusal is an error of the test. */
    <C, T> T ask(RecipientRef<C> entity, Function<ActorRef<StatusReply<T>>, C> message) {
        return Eventually.value(AskPattern.askWithStatus(entity, message, ASK, system.scheduler()));
    }

    /** The ids of the entities of a type that live on this node. */
    Set<String> entitiesHere(EntityTypeKey<?> type) {
        CurrentShardRegionState state = Eventually.value(AskPattern.ask(
                ClusterSharding.get(system).shardState(),
                replyTo -> new GetShardRegionState(type, replyTo),
                ASK,
                system.scheduler()));
        return state.getShards().stream()
                .flatMap(shard -> shard.getEntityIds().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Leaves the cluster, as at SIGTERM. */
    void stop() {
        if (!ended) {
            ended = true;
            Eventually.value(CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.jvmExitReason()));
        }
    }

    /** Ends without a word. */
    void die() {
        ended = true;
        system.terminate();
        Eventually.value(system.getWhenTerminated());
    }

    /** Ends without a word, and is downed by another as the split brain resolver would. */
    void dieAndBeDownedBy(TestNode other) {
        var address = cluster().selfMember().address();
        die();
        other.cluster().manager().tell(new Down(address));
    }

    @Override
    public void close() {
        stop();
    }
}
