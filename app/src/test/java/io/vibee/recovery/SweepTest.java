package io.vibee.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.vibee.cluster.Entities;
import io.vibee.cluster.EntityType;
import io.vibee.journal.Eventually;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.PoolSettings;
import io.vibee.journal.database.Query;
import io.vibee.journal.database.TestDatabase;
import io.vibee.metrics.Metrics;
import io.vibee.persistence.recovery.UnfinishedRows;
import io.vibee.protocol.chat.ChatCommand;
import java.util.List;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
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

    @Test
    @DisplayName("says to a chat with unfinished work that it shall wake, again and again until it answers")
    void again() {
        Eventually.value(database.withConnection(
                        connection -> Query.on(connection, "insert into unfinished (persistence_id) values ($1)")
                                .with(EntityType.CHAT.persistenceId(CHAT).id())
                                .update())
                .toFuture());
        TestProbe<ChatCommand> chat = kit.createTestProbe();
        Entities entities = new Entities(
                id -> kit.system().ignoreRef(),
                id -> chat.ref(),
                id -> kit.system().ignoreRef(),
                id -> kit.system().ignoreRef());

        kit.spawn(Sweep.create(entities, new UnfinishedRows(database), List.of(), new Metrics()));

        // The first ones are lost, as those to a shard that is nowhere.
        chat.expectMessageClass(ChatCommand.Wake.class, Eventually.PATIENCE);
        chat.expectMessageClass(ChatCommand.Wake.class, Eventually.PATIENCE);
        ChatCommand.Wake last = chat.expectMessageClass(ChatCommand.Wake.class, Eventually.PATIENCE);
        assertThat(last.replyTo()).isNotNull();
        last.replyTo().tell(Done.getInstance());
    }
}
