package io.vibee.boot;

import io.vibee.journal.database.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Data directories of services that run on the embedded database. */
final class EmbeddedData {

    private EmbeddedData() {}

    /** An empty one. The server's program files in it are those of all tests: unpacking them takes seconds. */
    static Path in(Path directory) throws IOException {
        Path data = Files.createDirectories(directory.resolve("data"));
        Files.createSymbolicLink(data.resolve("postgres-binaries"), Files.createDirectories(TestServer.BINARIES));
        return data;
    }
}
