package io.vibee.journal.database;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.client.SSLMode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The address of the database, with user and password, as {@code postgresql://user:password@host:port/database?sslmode=…}.
 * User, password and database may be percent-encoded. Neither {@link #toString} nor an error message ever shows the password.
 * The two parameters, sslmode and sslrootcert, mean what they mean in libpq (PostgreSQL manual, "SSL Support"), with one
 * exception: without sslrootcert the JDK's trusted certificates count.
 */
public record DatabaseUrl(
        String host,
        int port,
        String database,
        String user,
        @Nullable String password,
        SSLMode sslMode,
        @Nullable String sslRootCertificate) {

    private static final String EXPECTED = "expected: postgresql://user:password@host:port/database";
    private static final String EXPECTED_SSL_MODE = "disable, prefer, require, verify-ca or verify-full";

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException with one line that names the unusable part and what is expected
     */
    public static DatabaseUrl parse(String text) {
        String rest = withoutScheme(text);
        String query = "";
        int questionMark = rest.indexOf('?');
        if (questionMark >= 0) {
            query = rest.substring(questionMark + 1);
            rest = rest.substring(0, questionMark);
        }
        int slash = rest.indexOf('/');
        if (slash < 0 || slash == rest.length() - 1) {
            throw refused("no database name");
        }
        String database = decoded("database", rest.substring(slash + 1));
        String authority = rest.substring(0, slash);
        int at = authority.lastIndexOf('@');
        if (at <= 0) {
            throw refused("no user");
        }
        String[] credentials = authority.substring(0, at).split(":", 2);
        String user = decoded("user", credentials[0]);
        String password = credentials.length == 2 ? decoded("password", credentials[1]) : null;
        String address = authority.substring(at + 1);
        if (address.contains(",")) {
            throw refused("several hosts, where one name must follow the server that is written to");
        }
        Parameters parameters = Parameters.of(query);
        return new DatabaseUrl(
                hostOf(address),
                portOf(address),
                database,
                user,
                password,
                parameters.sslMode,
                parameters.sslRootCertificate);
    }

    /** The same server and user, another database. */
    public DatabaseUrl withDatabase(String name) {
        return new DatabaseUrl(host, port, name, user, password, sslMode, sslRootCertificate);
    }

    /** The address for JDBC, which only start-up uses. It goes with {@link #jdbcProperties}. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + bracketed() + ":" + port + "/"
                + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * User, password and encryption. They are not in the address, so no library can show them in a log line.
     *
     * @throws IllegalArgumentException when sslrootcert is needed and can't be used
     */
    public Properties jdbcProperties() {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        if (password != null) {
            properties.setProperty("password", password);
        }
        properties.setProperty(
                "sslmode", sslMode.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        Optional<String> trusted = trustedCertificates();
        if (trusted.isPresent()) {
            properties.setProperty("sslrootcert", trusted.get());
        } else if (sslMode.verifyCertificate()) {
            // Without a root certificate JDBC looks into the home directory only; R2DBC takes the JDK's trusted ones.
            properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
        // Seconds until the connection is ready. Without a limit it waits for ever for a server that takes the
        // connection and
        // says nothing.
        properties.setProperty("loginTimeout", "10");
        return properties;
    }

    /**
     * For R2DBC: address, credentials and encryption; the caller adds its name and timeouts.
     *
     * @throws IllegalArgumentException when sslrootcert is needed and can't be used
     */
    public PostgresqlConnectionConfiguration.Builder r2dbc() {
        PostgresqlConnectionConfiguration.Builder builder = PostgresqlConnectionConfiguration.builder()
                .host(host)
                .port(port)
                .database(database)
                .username(user)
                .sslMode(sslMode);
        if (password != null) {
            builder.password(password);
        }
        trustedCertificates().ifPresent(builder::sslRootCert);
        return builder;
    }

    /**
     * The file of sslrootcert, if the mode asks for one. The check is here because the drivers' own messages about a bad file
     * are vague.
     */
    private Optional<String> trustedCertificates() {
        if (sslRootCertificate == null || !sslMode.verifyCertificate()) {
            return Optional.empty();
        }
        try (InputStream input = Files.newInputStream(Path.of(sslRootCertificate))) {
            if (!CertificateFactory.getInstance("X.509")
                    .generateCertificates(input)
                    .isEmpty()) {
                return Optional.of(sslRootCertificate);
            }
        } catch (IOException | InvalidPathException | CertificateException e) {
            throw unusable(sslRootCertificate, e);
        }
        throw unusable(sslRootCertificate, null);
    }

    private static IllegalArgumentException unusable(String file, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "database address: sslrootcert '" + file
                        + "' can't be used (expected: a file with certificates in PEM)",
                cause);
    }

    /** The whole address, with the password: for configuration, never for a log. */
    public String reveal() {
        String secret = password == null ? "" : ":" + encoded(password);
        return address(encoded(user) + secret);
    }

    @Override
    public String toString() {
        return address(encoded(user) + (password == null ? "" : ":***"));
    }

    private String address(String credentials) {
        String certificate = sslRootCertificate == null ? "" : "&sslrootcert=" + encoded(sslRootCertificate);
        return "postgresql://" + credentials + "@" + bracketed() + ":" + port + "/" + encoded(database) + "?sslmode="
                + sslMode.name().toLowerCase(Locale.ROOT).replace('_', '-') + certificate;
    }

    private String bracketed() {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private static String withoutScheme(String text) {
        for (String scheme : new String[] {"postgresql://", "postgres://"}) {
            if (text.regionMatches(true, 0, scheme, 0, scheme.length())) {
                return text.substring(scheme.length());
            }
        }
        throw refused("unknown scheme");
    }

    private static String hostOf(String address) {
        if (address.startsWith("[")) {
            int end = address.indexOf(']');
            if (end < 2) {
                throw refused("host is not an address in brackets");
            }
            return address.substring(1, end);
        }
        int colon = address.indexOf(':');
        String host = colon < 0 ? address : address.substring(0, colon);
        if (host.isEmpty() || !host.matches("[A-Za-z0-9._-]+")) {
            throw refused("no usable host");
        }
        return host;
    }

    private static int portOf(String address) {
        String afterHost = address.startsWith("[") ? address.substring(address.indexOf(']') + 1) : address;
        int colon = afterHost.indexOf(':');
        if (colon < 0) {
            if (address.startsWith("[") && !afterHost.isEmpty()) {
                throw refused("port is not a number from 1 to 65535");
            }
            return 5432;
        }
        String digits = afterHost.substring(colon + 1);
        if (digits.matches("[0-9]{1,5}")) {
            int port = Integer.parseInt(digits);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        }
        throw refused("port is not a number from 1 to 65535");
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decoded(String part, String value) {
        Optional<String> plain = percentDecoded(value);
        if (plain.isEmpty() || plain.get().isEmpty()) {
            throw refused(part + " is empty or not percent-encoded correctly");
        }
        return plain.get();
    }

    private static Optional<String> percentDecoded(String value) {
        try {
            return Optional.of(URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            // Its message quotes the value, which may be the password.
            return Optional.empty();
        }
    }

    private static IllegalArgumentException refused(String what) {
        return new IllegalArgumentException("database address: " + what + " (" + EXPECTED + ")");
    }

    private record Parameters(SSLMode sslMode, @Nullable String sslRootCertificate) {

        static Parameters of(String query) {
            SSLMode mode = SSLMode.PREFER;
            String certificate = null;
            for (String pair : query.isEmpty() ? new String[0] : query.split("&")) {
                String[] parts = pair.split("=", 2);
                String value = parts.length == 2 ? decoded(parts[0], parts[1]) : "";
                switch (parts[0]) {
                    case "sslmode" -> mode = modeOf(value);
                    case "sslrootcert" -> certificate = value;
                    default ->
                        throw new IllegalArgumentException("database address: parameter '" + parts[0]
                                + "' is not known (expected: sslmode, sslrootcert)");
                }
            }
            // As in libpq: whoever names a root certificate wants the server's certificate checked.
            return new Parameters(
                    mode == SSLMode.REQUIRE && certificate != null ? SSLMode.VERIFY_CA : mode, certificate);
        }

        private static SSLMode modeOf(String value) {
            return switch (value) {
                case "disable" -> SSLMode.DISABLE;
                case "prefer" -> SSLMode.PREFER;
                case "require" -> SSLMode.REQUIRE;
                case "verify-ca" -> SSLMode.VERIFY_CA;
                case "verify-full" -> SSLMode.VERIFY_FULL;
                default ->
                    throw new IllegalArgumentException(
                            "database address: sslmode '" + value + "' (expected: " + EXPECTED_SSL_MODE + ")");
            };
        }
    }
}
