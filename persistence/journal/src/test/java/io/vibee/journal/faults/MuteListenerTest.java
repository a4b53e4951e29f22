package io.vibee.journal.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Ledger;
import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.TcpProxy;
import io.vibee.journal.database.DatabaseUrl;
import io.vibee.journal.database.TestDatabase;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("Notifications of other nodes' events come again")
@Timeout(120)
@Tag("database")
class MuteListenerTest {

    private static final String ID = "Ledger|told";
    /** So slow a poll that only notifications can have told in time. */
    private static final String SIGNALS_ONLY = """
            pekko.persistence.postgres {
              query.poll-interval = 10 minutes
              notifications { heartbeat-interval = 200ms, reconnect-after = 50ms }
              database { connect-timeout = 1s, operation-timeout = 2s }
            }
            """;

    private final DatabaseUrl direct = TestDatabase.fresh();
    private final TcpProxy network = new TcpProxy(direct.port());
    private final PersistenceFixture writer = new PersistenceFixture(direct, "");
    private final PersistenceFixture reader = new PersistenceFixture(network.url(direct), SIGNALS_ONLY);
    private final LiveReading reading = LiveReading.of(reader, "Ledger");
    private final ActorRef<Ledger.Command> ledger = writer.ledger(ID);

    @BeforeEach
    void notificationsCome() {
        expectNext(1);
        expectNext(2);
    }

    @AfterEach
    void stop() {
        reading.close();
        network.close();
        reader.close();
        writer.close();
    }

    @Test
    @DisplayName("after the listening connection has fallen mute")
    void mute() {
        network.silenceOpenForEver();
        expectNext(3);
        expectNext(4);
    }

    @Test
    @DisplayName("also when the one opened in its place is mute from the start")
    void muteFromTheStart() {
        int before = network.accepted();
        network.silence();
        writer.eventually(() -> assertThat(network.accepted()).isGreaterThan(before));
        network.silenceOpenForEver();
        network.speak();
        expectNext(3);
        expectNext(4);
    }

    private void expectNext(long number) {
        writer.write(ledger, Long.toString(number));
        writer.eventually(() ->
                assertThat(reading.seen(ID)).as("seen").hasSize((int) number).endsWith(number));
    }
}
