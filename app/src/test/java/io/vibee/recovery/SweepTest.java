package io.vibee.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vibee.cluster.Entities;
import io.vibee.cluster.EntityType;
import io.vibee.journal.Eventually;
import io.vibee.journal.ThrowsIn;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.PoolSettings;
import io.vibee.journal.database.Query;
import io.vibee.journal.database.TestDatabase;
import io.vibee.metrics.Metrics;
import io.vibee.persistence.recovery.UnfinishedRows;
import io.vibee.protocol.chat.ChatCommand;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.RecipientRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("The sweep")
@Tag("database")
class SweepTest {

    private static final String CHAT = "cht_0123456789abcdef0123456789abcdef";

    private final ActorTestKit kit =
            ActorTestKit.create("sweep", ConfigFactory.parseString("""
                            pekko.actor.provider = cluster
                            pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                            pekko.loglevel = WARNING
                            """).withFallback(ConfigFactory.load()));

    private final Database database = Database.open(TestDatabase.fresh(), PoolSettings.defaults());

    @AfterEach
    void close() {
        kit.shutdownTestKit();
        database.close();
    }

    private void chatHasUnfinishedWork() {
        Eventually.value(database.withConnection(
                        connection -> Query.on(connection, "insert into unfinished (persistence_id) values ($1)")
                                .with(EntityType.CHAT.persistenceId(CHAT).id())
                                .update())
                .toFuture());
    }

    private Entities entities(Supplier<RecipientRef<ChatCommand>> chat) {
        return new Entities(
                id -> kit.system().ignoreRef(),
                id -> chat.get(),
                id -> kit.system().ignoreRef(),
                id -> kit.system().ignoreRef());
    }

    @Test
    @ThrowsIn(Sweep.class)
    @DisplayName("begins again after a fault, and wakes what it had not woken")
    void fault() {
        chatHasUnfinishedWork();
        TestProbe<ChatCommand> chat = kit.createTestProbe();
        AtomicInteger looks = new AtomicInteger();
        Entities entities = entities(() -> {
            if (looks.incrementAndGet() == 1) {
                throw new NoClassDefFoundError("a class that is missing");
            }
            return chat.ref();
        });

        kit.spawn(Sweep.create(entities, new UnfinishedRows(database), List.of(), new Metrics()));

        chat.expectMessageClass(ChatCommand.Wake.class, Eventually.PATIENCE)
                .replyTo()
                .tell(Done.getInstance());
        assertThat(looks).hasValueGreaterThan(1);
    }

    @Test
    @DisplayName("says to a chat with unfinished work that it shall wake, again and again until it answers")
    void again() {
        chatHasUnfinishedWork();
        TestProbe<ChatCommand> chat = kit.createTestProbe();
        Entities entities = entities(chat::ref);

        kit.spawn(Sweep.create(entities, new UnfinishedRows(database), List.of(), new Metrics()));

        // The first ones are lost, as those to a shard that is nowhere.
        chat.expectMessageClass(ChatCommand.Wake.class, Eventually.PATIENCE);
        chat.expectMessageClass(ChatCommand.Wake.class, Eventually.PATIENCE);
        ChatCommand.Wake last = chat.expectMessageClass(ChatCommand.Wake.class, Eventually.PATIENCE);
        assertThat(last.replyTo()).isNotNull();
        last.replyTo().tell(Done.getInstance());
    }
}
