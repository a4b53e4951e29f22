package io.vibee.persistence.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;

/**
 * Keeps other users of the machine out of an embedded server. A new server trusts everyone on the loopback interface. So as
 * soon as it is up, and still empty, its superuser gets a random password. A file beside the data keeps the password; only its
 * owner can read it.
 */
final class SuperuserPassword {

    private static final String ONLY_WITH_PASSWORD = """
            # Written by Vibee: the loopback interface, with a password.
            host all all 127.0.0.1/32 scram-sha-256
            host all all ::1/128 scram-sha-256
            """;

    private final String secret;

    private SuperuserPassword(String secret) {
        this.secret = secret;
    }

    /** Reads the password of this directory, or makes one. */
    static SuperuserPassword in(Path directory) throws IOException {
        Path file = directory.resolve("postgres.password");
        if (!Files.exists(file)) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            writeForOwner(file, HexFormat.of().formatHex(random));
        }
        return new SuperuserPassword(Files.readString(file).strip());
    }

    String secret() {
        return secret;
    }

    /** Makes the server ask for the password. Harmless to repeat, also after a crash half way. */
    void enforce(Connection connection, Path data) throws SQLException, IOException {
        Path accessRules = data.resolve("pg_hba.conf");
        if (Files.readString(accessRules).equals(ONLY_WITH_PASSWORD)) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            // A utility statement takes no parameters; the secret is hexadecimal and ours.
            statement.execute("alter role postgres with password '" + secret + "'");
            writeForOwner(accessRules, ONLY_WITH_PASSWORD);
            statement.execute("select pg_reload_conf()");
        }
    }

    private static void writeForOwner(Path file, String text) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(draft, text, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
