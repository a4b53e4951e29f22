package io.vibee.journal.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate authority of a test, with a server's certificate that it signed; made by the JDK's keytool. */
final class CertificateAuthority {

    private static final String PASSWORD = "only for a test";

    private final Path store;
    private final Path certificate;
    private final Path serverCertificate;
    private final Path serverKey;

    /**
     * Makes its files in a directory.
     *
     * @param serverNames as keytool takes them, for example {@code dns:localhost}
     */
    static CertificateAuthority in(Path directory, String name, String serverNames) throws Exception {
        return new CertificateAuthority(Files.createDirectory(directory.resolve(name)), name, serverNames);
    }

    private CertificateAuthority(Path directory, String name, String serverNames) throws Exception {
        store = directory.resolve("store.p12");
        keytool("-alias", "authority", "-dname", "CN=" + name, "-ext", "bc:critical=ca:true");
        keytool("-alias", "server", "-dname", "CN=server", "-signer", "authority", "-ext", "san=" + serverNames);
        KeyStore keys = load();
        certificate = pem(
                directory.resolve("root.crt"),
                "CERTIFICATE",
                keys.getCertificate("authority").getEncoded());
        serverCertificate = pem(
                directory.resolve("server.crt"),
                "CERTIFICATE",
                keys.getCertificate("server").getEncoded());
        serverKey = pem(
                directory.resolve("server.key"),
                "PRIVATE KEY",
                keys.getKey("server", PASSWORD.toCharArray()).getEncoded());
    }

    /** Its own, for clients to trust. */
    Path certificate() {
        return certificate;
    }

    Path serverCertificate() {
        return serverCertificate;
    }

    Path serverKey() {
        return serverKey;
    }

    private void keytool(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
        command.addAll(List.of(options));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
    }

    private KeyStore load() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream input = Files.newInputStream(store)) {
            keys.load(input, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static Path pem(Path file, String type, byte[] encoded) throws IOException {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        // PostgreSQL refuses a key that others may read.
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n");
    }
}
