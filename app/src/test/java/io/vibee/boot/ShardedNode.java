package io.vibee.boot;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vibee.metrics.MetricsCollection;
import io.vibee.metrics.MetricsScrape;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.server.AllDirectives;

/**
 * A program for {@link PekkoMetricsTest}: a node of its own with the application's configuration, some sharded
 * entities and an HTTP server, that prints a scrape which has seen all of them.
 */
final class ShardedNode extends AllDirectives {
    private static final int ENTITIES = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    record Ping(ActorRef<String> replyTo) {}

    private ShardedNode() {}

    public static void main(String[] arguments) throws Exception {
        MetricsCollection.start(LauncherAgent.instrumentation());
        new ShardedNode().run();
    }

    private void run() throws Exception {
        Config config = ConfigFactory.parseString("""
                pekko.remote.artery.canonical.port = 0
                pekko.persistence.journal.plugin = "pekko.persistence.journal.inmem"
                pekko.cluster.sharding.journal-plugin-id = "pekko.persistence.journal.inmem"
                pekko.cluster.sharding.snapshot-plugin-id = "pekko.persistence.no-snapshot-store"
                pekko.persistence.snapshot-store.plugin = "pekko.persistence.no-snapshot-store"
                """).withFallback(ConfigFactory.load());
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "vibee", config);
        Cluster cluster = Cluster.get(system);
        cluster.manager().tell(Join.create(cluster.selfMember().address()));

        EntityTypeKey<Ping> chat = EntityTypeKey.create(Ping.class, "chat");
        ClusterSharding sharding = ClusterSharding.get(system);
        sharding.init(Entity.of(chat, context -> answering()));
        List<CompletableFuture<String>> answers = IntStream.range(0, ENTITIES)
                .mapToObj(i -> sharding.entityRefFor(chat, "c" + i)
                        .<String>ask(Ping::new, PATIENCE)
                        .toCompletableFuture())
                .toList();
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        ServerBinding binding = Http.get(system)
                .newServerAt("127.0.0.1", 0)
                .bind(path("hello", () -> complete("hi")))
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        Http.get(system)
                .singleRequest(HttpRequest.create(
                        "http://127.0.0.1:" + binding.localAddress().getPort() + "/hello"))
                .thenCompose(response -> response.discardEntityBytes(system).completionStage())
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        System.out.println(scrapeWith("pekko_cluster_sharding_region_hosted_entities", "http_server_requests_total"));
        System.exit(0);
    }

    private static Behavior<Ping> answering() {
        return Behaviors.receiveMessage(ping -> {
            ping.replyTo().tell("pong");
            return Behaviors.same();
        });
    }

    /** The first scrape that shows all of these, or the last before patience ends. */
    private static String scrapeWith(String... families) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String scrape = MetricsScrape.text();
        while (!List.of(families).stream().allMatch(scrape::contains) && System.nanoTime() < deadline) {
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, 200, TimeUnit.MILLISECONDS)
                    .join();
            scrape = MetricsScrape.text();
        }
        return scrape;
    }
}
