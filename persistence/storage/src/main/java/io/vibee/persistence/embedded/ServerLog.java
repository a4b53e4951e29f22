package io.vibee.persistence.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.stream.Stream;

/** The embedded server's own log, postgres.log. A file over 10 MiB becomes postgres.log.1 at the next start. */
final class ServerLog {

    private static final long LARGE = 10 * 1024 * 1024;

    private final Path file;
    private final long begin;

    private ServerLog(Path file, long begin) {
        this.file = file;
        this.begin = begin;
    }

    static ServerLog in(Path directory) throws IOException {
        Path file = directory.resolve("postgres.log");
        long size = Files.exists(file) ? Files.size(file) : 0;
        if (size > LARGE) {
            Files.move(file, directory.resolve("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
            size = 0;
        }
        return new ServerLog(file, size);
    }

    ProcessBuilder.Redirect redirect() {
        return ProcessBuilder.Redirect.appendTo(file.toFile());
    }

    /** The server's last FATAL or PANIC line since this object was made, if there is one. */
    Optional<String> lastFatal() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (var channel = Files.newByteChannel(file).position(begin);
                Stream<String> lines =
                        new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8)).lines()) {
            return lines.filter(line -> line.contains("FATAL:") || line.contains("PANIC:"))
                    .reduce((earlier, later) -> later);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
