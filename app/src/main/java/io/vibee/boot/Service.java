package io.vibee.boot;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vibee.cluster.ClusterTls;
import io.vibee.cluster.FormationLease;
import io.vibee.cluster.JoinCheck;
import io.vibee.cluster.NodeTraits;
import io.vibee.journal.JournalGeneration;
import io.vibee.journal.database.Database;
import io.vibee.persistence.cluster.ClusterNodes;
import io.vibee.persistence.cluster.ClusterNodes.Node;
import io.vibee.persistence.cluster.ClusterNodes.Traits;
import io.vibee.settings.ClusterSettings;
import io.vibee.settings.DevelopmentSecrets;
import io.vibee.settings.Secret;
import io.vibee.settings.Secrets;
import io.vibee.settings.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.management.javadsl.PekkoManagement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running node: first its database, then its actor system as a member of a cluster, then what it serves. Stopping goes the other
 * way round, by Pekko's coordinated shutdown. Starting blocks; nothing else does.
 */
final class Service {

    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    private static final Duration MEMBER_WITHIN = Duration.ofSeconds(60);
    private static final String NAME = "vibee";

    /** When all else has ended: connections to nodes that are cut off can keep an actor system for a quarter of an hour. */
    private static final Duration TERMINATED_WITHIN = Duration.ofSeconds(5);

    private final ActorSystem<Void> system;
    private final CompletableFuture<Done> ended = new CompletableFuture<>();

    private Service(ActorSystem<Void> system) {
        this.system = system;
        system.getWhenTerminated().thenAccept(ended::complete);
        CoordinatedShutdown.get(system).addTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate(), "end", () -> {
            ended.completeOnTimeout(Done.getInstance(), TERMINATED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            return CompletableFuture.completedStage(Done.getInstance());
        });
    }

    /**
     * Starts everything and returns when it serves.
     *
     * @throws StartException when it can't start, with what a person can do about it
     */
    static Service start(Settings settings) {
        return start(settings, MEMBER_WITHIN);
    }

    /**
     * Starts with another patience.
     *
     * @param memberWithin the longest time until it is a member of a cluster
     */
    static Service start(Settings settings, Duration memberWithin) {
        String host = OwnAddress.host(settings);
        ListeningAddresses.requireFree(settings, host);
        Secrets secrets = DevelopmentSecrets.complete(
                settings.secrets(), settings.service().dataDirectory());
        NodeDatabase storage = NodeDatabase.open(settings);
        Traits traits = NodeTraits.of(
                secrets.jwtSecret().reveal(), secrets.masterKey().reveal(), revealed(secrets.previousMasterKey()));
        ActorSystem<Void> system;
        try {
            system = ActorSystem.create(
                    Behaviors.empty(),
                    NAME,
                    ActorSystemSetup.create(
                            BootstrapSetup.create(config(settings.cluster(), host, storage, traits)),
                            ClusterTls.setup(secrets.masterKey().reveal(), revealed(secrets.previousMasterKey()))));
        } catch (RuntimeException e) {
            storage.close();
            throw new StartException(
                    "The cluster's address " + host + ":"
                            + settings.cluster().port() + " can't be used (VIBEE_CLUSTER_HOST, VIBEE_CLUSTER_PORT): "
                            + root(e),
                    e);
        }
        Service service = new Service(system);
        closeAtTheEnd(system, storage);
        keepRemotingWhileStopping(system);
        try {
            service.followRestore();
            service.join(settings, traits, storage, memberWithin);
            ServingNode.start(system, settings, secrets);
            return service;
        } catch (RuntimeException e) {
            service.stop().toCompletableFuture().join();
            throw e instanceof StartException known ? known : new StartException("Vibee can't start: " + root(e), e);
        }
    }

    /** Before anything is stored: the database may have been restored into another server. */
    private void followRestore() {
        await(new JournalGeneration(Database.get(system)).raiseIfRestored(), "the database can't be reached")
                .ifPresent(generation -> LOG.warn(
                        "the database was restored into another server: the journal goes on in generation {}",
                        generation));
    }

