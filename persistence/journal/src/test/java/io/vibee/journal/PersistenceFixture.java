package io.vibee.journal;

import com.typesafe.config.ConfigFactory;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.persistence.typed.PersistenceId;

/** An actor system with a database of its own, and SQL to look at what is in it. */
public final class PersistenceFixture implements AutoCloseable {

    /** For what happens soon, on a busy machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private final DatabaseUrl url;
    private final ActorTestKit testKit;

    public PersistenceFixture() {
        this("");
    }

    /** With configuration of one's own on top. */
    public PersistenceFixture(String config) {
        this(TestDatabase.fresh(), config);
    }

    /** On a given database. */
    public PersistenceFixture(DatabaseUrl url, String config) {
        this.url = url;
        this.testKit = ActorTestKit.create(ConfigFactory.parseString(config).withFallback(PersistenceConfig.on(url)));
    }

    public ActorTestKit testKit() {
        return testKit;
    }

    public Database database() {
        return Database.get(testKit.system());
    }

    /** A Ledger that runs. */
    public ActorRef<Ledger.Command> ledger(String id, String... tags) {
        return testKit.spawn(Ledger.create(PersistenceId.ofUniqueId(id), tags));
    }

    /** Any behaviour that runs. */
    public <T> ActorRef<T> spawn(Behavior<T> behavior) {
        return testKit.spawn(behavior);
    }

    /** Stores entries in one write and waits until they are. */
    public void write(ActorRef<Ledger.Command> ledger, String... entries) {
        TestProbe<Done> probe = testKit.createTestProbe();
        ledger.tell(new Ledger.Write(List.of(entries), probe.ref()));
        probe.receiveMessage(PATIENCE);
    }

    /** Asks a ledger that has recovered, or will. */
    public List<String> read(ActorRef<Ledger.Command> ledger) {
        TestProbe<List<String>> probe = testKit.createTestProbe();
        ledger.tell(new Ledger.Read(probe.ref()));
        return probe.receiveMessage(PATIENCE);
    }

    /** Waits until the actor is gone. */
    public void expectStopped(ActorRef<?> actor) {
        testKit.createTestProbe().expectTerminated(actor, PATIENCE);
    }

    /** Checks again and again until it holds. */
    public void eventually(Runnable check) {
        testKit.createTestProbe().awaitAssert(PATIENCE, () -> {
            check.run();
            return null;
        });
    }

    /** The value, or what it failed with. */
    public static <T> T await(CompletionStage<T> stage)
            throws ExecutionException, InterruptedException, TimeoutException {
        return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Why it failed. */
    public static Throwable failure(CompletionStage<?> stage) {
        try {
            throw new AssertionError("did not fail but gave " + await(stage));
        } catch (ExecutionException e) {
            return e.getCause() == null ? e : e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("did not end", e);
        }
    }

    /** A connection beside the pool. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
    }

    /** Runs a statement. */
    public int execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /** The rows, each as its columns with a comma between them. */
    public List<String> rows(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> all = new ArrayList<>();
            while (rows.next()) {
                List<String> columns = new ArrayList<>();
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    columns.add(String.valueOf(rows.getString(column)));
                }
                all.add(String.join(",", columns));
            }
            return all;
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    @Override
    public void close() {
        testKit.shutdownTestKit();
    }
}
