package io.vibee.journal.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.r2dbc.postgresql.client.SSLMode;
import io.vibee.journal.Eventually;
import io.vibee.journal.JournalSchema;
import io.vibee.journal.PersistenceFixture;
import io.vibee.journal.faults.LiveReading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One server takes encrypted connections only, with a certificate for "localhost"; the other has no encryption. */
@DisplayName("The address's sslmode")
@Timeout(180)
@Tag("database")
class EncryptionTest {

    private static final String IS_ENCRYPTED = "select ssl as encrypted from pg_stat_ssl where pid = pg_backend_pid()";
    private static final String UNTRUSTED = "unable to find valid certification path";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    private static @SuppressWarnings("NullAway.Init") CertificateAuthority authority;
    private static @SuppressWarnings("NullAway.Init") CertificateAuthority stranger;
    private static @SuppressWarnings("NullAway.Init") TestServer encrypting;

    private final DatabaseUrl unencrypting = TestDatabase.empty();

    /** Who connects, and says whether the server sees the connection encrypted. */
    enum Driver {
        POOL {
            @Override
            boolean encrypted(DatabaseUrl url) {
                try (Database database = Database.open(url, ONE_CONNECTION)) {
                    return Boolean.TRUE.equals(database.withConnection(connection -> Query.on(connection, IS_ENCRYPTED)
                                    .rows(row -> Column.flag(row, "encrypted"))
                                    .single())
                            .block());
                }
            }
        },
        MIGRATIONS {
            @Override
            boolean encrypted(DatabaseUrl url) throws SQLException {
                try (Connection connection = new JdbcSource(url, "test").getConnection();
                        Statement statement = connection.createStatement();
                        ResultSet rows = statement.executeQuery(IS_ENCRYPTED)) {
                    return rows.next() && rows.getBoolean("encrypted");
                }
            }
        };

        private static final PoolSettings ONE_CONNECTION = new PoolSettings(
                0,
                1,
                1,
                Duration.ofSeconds(10),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(20),
                256,
                "test");

        abstract boolean encrypted(DatabaseUrl url) throws SQLException;
    }

    @BeforeAll
    static void start() throws Exception {
        authority = CertificateAuthority.in(directory, "authority", "dns:localhost");
        stranger = CertificateAuthority.in(directory, "stranger", "dns:localhost");
        Map<String, String> options = Map.of(
                "fsync",
                "off",
                "ssl",
                "on",
                "ssl_cert_file",
                authority.serverCertificate().toString(),
                "ssl_key_file",
                authority.serverKey().toString());
        encrypting = TestServer.start(directory.resolve("server"), options);
        refuseOpenConnections();
    }

    private static void refuseOpenConnections() throws Exception {
        DatabaseUrl open = encrypting.url();
        try (Connection connection = new JdbcSource(open, "test").getConnection();
                Statement statement = connection.createStatement()) {
            Files.writeString(encrypting.data().resolve("pg_hba.conf"), "hostssl all all 127.0.0.1/32 trust\n");
            statement.execute("select pg_reload_conf()");
        }
        Eventually.until("open connections are refused", () -> !connects(open));
    }