    /** The data directory's lock keeps a second cluster off an embedded database; elsewhere a row does, and shows where the cluster is. */
    private void join(Settings settings, Traits traits, NodeDatabase storage, Duration within) {
        await(
                PekkoManagement.get(system).start(),
                "the management port " + settings.cluster().managementPort()
                        + " can't be used (VIBEE_MANAGEMENT_PORT)");
        ClusterJoin join = new ClusterJoin(system);
        if (storage.locked()) {
            join.alone(within);
            return;
        }
        FormationLease lease = FormationLease.of(system);
        ClusterNodes nodes = new ClusterNodes(Database.get(system));
        UniqueAddress address = Cluster.get(system).selfMember().uniqueAddress();
        Node self = new Node(
                address.address().toString(),
                Long.toString(address.longUid()),
                join.enter(nodes, lease, traits, storage.identity().readAt(), within),
                CommandLine.version(),
                traits);
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        lease.keep(system, nodes, self, () -> shutdown.runAll(CoordinatedShutdown.clusterDowningReason()));
    }

    /**
     * Pekko's remoting ends in a shutdown hook of its own, at once at SIGTERM, unless hooks that were added here still run. A node
     * without it can't leave its cluster: the others would take it for dead.
     */
    private static void keepRemotingWhileStopping(ActorSystem<Void> system) {
        CoordinatedShutdown.get(system)
                .addJvmShutdownHook(
                        () -> system.getWhenTerminated().toCompletableFuture().join());
    }

    /** The pool first, then the server behind it, when no entity can store any more. */
    private static void closeAtTheEnd(ActorSystem<Void> system, NodeDatabase storage) {
        CoordinatedShutdown.get(system)
                .addTask(
                        CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
                        "close-database",
                        () -> Database.get(system)
                                .closeLater()
                                .handle((closed, failure) -> {
                                    CompletableFuture<Done> done = new CompletableFuture<>();
                                    Thread.ofPlatform().name("close-database").start(() -> {
                                        storage.close();
                                        done.complete(Done.getInstance());
                                    });
                                    return done;
                                })
                                .thenCompose(done -> done));
    }

    /** Completes when nothing of it runs any more that matters. */
    CompletionStage<Done> terminated() {
        return ended;
    }

    /** Why it ended without being told to, in a line for who runs it. */
    String whyEnded() {
        return CoordinatedShutdown.get(system)
                        .getShutdownReason()
                        .filter(CoordinatedShutdown.clusterDowningReason()::equals)
                        .isPresent()
                ? "The cluster goes on without this node; the log says why. Start it again."
                : "The service ended by itself.";
    }

    /** Runs the phases of the coordinated shutdown; a second call waits for the first. */
    CompletionStage<Done> stop() {
        return CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.jvmExitReason());
    }

    private static @Nullable String revealed(@Nullable Secret secret) {
        return secret == null ? null : secret.reveal();
    }

    private static Config config(ClusterSettings cluster, String reachable, NodeDatabase storage, Traits traits) {
        Map<String, Object> values =
                new HashMap<>(JoinCheck.settings(storage.identity().id(), traits));
        values.put("pekko.persistence.postgres.database.url", storage.url().reveal());
        String host = ListeningAddresses.nameForPekko(reachable);
        values.put("pekko.remote.artery.canonical.hostname", host);
        values.put("pekko.remote.artery.canonical.port", cluster.port());
        // Until all nodes are updated, shards go to those that are.
        values.put("pekko.cluster.app-version", CommandLine.version());
        values.put("pekko.management.http.hostname", host);
        values.put("pekko.management.http.port", cluster.managementPort());
        return ConfigFactory.parseMap(values).withFallback(ConfigFactory.load());
    }

    /** The stage's result; a failure or a long wait ends the start with what it means. */
    static <T> T await(CompletionStage<T> stage, String otherwise) {
        try {
            return stage.toCompletableFuture().get(MEMBER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | TimeoutException e) {
            throw new StartException("Vibee can't start: " + otherwise, e);
        } catch (ExecutionException e) {
            throw new StartException("Vibee can't start: " + otherwise + ": " + root(e), e);
        }
    }

    private static String root(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null && at.getCause() != at) {
            at = at.getCause();
        }
        String message = at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
        return message.lines().findFirst().orElse("");
    }
}
