package io.vibee.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.boot.Entity;
import io.vibee.journal.ThrowsIn;
import io.vibee.journal.database.Database;
import io.vibee.journal.database.PoolSettings;
import io.vibee.journal.database.TestDatabase;
import io.vibee.persistence.account.RefreshTokens;
import io.vibee.persistence.account.Users;
import io.vibee.protocol.account.GateCommand;
import io.vibee.protocol.account.GateCommand.Admission;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A gate")
@Timeout(120)
@Tag("database")
class GateTest {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static Entity entity;
    private static Database database;
    private static Users users;
    private static RefreshTokens signIns;

    private final String userId = "usr_" + NUMBER.incrementAndGet();

    @BeforeAll
    static void start() {
        entity = new Entity();
        database = Database.open(TestDatabase.fresh(), PoolSettings.defaults());
        users = new Users(database);
        signIns = new RefreshTokens(database);
    }

    @AfterAll
    static void stop() {
        entity.close();
        Entity.await(database.closeLater());
    }

    private void register() {
        Entity.await(users.register(userId, userId, "hash", null));
        Entity.await(users.completeRegistration(userId));
    }

    private ActorRef<GateCommand> gate(Users rows, int requestsPerMinute) {
        TestProbe<ClusterSharding.ShardCommand> shard = entity.probe();
        return entity.kit()
                .spawn(Gate.create(userId, shard.ref(), new GateDependencies(rows, signIns, requestsPerMinute)));
    }

    private static Admission admit(ActorRef<GateCommand> gate, int tokenVersion) {
        TestProbe<Admission> probe = entity.probe();
        gate.tell(new GateCommand.Admit(tokenVersion, null, probe.ref()));
        return probe.receiveMessage();
    }

    private static Admission admit(ActorRef<GateCommand> gate, String family) {
        TestProbe<Admission> probe = entity.probe();
        gate.tell(new GateCommand.Admit(0, family, probe.ref()));
        return probe.receiveMessage();
    }

    private byte[] signIn(String family) {
        byte[] hash = (userId + family).getBytes(StandardCharsets.UTF_8);
        Entity.await(signIns.issue(userId, family, hash, Instant.now().plusSeconds(60)));
        return hash;
    }

    private int tokenVersion() {
        return Entity.await(users.findById(userId)).orElseThrow().tokenVersion();
    }

    @Nested
    @DisplayName("lets a user's requests pass")
    class Pass {

        @Test
        @DisplayName("so many a minute, and says when the next one may")
        void limited() {
            register();
            ActorRef<GateCommand> gate = gate(users, 3);
            for (int i = 0; i < 3; i++) {
                assertThat(admit(gate, tokenVersion())).isEqualTo(new Admission.Admitted());
            }
            assertThat(admit(gate, tokenVersion()))
                    .isInstanceOfSatisfying(
                            Admission.Limited.class,
                            limited -> assertThat(limited.retryAfterMillis()).isBetween(1L, 20_000L));
        }

        @Test
        @DisplayName("without a limit where there is none")
        void unlimited() {
            register();
            ActorRef<GateCommand> gate = gate(users, 0);
            for (int i = 0; i < 100; i++) {
                assertThat(admit(gate, tokenVersion())).isEqualTo(new Admission.Admitted());
            }
        }
    }

    @Nested
    @DisplayName("refuses")
    class Refuse {

        @Test
        @DisplayName("who is unknown")
        void unknown() {
            assertThat(admit(gate(users, 3), 0)).isEqualTo(new Admission.Refused());
        }

        @Test
        @DisplayName("an older token, as soon as it is told to look again")
        void olderToken() {
            register();
            int before = tokenVersion();
            ActorRef<GateCommand> gate = gate(users, 0);
            assertThat(admit(gate, before)).isEqualTo(new Admission.Admitted());
            Entity.await(database.withConnection(connection -> io.vibee.journal.database.Query.on(
                                    connection, "update app_user set token_version = token_version + 1 where id = $1")
                            .with(userId)
                            .update())
                    .toFuture());
            TestProbe<Done> reloaded = entity.probe();
            gate.tell(new GateCommand.Reload(reloaded.ref()));
            reloaded.receiveMessage();

            assertThat(admit(gate, before)).isEqualTo(new Admission.Refused());
            assertThat(admit(gate, tokenVersion())).isEqualTo(new Admission.Admitted());
        }

        @Test
        @DisplayName("a token whose sign-in was ended, at once, and no other")
        void endedSignIn() {
            register();
            byte[] phone = signIn(userId + "phone");
            signIn(userId + "desk");
            ActorRef<GateCommand> gate = gate(users, 0);
            assertThat(admit(gate, userId + "phone")).isEqualTo(new Admission.Admitted());

            Entity.await(signIns.end(phone));
            TestProbe<Done> told = entity.probe();
            gate.tell(new GateCommand.EndFamily(userId + "phone", told.ref()));
            told.receiveMessage();

            assertThat(admit(gate, userId + "phone")).isEqualTo(new Admission.Refused());
            assertThat(admit(gate, userId + "desk")).isEqualTo(new Admission.Admitted());
        }

        @Test
        @DisplayName("such a token also when the gate itself was not there to be told")
        void endedBefore() {
            register();
            Entity.await(signIns.end(signIn(userId + "phone")));
            ActorRef<GateCommand> gate = gate(users, 0);

            for (int i = 0; i < 3; i++) {
                assertThat(admit(gate, userId + "phone")).isEqualTo(new Admission.Refused());
            }
        }

        @Test
        @DisplayName("who is suspended")
        void suspended() {
            register();
            Entity.await(database.withConnection(connection -> io.vibee.journal.database.Query.on(
                                    connection, "update app_user set suspended = true where id = $1")
                            .with(userId)
                            .update())
                    .toFuture());

            assertThat(admit(gate(users, 0), tokenVersion())).isEqualTo(new Admission.Refused());
        }
    }

    @Test
    @DisplayName("knows nobody while the rows can't be read, and asks again with the next request")
    void unavailable() {
        Database closed = Database.open(TestDatabase.fresh(), PoolSettings.defaults());
        Entity.await(closed.closeLater());
        ActorRef<GateCommand> gate = gate(new Users(closed), 3);

        assertThat(admit(gate, 0)).isEqualTo(new Admission.Unavailable());
        assertThat(admit(gate, 0)).isEqualTo(new Admission.Unavailable());
    }

    @Test
    @ThrowsIn(Gate.class)
    @SuppressWarnings("NullAway") // sign-ins that can only be failed at
    @DisplayName("begins again after a fault, and grants no second minute's requests")
    void fault() {
        register();
        TestProbe<ClusterSharding.ShardCommand> shard = entity.probe();
        ActorRef<GateCommand> gate = entity.kit()
                .spawn(Gate.create(userId, shard.ref(), new GateDependencies(users, new RefreshTokens(null), 3)));
        for (int i = 0; i < 3; i++) {
            assertThat(admit(gate, tokenVersion())).isEqualTo(new Admission.Admitted());
        }
        gate.tell(new GateCommand.Admit(
                tokenVersion(), "a sign-in", entity.<Admission>probe().ref()));

        assertThat(admit(gate, tokenVersion())).isInstanceOf(Admission.Limited.class);
    }

    @Test
    @DisplayName("stops when it is told to")
    void stops() {
        ActorRef<GateCommand> gate = gate(users, 3);
        gate.tell(Gate.Stop.NOW);
        TestProbe<Void> watcher = entity.probe();

        watcher.expectTerminated(gate);
    }
}
