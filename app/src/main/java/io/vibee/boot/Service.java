package io.vibee.boot;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vibee.cluster.FormationLease;
import io.vibee.cluster.LeaseJoinDecider;
import io.vibee.journal.JournalGeneration;
import io.vibee.journal.database.Database;
import io.vibee.settings.ClusterSettings;
import io.vibee.settings.DevelopmentSecrets;
import io.vibee.settings.Secrets;
import io.vibee.settings.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.management.cluster.bootstrap.ClusterBootstrap;
import org.apache.pekko.management.javadsl.PekkoManagement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running node: first its database, then its actor system as a member of a cluster, then what it serves. Stopping goes the other
 * way round, by Pekko's coordinated shutdown. Starting blocks; nothing else does.
 */
final class Service {

    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    private static final Duration LEASE_WITHIN = Duration.ofSeconds(20);
    private static final Duration LEASE_AGAIN_AFTER = Duration.ofMillis(500);
    private static final Duration MEMBER_WITHIN = Duration.ofSeconds(60);
    private static final String NAME = "vibee";

    private final ActorSystem<Void> system;

    private Service(ActorSystem<Void> system) {
        this.system = system;
    }

    /**
     * Starts everything and returns when it serves.
     *
     * @throws StartException when it can't start, with what a person can do about it
     */
    static Service start(Settings settings) {
        return start(settings, LEASE_WITHIN);
    }

    /**
     * Starts with another patience.
     *
     * @param leaseWithin how long to wait for the lease of another cluster to expire
     */
    static Service start(Settings settings, Duration leaseWithin) {
        ListeningAddresses.requireFree(settings);
        Secrets secrets = DevelopmentSecrets.complete(
                settings.secrets(), settings.service().dataDirectory());
        NodeDatabase storage = NodeDatabase.open(settings);
        ActorSystem<Void> system;
        try {
            system = ActorSystem.create(Behaviors.empty(), NAME, config(settings, storage));
        } catch (RuntimeException e) {
            storage.close();
            throw new StartException(
                    "The cluster's address " + settings.cluster().host() + ":"
                            + settings.cluster().port() + " can't be used (VIBEE_CLUSTER_HOST, VIBEE_CLUSTER_PORT): "
                            + root(e),
                    e);
        }
        Service service = new Service(system);
        closeAtTheEnd(system, storage);
        keepRemotingWhileStopping(system);
        try {
            service.followRestore();
            service.join(settings.cluster(), storage, leaseWithin);
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

    /** A cluster of one unless contact points say otherwise. */
    private void join(ClusterSettings settings, NodeDatabase storage, Duration leaseWithin) {
        await(
                PekkoManagement.get(system).start(),
                "the management port " + settings.managementPort() + " can't be used (VIBEE_MANAGEMENT_PORT)");
        Cluster cluster = Cluster.get(system);
        CompletableFuture<Done> member = new CompletableFuture<>();
        org.apache.pekko.cluster.Cluster.get(system).registerOnMemberUp(() -> member.complete(Done.getInstance()));
        if (!settings.contactPoints().isEmpty()) {
            ClusterBootstrap.get(system).start();
        } else {
            if (!storage.locked()) {
                winLease(leaseWithin);
            }
            cluster.manager().tell(Join.create(cluster.selfMember().address()));
        }
        await(
                member,
                "this node did not become a member of a cluster within " + MEMBER_WITHIN.toSeconds()
                        + " s. Another cluster"
                        + " uses this database, or the nodes of VIBEE_CLUSTER_CONTACT_POINTS can't be reached");
        if (!storage.locked()) {
            keepLease();
        }
    }

    /** Nobody may form a second cluster on one database: two would answer every message twice. */
    private void winLease(Duration within) {
        FormationLease lease = FormationLease.of(system);
        long deadline = System.nanoTime() + within.toNanos();
        while (!await(lease.tryAcquire(), "the database can't be reached")) {
            if (System.nanoTime() > deadline) {
                throw new StartException("Another cluster uses this database. To join it, name one of its nodes in"
                        + " VIBEE_CLUSTER_CONTACT_POINTS; else stop it first.");
            }
            pause();
        }
    }

    private void keepLease() {
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        await(
                FormationLease.of(system).keep(system, () -> shutdown.runAll(CoordinatedShutdown.unknownReason())),
                "the database can't be reached");
    }

    /** Waits on the starting thread, which has nothing else to do. */
    private static void pause() {
        CompletableFuture<Done> never = new CompletableFuture<>();
        try {
            never.get(LEASE_AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException expected) {
            LOG.debug("waiting for another cluster's lease to expire");
        } catch (InterruptedException | ExecutionException e) {
            throw new StartException("Interrupted while starting", e);
        }
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

    CompletionStage<Done> terminated() {
        return system.getWhenTerminated();
    }

    /** Runs the phases of the coordinated shutdown; a second call waits for the first. */
    CompletionStage<Done> stop() {
        return CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.jvmExitReason());
    }

    private static Config config(Settings settings, NodeDatabase storage) {
        ClusterSettings cluster = settings.cluster();
        Map<String, Object> values = new HashMap<>();
        values.put("pekko.persistence.postgres.database.url", storage.url().reveal());
        String host = ListeningAddresses.nameForPekko(cluster.host());
        values.put("pekko.remote.artery.canonical.hostname", host);
        values.put("pekko.remote.artery.canonical.port", cluster.port());
        values.put("pekko.management.http.hostname", host);
        values.put("pekko.management.http.port", cluster.managementPort());
        values.put("pekko.management.cluster.bootstrap.contact-point-discovery.service-name", NAME);
        values.put("pekko.management.cluster.bootstrap.join-decider.class", LeaseJoinDecider.class.getName());
        values.put("vibee.cluster.formation-id", UUID.randomUUID().toString());
        // Else of several contact points on one host all but those with this node's own port would be left out.
        values.put("pekko.management.cluster.bootstrap.contact-point.filter-on-fallback-port", false);
        values.put("pekko.discovery.method", "config");
        List<Map<String, Object>> endpoints = new ArrayList<>();
        // The bootstrap compares the addresses of all contact points, its own among them.
        endpoints.add(Map.of("host", host, "port", cluster.managementPort()));
        cluster.contactPoints().forEach(point -> endpoints.add(Map.of("host", point.host(), "port", point.port())));
        values.put("pekko.discovery.config.services." + NAME + ".endpoints", endpoints);
        return ConfigFactory.parseMap(values).withFallback(ConfigFactory.load());
    }

    private static <T> T await(CompletionStage<T> stage, String otherwise) {
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
