package io.vibee.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.vibee.journal.Eventually;
import io.vibee.persistence.cluster.ClusterNodes.Traits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.ClusterSettings;
import org.apache.pekko.cluster.Invalid;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import scala.jdk.javaapi.CollectionConverters;

@DisplayName("A node that joins a cluster")
@Tag("actors")
class JoinCheckTest {

    private static final String DATABASE = "7401-16384";
    private static final Traits TRAITS = new Traits(NodeTraits.PROTOCOL, "jwt", "master", null);
    private static final Config OURS = says(DATABASE, TRAITS);
    /** As a build that doesn't know the check. */
    private static final Config UNCHECKED =
            ConfigFactory.parseString("pekko.cluster.configuration-compatibility-check.checkers.vibee = \"\"");

    private static Config says(String database, Traits traits) {
        return ConfigFactory.parseMap(JoinCheck.settings(database, traits));
    }

    static Stream<Arguments> strangers() {
        return Stream.of(
                Arguments.of("uses another database", says("7401-16385", TRAITS)),
                Arguments.of(
                        "has another JWT_SECRET",
                        says(DATABASE, new Traits(TRAITS.protocol(), "other", "master", null))),
                Arguments.of(
                        "has another VIBEE_MASTER_KEY",
                        says(DATABASE, new Traits(TRAITS.protocol(), "jwt", "other", null))),
                Arguments.of(
                        "speaks version " + (TRAITS.protocol() + 2),
                        says(DATABASE, new Traits(TRAITS.protocol() + 2, "jwt", "master", null))));
    }

    /** What is wrong with another, if anything is. */
    private static List<String> wrong(Config other, Config own) {
        return new JoinCheck().check(other, own) instanceof Invalid invalid
                ? CollectionConverters.asJava(invalid.errorMessages())
                : List.of();
    }

    @ParameterizedTest
    @MethodSource("strangers")
    @DisplayName("is told what it must have in common with the others")
    void wrong(String what, Config stranger) {
        assertThat(wrong(stranger, OURS)).singleElement().asString().startsWith(what);
        assertThat(wrong(OURS, stranger)).hasSize(1);
        assertThat(wrong(OURS, OURS)).isEmpty();
    }

    @Test
    @DisplayName("may have a master key that both can read by")
    void rotation() {
        Config rotated = says(DATABASE, new Traits(TRAITS.protocol(), "jwt", "new", "master"));
        Config expecting = says(DATABASE, new Traits(TRAITS.protocol(), "jwt", "master", "new"));

        assertThat(wrong(rotated, expecting)).isEmpty();
        assertThat(wrong(expecting, rotated)).isEmpty();
        assertThat(wrong(rotated, OURS)).isNotEmpty();
    }

    @Test
    @DisplayName("may be a build that doesn't say its traits yet, as long as that build's protocol is understood")
    void untold() {
        Config later = says(DATABASE, new Traits(5, "jwt", "master", null));

        assertThat(wrong(ConfigFactory.empty(), says(DATABASE, new Traits(4, "jwt", "master", null))))
                .isEmpty();
        assertThat(wrong(ConfigFactory.empty(), later))
                .singleElement()
                .asString()
                .startsWith("speaks version 3");
    }

    @Test
    @DisplayName("is not told the database's password, whatever it asks for")
    void passwords() {
        assertThat(CollectionConverters.asJava(
                        new ClusterSettings(ConfigFactory.load(), "vibee").SensitiveConfigPaths()))
                .contains("pekko.persistence.postgres.database");
    }

    @Nested
    @DisplayName("of strangers")
    class OfStrangers {

        private final List<ActorSystem<Void>> systems = new ArrayList<>();

        @AfterEach
        void stop() {
            systems.forEach(system -> ActorTestKit.shutdown(system, Eventually.PATIENCE));
        }

        private ActorSystem<Void> node(Config config) {
            ActorSystem<Void> system = ActorSystem.create(
                    org.apache.pekko.actor.typed.javadsl.Behaviors.empty(),
                    "vibee",
                    config.withFallback(ConfigFactory.parseString("""
                                    pekko.remote.artery { transport = tcp, canonical.port = 0 }
                                    pekko.loglevel = ERROR
                                    """)).withFallback(ConfigFactory.load()));
            systems.add(system);
            return system;
        }

        private ActorSystem<Void> member(Config config) {
            ActorSystem<Void> system = node(config);
            Cluster cluster = Cluster.get(system);
            cluster.manager().tell(Join.create(cluster.selfMember().address()));
            Eventually.until("a cluster of one", () -> cluster.selfMember().status() == MemberStatus.up());
            return system;
        }

        private static void join(ActorSystem<Void> joining, ActorSystem<Void> member) {
            Cluster.get(joining)
                    .manager()
                    .tell(new JoinSeedNodes(
                            List.of(Cluster.get(member).selfMember().address())));
        }

        private static void isRefused(ActorSystem<Void> joining, ActorSystem<Void> member) {
            join(joining, member);
            CoordinatedShutdown shutdown = CoordinatedShutdown.get(joining);
            Eventually.until("it stops", () -> shutdown.getShutdownReason().isPresent());
            assertThat(shutdown.getShutdownReason())
                    .isEqualTo(Optional.of(CoordinatedShutdown.incompatibleConfigurationDetectedReason()));
            assertThat(Cluster.get(member).state().getMembers()).hasSize(1);
        }

        @Test
        @DisplayName("is refused by the member that it asks")
        void byTheMember() {
            ActorSystem<Void> member = member(OURS);
            strangers().forEach(stranger -> isRefused(node((Config) stranger.get()[1]), member));
        }

        @Test
        @DisplayName("goes away by itself from members that would let it in")
        void byItself() {
            isRefused(node(OURS), member(UNCHECKED.withFallback(says("7401-16385", TRAITS))));
        }

        @Test
        @DisplayName("goes in when they have all in common, and when one is a build that doesn't know the check")
        void goesIn() {
            // Its neighbours are those that don't know the check.
            Config first = says(DATABASE, new Traits(4, "jwt", "master", null));
            ActorSystem<Void> member = member(first);
            List<ActorSystem<Void>> joining = List.of(node(first), node(UNCHECKED));
            joining.forEach(one -> join(one, member));

            Eventually.holds(() -> assertThat(Cluster.get(member).state().getMembers())
                    .hasSize(3)
                    .allMatch(one -> one.status() == MemberStatus.up()));
        }
    }
}
