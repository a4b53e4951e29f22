package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.Eventually;
import io.vibee.journal.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The process")
@Tag("process")
class MainTest {
    @TempDir
    private Path directory = Path.of("");

    private Map<String, String> anyPorts() throws IOException {
        return Map.of(
                "VIBEE_DATA_DIR", EmbeddedData.in(directory).toString(),
                "VIBEE_HTTP_PORT", "0",
                "VIBEE_CLUSTER_PORT", "0",
                "VIBEE_MANAGEMENT_PORT", "0",
                "LOG_LEVEL", "debug");
    }

    @Test
    @DisplayName("stops cleanly at SIGTERM: status 0 within 30 s, the log written to its end, nothing on stderr")
    void terminates() throws Exception {
        try (ForkedJvm service = ForkedJvm.start(directory, Main.class, anyPorts())) {
            awaitOutput(service, "Vibee serves at");
            service.process().destroy();

            assertThat(service.exitStatus(30)).isZero();
            assertThat(service.err()).isEmpty();
            assertThat(service.out()).endsWith("\n").contains("CoordinatedShutdown");
            assertThat(service.out().lines()).allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT.*"));
        }
    }

    @Test
    @DisplayName("stops cleanly at a SIGTERM that comes while it starts")
    void terminatedWhileStarting() throws Exception {
        try (ForkedJvm service = ForkedJvm.start(directory, Main.class, anyPorts())) {
            awaitOutput(service, "Slf4jLogger started");
            service.process().destroy();

            assertThat(service.exitStatus(30)).isZero();
            assertThat(service.err()).isEmpty();
        }
    }

    @Test
    @DisplayName("ends with status 1 and one line when it can't start as configured")
    void wrongSetting() throws Exception {
        try (ForkedJvm service = ForkedJvm.start(directory, Main.class, Map.of("VIBEE_HTTP_PORT", "99999"))) {
            assertThat(service.exitStatus(30)).isEqualTo(1);
            assertThat(service.out()).isEmpty();
            assertThat(service.err()).isEqualTo("VIBEE_HTTP_PORT: 99999 (expected: a port from 0 to 65535)\n");
        }
    }

    @Test
    @DisplayName("ends with status 2 and a hint for wrong arguments")
    void wrongArgument() throws Exception {
        try (ForkedJvm service = ForkedJvm.start(directory, Main.class, Map.of(), "--serve")) {
            assertThat(service.exitStatus(30)).isEqualTo(2);
            assertThat(service.err()).startsWith("Unknown argument: --serve\nUsage: ");
        }
    }

    @Test
    @DisplayName("answers --version and --help with status 0, even when it could not start")
    void answers() throws Exception {
        Map<String, String> wrong = Map.of("VIBEE_HTTP_PORT", "99999");
        try (ForkedJvm version = ForkedJvm.start(directory, Main.class, wrong, "--version")) {
            assertThat(version.exitStatus(30)).isZero();
            assertThat(version.out()).isEqualTo(CommandLine.versionLine());
        }
        try (ForkedJvm help = ForkedJvm.start(directory, Main.class, wrong, "--help")) {
            assertThat(help.exitStatus(30)).isZero();
            assertThat(help.out()).isEqualTo(CommandLine.help());
        }
    }

    @Test
    @DisplayName("ends with what a maintenance command says")
    void maintains() throws Exception {
        Map<String, String> environment =
                Map.of("DATABASE_URL", TestDatabase.fresh().reveal());
        try (ForkedJvm command =
                ForkedJvm.start(directory, Main.class, environment, "remove-events", "Chat|a", "--confirm=Chat|a")) {
            assertThat(command.exitStatus(60)).isEqualTo(1);
            assertThat(command.out()).isEmpty();
            assertThat(command.err()).isEqualTo("nothing is stored under Chat|a\n");
        }
        try (ForkedJvm command = ForkedJvm.start(directory, Main.class, environment, "raise-journal-generation")) {
            assertThat(command.exitStatus(60)).isZero();
            assertThat(command.out()).isEqualTo("Done: the journal goes on in generation 2.\n");
            assertThat(command.err()).isEmpty();
        }
    }

    private static void awaitOutput(ForkedJvm service, String text) {
        Eventually.until("it writes " + text, Duration.ofMinutes(2), () -> {
            assertThat(service.process().isAlive())
                    .as("alive; stderr: %s", service.err())
                    .isTrue();
            return service.out().contains(text);
        });
    }
}