    private static boolean connects(DatabaseUrl url) {
        try (Connection connection = new JdbcSource(url, "test").getConnection()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    @AfterAll
    static void stop() {
        encrypting.close();
    }

    private static DatabaseUrl encrypting(SSLMode mode, @Nullable Path trusted) {
        return address(encrypting.url(), "localhost", mode, trusted);
    }

    private static DatabaseUrl address(DatabaseUrl url, String host, SSLMode mode, @Nullable Path trusted) {
        return new DatabaseUrl(
                host,
                url.port(),
                url.database(),
                url.user(),
                url.password(),
                mode,
                trusted == null ? null : trusted.toString());
    }

    @Nested
    @DisplayName("disable")
    class Disable {

        @ParameterizedTest
        @EnumSource
        @DisplayName("never encrypts, so a server that insists refuses")
        void never(Driver driver) throws Exception {
            assertThat(driver.encrypted(address(unencrypting, "localhost", SSLMode.DISABLE, null)))
                    .isFalse();
            assertThatThrownBy(() -> driver.encrypted(encrypting(SSLMode.DISABLE, null)))
                    .hasMessageContaining("no pg_hba.conf entry")
                    .hasMessageContaining("no encryption");
        }
    }

    @Nested
    @DisplayName("prefer")
    class Prefer {

        @ParameterizedTest
        @EnumSource
        @DisplayName("encrypts when the server can, without asking who it is")
        void whenPossible(Driver driver) throws Exception {
            assertThat(driver.encrypted(encrypting(SSLMode.PREFER, null))).isTrue();
            assertThat(driver.encrypted(encrypting(SSLMode.PREFER, stranger.certificate())))
                    .isTrue();
            assertThat(driver.encrypted(address(unencrypting, "localhost", SSLMode.PREFER, null)))
                    .isFalse();
        }
    }

    @Nested
    @DisplayName("require")
    class Require {

        @ParameterizedTest
        @EnumSource
        @DisplayName("encrypts, whoever signed the certificate")
        void anyCertificate(Driver driver) throws Exception {
            assertThat(driver.encrypted(encrypting(SSLMode.REQUIRE, null))).isTrue();
        }

        @ParameterizedTest
        @EnumSource
        @DisplayName("fails when the server can't")
        void unencrypting(Driver driver) {
            assertThatThrownBy(() -> driver.encrypted(address(unencrypting, "localhost", SSLMode.REQUIRE, null)))
                    .message()
                    .matches(".*(does not support SSL|support for SSL connection is disabled).*");
        }

        @ParameterizedTest
        @EnumSource
        @DisplayName("with sslrootcert takes only whom that trusts, as libpq does")
        void trusted(Driver driver) throws Exception {
            String address = encrypting(SSLMode.REQUIRE, null).reveal() + "&sslrootcert=";

            assertThat(driver.encrypted(DatabaseUrl.parse(address + authority.certificate())))
                    .isTrue();
            assertThatThrownBy(() -> driver.encrypted(DatabaseUrl.parse(address + stranger.certificate())))
                    .hasStackTraceContaining(UNTRUSTED);
        }
    }

    @Nested
    @DisplayName("verify-ca")
    class VerifyAuthority {

        @ParameterizedTest
        @EnumSource
        @DisplayName("takes whom sslrootcert trusts, under any name")
        void trusted(Driver driver) throws Exception {
            assertThat(driver.encrypted(encrypting(SSLMode.VERIFY_CA, authority.certificate())))
                    .isTrue();
            assertThat(driver.encrypted(
                            address(encrypting.url(), "127.0.0.1", SSLMode.VERIFY_CA, authority.certificate())))
                    .isTrue();
        }

        @ParameterizedTest
        @EnumSource
        @DisplayName("fails when another authority signed, or none that the JDK trusts")
        void untrusted(Driver driver) {
            assertThatThrownBy(() -> driver.encrypted(encrypting(SSLMode.VERIFY_CA, stranger.certificate())))
                    .hasStackTraceContaining(UNTRUSTED);
            assertThatThrownBy(() -> driver.encrypted(encrypting(SSLMode.VERIFY_CA, null)))
                    .hasStackTraceContaining(UNTRUSTED);
        }

        @ParameterizedTest
        @EnumSource
        @DisplayName("fails when the server does not encrypt")
        void unencrypting(Driver driver) {
            assertThatThrownBy(() -> driver.encrypted(
                            address(unencrypting, "localhost", SSLMode.VERIFY_CA, authority.certificate())))
                    .message()
                    .matches(".*(does not support SSL|support for SSL connection is disabled).*");
        }

        @ParameterizedTest
        @EnumSource
        @DisplayName("names the file of sslrootcert when that is missing, or no certificate")
        void unusableFile(Driver driver) {
            for (Path file : List.of(directory.resolve("missing.crt"), authority.serverKey())) {
                assertThatThrownBy(() -> driver.encrypted(encrypting(SSLMode.VERIFY_CA, file)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("database address: sslrootcert '" + file
                                + "' can't be used (expected: a file with certificates in PEM)");
            }
        }
    }

    @Nested
    @DisplayName("verify-full")
    class VerifyFull {

        @ParameterizedTest
        @EnumSource
        @DisplayName("takes whom sslrootcert trusts under the certificate's name only")
        void name(Driver driver) throws Exception {
            assertThat(driver.encrypted(encrypting(SSLMode.VERIFY_FULL, authority.certificate())))
                    .isTrue();
            assertThatThrownBy(() -> driver.encrypted(
                            address(encrypting.url(), "127.0.0.1", SSLMode.VERIFY_FULL, authority.certificate())))
                    .message()
                    .matches("(.*)The hostname '?127.0.0.1.* could not be verified.*");
        }

        @ParameterizedTest
        @EnumSource
        @DisplayName("fails when another authority signed")
        void untrusted(Driver driver) {
            assertThatThrownBy(() -> driver.encrypted(encrypting(SSLMode.VERIFY_FULL, stranger.certificate())))
                    .hasStackTraceContaining(UNTRUSTED);
        }
    }

    @Test
    @DisplayName("holds for migrations, journal, queries and the connection that listens")
    void everywhere() {
        DatabaseUrl url = encrypting(SSLMode.VERIFY_FULL, authority.certificate());
        assertThat(JournalSchema.migrate(url, ConfigFactory.defaultReference())).isPositive();
        PersistenceFixture fixture = new PersistenceFixture(url, "");
        try (LiveReading reading = LiveReading.of(fixture, "Ledger")) {
            fixture.write(fixture.ledger("Ledger|1"), "encrypted");
            fixture.eventually(() -> {
                assertThat(reading.seen("Ledger|1")).hasSize(1);
                List<String> connections = fixture.rows("""
                        select ssl, query ilike 'listen%' from pg_stat_ssl join pg_stat_activity using (pid)
                         where application_name = 'pekko-persistence-postgres' and pid <> pg_backend_pid()""");
                assertThat(connections).contains("t,t", "t,f").doesNotContain("f,t", "f,f");
            });
        } finally {
            fixture.close();
        }
    }
}
