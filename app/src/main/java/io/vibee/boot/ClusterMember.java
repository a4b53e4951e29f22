package io.vibee.boot;

import io.vibee.account.AccessTokens;
import io.vibee.account.AccountDependencies;
import io.vibee.account.Credentials;
import io.vibee.account.DailyLimits;
import io.vibee.account.Erasure;
import io.vibee.account.GateDependencies;
import io.vibee.account.PasswordThreads;
import io.vibee.account.Passwords;
import io.vibee.account.SignInGuard;
import io.vibee.chat.ChatDependencies;
import io.vibee.chat.ChatRules;
import io.vibee.chat.ModelCosts;
import io.vibee.chat.Recall;
import io.vibee.cluster.CrashedMembers;
import io.vibee.cluster.Entities;
import io.vibee.cluster.MembershipLog;
import io.vibee.cluster.NodeParts;
import io.vibee.journal.database.Database;
import io.vibee.metrics.Metrics;
import io.vibee.moderation.Moderation;
import io.vibee.moderation.Rules;
import io.vibee.operator.ManagedBots;
import io.vibee.operator.OperatorBot;
import io.vibee.operator.OperatorParts;
import io.vibee.persistence.account.RefreshTokens;
import io.vibee.persistence.account.TelegramLinks;
import io.vibee.persistence.account.Users;
import io.vibee.persistence.cache.CachedReplies;
import io.vibee.persistence.erasure.Erasures;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.persistence.keys.MasterKey;
import io.vibee.persistence.read.ReadDrafts;
import io.vibee.persistence.read.ReadErasure;
import io.vibee.persistence.read.ReadMessages;
import io.vibee.persistence.recovery.UnfinishedRows;
import io.vibee.persistence.session.SessionRows;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.recovery.Backlog;
import io.vibee.recovery.ErasureWatch;
import io.vibee.recovery.Sweep;
import io.vibee.reply.Chains;
import io.vibee.reply.GuardedProvider;
import io.vibee.reply.PredefinedAnswers;
import io.vibee.reply.PromptAssembly;
import io.vibee.reply.Provider;
import io.vibee.reply.ReplyCache;
import io.vibee.reply.ReplyEngine;
import io.vibee.reply.RetryPolicy;
import io.vibee.session.Connections;
import io.vibee.session.PollingGate;
import io.vibee.session.PostedUpdates;
import io.vibee.session.SessionDependencies;
import io.vibee.session.Webhooks;
import io.vibee.settings.AiSettings;
import io.vibee.settings.ModerationSettings;
import io.vibee.settings.Secret;
import io.vibee.settings.Secrets;
import io.vibee.settings.Settings;
import io.vibee.telegram.BotToken;
import io.vibee.telegram.TelegramClient;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.typed.ClusterSingleton;
import org.apache.pekko.cluster.typed.SingletonActor;
import org.jspecify.annotations.Nullable;

/** What a member of the cluster does whether or not it has a front: entities, reply engine, sweep, and their ordered end. */
final class ClusterMember {

    /** Less than the phase itself may take: a chat that can't store must not hold up the rest. */
    private static final Duration TAKEN_IN_WITHIN = Duration.ofMillis(800);

    private static final Duration DRAIN_WITHIN = Duration.ofSeconds(4);
    private static final Duration CHATS_STOP_WITHIN = Duration.ofMillis(3_800);
    private static final Duration LOOK_AT_PROVIDERS_EVERY = Duration.ofSeconds(5);
    private static final int PASSWORD_THREADS = 2;
    private static final int PASSWORD_QUEUE = 256;

    /**
     * What surrounds a node.
     *
     * @param telegram the Bot API server
     * @param publicUrl how that reaches this node; null: not at all
     * @param operatorBot its token when the settings name none; null: there is none then
     * @param chains the models, in the order in which they are asked
     * @param breaker when one of them is left alone
     * @param passwordCost of a password's hash
     * @param clock of all decisions; timers run by the machine's
     */
    record NodeEnvironment(
            URI telegram,
            @Nullable URI publicUrl,
            @Nullable BotToken operatorBot,
            Chains<Provider> chains,
            GuardedProvider.Breaker breaker,
            Passwords.Cost passwordCost,
            Clock clock) {}

    private final ActorSystem<?> system;
    private final Settings settings;
    private final NodeEnvironment environment;
    private final Chains<GuardedProvider> chains;
    private final Metrics metrics = new Metrics();
    private final PollingGate pollingGate = new PollingGate();
    private final Backlog backlog = new Backlog();
    private final Database database;
    private final Entities entities;
    private final KeyStore keys;
    private final Erasures erasures;
    private final Erasure erasure;
    private final Users users;
    private final RefreshTokens refreshTokens;
    private final SessionRows sessionRows;
    private final UnfinishedRows unfinished;
    private final CachedReplies cachedReplies;
    private final TelegramClient telegram;
    private final Webhooks webhooks;
    private final Connections connections;
    private final Credentials credentials;
    private final AccessTokens accessTokens;
    private final OperatorParts operator;
    private final ExecutorService passwordThreads = PasswordThreads.create(PASSWORD_THREADS, PASSWORD_QUEUE);

