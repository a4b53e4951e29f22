package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.journal.database.TestDatabase;
import io.vibee.settings.Settings;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The storage")
@Tag("database")
class NodeDatabaseTest {

    @ParameterizedTest
    @CsvSource({
        "maybe, 'DATABASE_URL can''t be used: database address: sslmode ''maybe'' (expected: '",
        "require, 'does not support SSL'",
        "verify-full&sslrootcert=/nowhere/ca.pem, 'sslrootcert ''/nowhere/ca.pem'' can''t be used (expected: '"
    })
    @DisplayName("says in one line what is wrong with the encryption that DATABASE_URL asks for")
    void encryption(String mode, String expected) {
        String url = TestDatabase.empty().reveal().replace("sslmode=disable", "sslmode=" + mode);
        Settings settings = Settings.read(Map.of("DATABASE_URL", url), Path.of("/nowhere"));
        assertThatThrownBy(() -> NodeDatabase.open(settings))
                .isInstanceOf(StartException.class)
                .message()
                .contains(expected)
                .doesNotContain("\n");
    }
}
