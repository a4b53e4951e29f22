package shop;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.r2dbc.spi.Connection;
import io.vibee.journal.JournalGeneration;
import io.vibee.journal.JournalSchema;
import io.vibee.journal.database.Column;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.Query;
import io.vibee.journal.projection.Projection;
import io.vibee.journal.projection.ProjectionControl;
import io.vibee.journal.projection.ProjectionHandler;
import io.vibee.journal.projection.ProjectionObserver;
import io.vibee.journal.projection.Projections;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Carts, and a table of how often each item was put into one, which a projection makes of the carts' events. */
public final class Shop implements AutoCloseable {

    private static final String POPULARITY = "popularity";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ActorSystem<Void> system;
    private final Database database;

    /** Needs the environment variable DATABASE_URL: postgresql://user:password@host:port/database. */
    public static void main(String[] arguments) throws InterruptedException {
        try (Shop shop = open(ConfigFactory.load())) {
            shop.put("ann", "socks", 2);
            shop.put("bob", "socks", 1);
            shop.put("bob", "hat", 1);
            TimeUnit.SECONDS.sleep(2);
            System.out.println("ann has " + shop.show("ann").items());
            System.out.println("so often was each item put into a cart: " + shop.popularity());
        }
    }

    /** Makes or updates the tables, then starts a node. */
    static Shop open(Config config) {
        DatabaseUrl url = DatabaseUrl.parse(config.getString("pekko.persistence.postgres.database.url"));
        JournalSchema.migrate(url, config);
        return new Shop(ActorSystem.create(Behaviors.empty(), "shop", config));
    }

    private Shop(ActorSystem<Void> system) {
        this.system = system;
        this.database = Database.get(system);
        // Before anything is written: the database may be a restored backup in another server.
        await(new JournalGeneration(database).raiseIfRestored());
        await(database.withConnection(connection -> Query.on(connection, """
                        create table if not exists popularity
                          (build int, item text, quantity bigint, primary key (build, item))""").update())
                .toFuture());
        Cluster cluster = Cluster.get(system);
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        ClusterSharding.get(system)
                .init(Entity.of(ShoppingCart.TYPE, context -> ShoppingCart.create(context.getEntityId())));
        // One worker reads all slices. More of them, a power of two, share the work between nodes.
        Projections.start(
                system,
                new Projection<>(POPULARITY, ShoppingCart.TYPE.name(), 1, new PopularityHandler()),
                new SilentObserver(),
                Shop::restarting);
    }

    private static <T> Behavior<T> restarting(String name, Behavior<T> worker) {
        return Behaviors.supervise(worker)
                .onFailure(SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(30), 0.2));
    }

    /** Puts items into a customer's cart; they are stored when this returns. */
    void put(String customer, String item, int quantity) {
        await(cart(customer)
                .<Done>askWithStatus(replyTo -> new ShoppingCart.AddItem(item, quantity, replyTo), PATIENCE));
    }

    /** Ends a customer's shopping. */
    void checkOut(String customer) {
        await(cart(customer).<Done>askWithStatus(ShoppingCart.CheckOut::new, PATIENCE));
    }

    /** What is in a customer's cart. */
    ShoppingCart.State show(String customer) {
        return await(cart(customer).ask(ShoppingCart.Show::new, PATIENCE));
    }

    /** How often each item was put into a cart. The projection is some milliseconds behind the carts. */
    Map<String, Long> popularity() {
        Map<String, Long> items = new TreeMap<>();
        await(database.withConnection(connection -> Query.on(
                                connection,
                                "select item, quantity from popularity where build = "
                                        + ProjectionControl.serving(POPULARITY))
                        .list(row -> items.put(Column.text(row, "item"), Column.number(row, "quantity")) == null))
                .toFuture());
        return items;
    }

    private EntityRef<ShoppingCart.Command> cart(String customer) {
        return ClusterSharding.get(system).entityRefFor(ShoppingCart.TYPE, customer);
    }

    @Override
    public void close() {
        system.terminate();
        await(system.getWhenTerminated());
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Writes rows in the transaction that also stores how far the projection has come, so each event counts once. */
    private static final class PopularityHandler implements ProjectionHandler<ShoppingCart.Event> {

        @Override
        public CompletionStage<Rows> prepare(List<EventEnvelope<ShoppingCart.Event>> events) {
            return CompletableFuture.completedFuture((connection, build) -> Flux.fromIterable(events)
                    .concatMap(envelope -> write(connection, build, envelope.event()))
                    .then(Mono.just(Done.getInstance())));
        }

        private static Mono<Long> write(Connection connection, int build, ShoppingCart.Event event) {
            return switch (event) {
                case ShoppingCart.ItemAdded added ->
                    Query.on(connection, """
                                    insert into popularity as known (build, item, quantity) values ($1, $2, $3)
                                    on conflict (build, item) do update set quantity = known.quantity + $3""")
                            .with(build)
                            .with(added.item())
                            .with((long) added.quantity())
                            .update();
                case ShoppingCart.CheckedOut end -> Mono.empty();
            };
        }

        /** Called again and again after a rebuild, until nothing of the old build is left. */
        @Override
        public Mono<Long> discard(Connection connection, int build, int limit) {
            return Query.on(connection, "delete from popularity where build = $1")
                    .with(build)
                    .update();
        }
    }

    /** A service counts these for its metrics. */
    private static final class SilentObserver implements ProjectionObserver {

        @Override
        public void stored(int events, Duration lag) {}

        @Override
        public void lag(int minSlice, Duration lag) {}

        @Override
        public void failed() {}

        @Override
        public void setAside() {}
    }
}