    private ClusterMember(ActorSystem<?> system, Settings settings, Secrets secrets, NodeEnvironment environment) {
        this.system = system;
        this.settings = settings;
        this.environment = environment;
        // One guard for each provider, whatever chains it is in.
        Map<Provider, GuardedProvider> guarded = new HashMap<>();
        chains = environment
                .chains()
                .map(provider ->
                        guarded.computeIfAbsent(provider, one -> new GuardedProvider(one, environment.breaker())));
        database = Database.get(system);
        entities = EntitySharding.entities(system);
        keys = keys(database, secrets);
        erasures = new Erasures(database, keys, new ReadErasure());
        users = new Users(database);
        refreshTokens = new RefreshTokens(database);
        sessionRows = new SessionRows(database);
        erasure = new Erasure(erasures, sessionRows, entities, system.scheduler());
        unfinished = new UnfinishedRows(database);
        cachedReplies = new CachedReplies(database);
        telegram = new TelegramClient(environment.telegram());
        Secret previousMasterKey = secrets.previousMasterKey();
        webhooks = new Webhooks(
                environment.publicUrl(),
                secrets.masterKey().reveal(),
                previousMasterKey == null ? null : previousMasterKey.reveal());
        connections = new Connections(
                telegram,
                keys,
                sessionRows,
                entities,
                system.scheduler(),
                settings.telegram().maxSessionsPerUser());
        accessTokens = new AccessTokens(secrets.jwtSecret().reveal(), environment.clock());
        credentials = new Credentials(
                users,
                refreshTokens,
                accessTokens,
                new Passwords(this::computePassword, environment.passwordCost()),
                new SignInGuard(secrets.jwtSecret().reveal(), EntitySharding.signInTries(system), system.scheduler()),
                entities,
                system.scheduler(),
                environment.clock());
        operator = operator(settings.telegram().operatorToken());
    }

    private OperatorParts operator(@Nullable Secret token) {
        return OperatorParts.of(
                system,
                token == null ? environment.operatorBot() : BotToken.of(token.reveal()),
                database,
                users,
                sessionRows,
                connections,
                credentials,
                entities,
                telegram);
    }

    /** Starts it on a system that is a member of its cluster. */
    static ClusterMember start(ActorSystem<?> system, Settings settings, Secrets secrets, NodeEnvironment environment) {
        ClusterMember member = new ClusterMember(system, settings, secrets, environment);
        ActorRef<ReplyEngine.Command> engine = member.startEngine();
        member.startEntities(engine);
        member.startSweep();
        member.operator.bot().start();
        NodeMeter.start(system);
        system.systemActorOf(MembershipLog.create(), "membership-log", Props.empty());
        system.systemActorOf(CrashedMembers.create(), "crashed-members", Props.empty());
        system.systemActorOf(ErasureWatch.create(member.keys::heedErasures), "erasure-watch", Props.empty());
        member.stopInOrder(engine);
        return member;
    }

    private static KeyStore keys(Database database, Secrets secrets) {
        MasterKey master = MasterKey.of(secrets.masterKey().reveal());
        Secret previous = secrets.previousMasterKey();
        return previous == null
                ? new KeyStore(database, master)
                : new KeyStore(database, master, MasterKey.of(previous.reveal()));
    }

    Entities entities() {
        return entities;
    }

    List<GuardedProvider> providers() {
        return chains.all();
    }

    KeyStore keys() {
        return keys;
    }

    Erasures erasures() {
        return erasures;
    }

    Erasure erasure() {
        return erasure;
    }

    Users users() {
        return users;
    }

    SessionRows sessionRows() {
        return sessionRows;
    }

    Webhooks webhooks() {
        return webhooks;
    }

    PostedUpdates postedUpdates() {
        return new PostedUpdates(system, entities, metrics);
    }

    Connections connections() {
        return connections;
    }

    OperatorBot operatorBot() {
        return operator.bot();
    }

    TelegramLinks telegramLinks() {
        return operator.links();
    }

    ManagedBots managedBots() {
        return operator.managedBots();
    }

    Credentials credentials() {
        return credentials;
    }

    AccessTokens accessTokens() {
        return accessTokens;
    }

    /** The longest that a reply may take, waiting for its turn included. */
    Duration replyWithin() {
        return engineLimits().outcomeWithin().plusSeconds(5);
    }

    private ReplyEngine.Limits engineLimits() {
        return new ReplyEngine.Limits(
                        settings.ai().parallel(),
                        ReplyEngine.Limits.DEFAULT.queued(),
                        ReplyEngine.Limits.DEFAULT.waitAtMost(),
                        ReplyEngine.Limits.DEFAULT.replyWithin())
                .withTimeout(settings.ai().longestTimeout());
    }

