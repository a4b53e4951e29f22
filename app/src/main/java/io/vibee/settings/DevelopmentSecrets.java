package io.vibee.settings;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of a development run. What the environment doesn't give is made once and kept in the data directory, readable by its owner
 * only. A file that can't be read is an error and is never replaced: without the old master key nobody could decrypt what is stored.
 */
public final class DevelopmentSecrets {
    private static final String FILE = "secrets.properties";
    private static final String JWT_SECRET = "jwt_secret";
    private static final String MASTER_KEY = "master_key";
    private static final int BYTES = 32;
    private static final int SHORTEST = 32;

    private DevelopmentSecrets() {}

    /**
     * Completes the environment's secrets by those in the directory. It touches no file when nothing is missing. Reads and writes files.
     *
     * @throws SettingsException when the kept secrets are damaged or can't be read or written
     */
    public static Secrets complete(SecretSettings given, Path directory) {
        Secret jwtSecret = given.jwtSecret();
        Secret masterKey = given.masterKey();
        if (jwtSecret != null && masterKey != null) {
            return new Secrets(jwtSecret, masterKey, given.previousMasterKey());
        }
        Secrets kept = kept(directory);
        return new Secrets(
                jwtSecret == null ? kept.jwtSecret() : jwtSecret,
                masterKey == null ? kept.masterKey() : masterKey,
                given.previousMasterKey());
    }

    private static Secrets kept(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                write(directory, file);
            }
            return parse(file, Files.readString(file));
        } catch (IOException | UncheckedIOException e) {
            throw new SettingsException(file + ": can't be read or written, "
                    + e.getClass().getSimpleName() + " (expected: a file that this user may read and write)");
        }
    }

    private static Secrets parse(Path file, String text) throws IOException {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IllegalArgumentException e) {
            throw damaged(file);
        }
        return new Secrets(
                secret(file, properties.getProperty(JWT_SECRET)),
                secret(file, properties.getProperty(MASTER_KEY)),
                null);
    }

    private static Secret secret(Path file, @Nullable String value) {
        if (value == null || value.length() < SHORTEST) {
            throw damaged(file);
        }
        return new Secret(value);
    }

    private static SettingsException damaged(Path file) {
        return new SettingsException(file + ": damaged (expected: " + JWT_SECRET + " and " + MASTER_KEY
                + " of 32 or more characters; restore the file, or remove the data directory to start anew)");
    }

    /** Writes the whole file or nothing, and never over a file that another start has made meanwhile. */
    private static void write(Path directory, Path file) throws IOException {
        if (!Files.isDirectory(directory)) {
            Path parent = directory.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Path draft = Files.createTempFile(
                directory,
                FILE,
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(
                    draft,
                    "# Made at the first start in development. Whoever loses master_key loses what is stored.\n"
                            + JWT_SECRET + "=" + random() + "\n" + MASTER_KEY + "=" + random() + "\n");
            sync(draft);
            if (!linked(draft, file)) {
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            }
            sync(directory);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static boolean linked(Path draft, Path file) throws IOException {
        try {
            Files.createLink(file, draft);
            return true;
        } catch (FileAlreadyExistsException e) {
            return true; // Another start was first; its secrets count.
        } catch (UnsupportedOperationException | FileSystemException e) {
            return false;
        }
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String random() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
