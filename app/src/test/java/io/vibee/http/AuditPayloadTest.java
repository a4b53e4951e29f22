package io.vibee.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.persistence.audit.AuditLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("An event in its owner's journal")
class AuditPayloadTest {

    /** What was ever stored, as the tests of the stored forms keep it. */
    private static final Path STORED = Path.of("../protocol/src/test/resources/golden/v1");

    static List<String> events() throws IOException {
        try (Stream<Path> files = Files.list(STORED)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains("Event$"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("events")
    @DisplayName("shows no ciphertext")
    void opened(String file) {
        AuditPayload payload = AuditPayload.of(
                new AuditLog.Entry("Chat|1", 1, file.split("[+]|[.]json", 2)[0], Instant.EPOCH, stored(file)));
        assertThat(payload.open(text -> Optional.of("\"opened\"")).payload().toString())
                .doesNotContain("ciphertext");
    }

    private static String stored(String file) {
        try {
            return Files.readString(STORED.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