    private ActorRef<ReplyEngine.Command> startEngine() {
        ProviderMeter meter = new ProviderMeter(metrics, environment.chains().all());
        NodeParts.repeat(system, "provider-meter", LOOK_AT_PROVIDERS_EVERY, () -> meter.look(chains.all()));
        Duration cacheLife = settings.ai().cacheLife();
        return system.systemActorOf(
                ReplyEngine.create(
                        chains,
                        engineLimits(),
                        RetryPolicy.DEFAULT,
                        moderation(settings.moderation()),
                        cacheLife.isZero()
                                ? null
                                : new ReplyCache(keys, cachedReplies, environment.chains(), cacheLife),
                        meter),
                "reply-engine",
                Props.empty());
    }

    private static Moderation moderation(ModerationSettings settings) {
        URI url = settings.url();
        Secret key = settings.apiKey();
        return new Moderation(
                new Rules(settings.longest(), settings.patterns()),
                url == null ? null : new Moderation.Endpoint(url, key == null ? null : key.reveal(), settings.model()),
                settings.whenAway() == ModerationSettings.WhenAway.STOP);
    }

    private void startEntities(ActorRef<ReplyEngine.Command> engine) {
        ActorRef<ShardingEnvelope<ChatCommand>> chatRegion = EntitySharding.start(
                system,
                sessions(),
                new ChatDependencies(
                        new ChatRules(
                                new PromptAssembly(settings.ai().contextTokens()),
                                settings.ai().summaries(),
                                settings.ai().recall(),
                                PredefinedAnswers.load(),
                                new ModelCosts(
                                        settings.ai().prices(),
                                        environment.chains().all()),
                                replyWithin().plusSeconds(5),
                                settings.telegram().answerWithin(),
                                settings.ai().chatRepliesPerMinute(),
                                settings.moderation().repeats(),
                                settings.ai().chatPause(),
                                environment.clock(),
                                // Shared by all chats, hence by many threads.
                                () -> ThreadLocalRandom.current().nextLong()),
                        entities,
                        keys,
                        erasures::chat,
                        engine,
                        Recall.from(new ReadMessages(database)),
                        metrics,
                        backlog,
                        operator.ownerNotices()),
                new AccountDependencies(keys, limits(settings.ai()), environment.clock()),
                new GateDependencies(users, refreshTokens, settings.http().requestsPerMinute()));
        EntitySharding.stopChatsFirst(system, chatRegion, CHATS_STOP_WITHIN);
    }

    private static DailyLimits.ByTier limits(AiSettings ai) {
        return new DailyLimits.ByTier(
                new DailyLimits(ai.requestsPerDay(), ai.tokensPerDay()),
                new DailyLimits(ai.requestsPerDayPaid(), ai.tokensPerDayPaid()));
    }

    /** What this node's sessions work with. */
    SessionDependencies sessions() {
        return new SessionDependencies(
                entities,
                keys,
                unfinished::within,
                telegram,
                webhooks,
                metrics,
                pollingGate,
                backlog,
                settings.telegram().sendsPerSecond(),
                environment.clock(),
                operator.updates(),
                operator.twinTexts());
    }

    private void startSweep() {
        List<Sweep.Chore> chores = new SweepTasks(
                        users,
                        erasures,
                        erasure,
                        refreshTokens,
                        cachedReplies,
                        sessionRows,
                        connections,
                        credentials,
                        new ReadDrafts(database),
                        operator,
                        entities,
                        system.scheduler())
                .all();
        ClusterSingleton.get(system)
                .init(SingletonActor.of(Sweep.create(entities, unfinished, chores, metrics), "sweep"));
        ReadProjections.start(system, keys, metrics);
    }

    private void stopInOrder(ActorRef<ReplyEngine.Command> engine) {
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        shutdown.addTask(
                CoordinatedShutdown.PhaseServiceUnbind(),
                "pollingGate",
                () -> pollingGate
                        .close()
                        .toCompletableFuture()
                        .completeOnTimeout(Done.getInstance(), TAKEN_IN_WITHIN.toMillis(), TimeUnit.MILLISECONDS));
        shutdown.addTask(
                CoordinatedShutdown.PhaseServiceRequestsDone(),
                "reply-engine",
                () -> AskPattern.<ReplyEngine.Command, Done>ask(
                                engine, ReplyEngine.Drain::new, DRAIN_WITHIN, system.scheduler())
                        .exceptionally(late -> Done.getInstance()));
        shutdown.addTask(CoordinatedShutdown.PhaseClusterExitingDone(), "clients", this::closeClients);
    }

    /** Runs a hash on its own bounded threads, and times it without its wait in the queue. */
    private void computePassword(Runnable hash) {
        passwordThreads.execute(() -> {
            long started = System.nanoTime();
            hash.run();
            metrics.passwordHashed(Duration.ofNanos(System.nanoTime() - started));
        });
    }

    private CompletionStage<Done> closeClients() {
        telegram.close();
        passwordThreads.shutdown();
        return CompletableFuture.completedStage(Done.getInstance());
    }
}
