package io.vibee.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A refusal by Telegram")
class RefusalScopeTest {

    private static List<String> lines(String file) {
        try (var in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(RefusalScopeTest.class.getResourceAsStream(file), file),
                StandardCharsets.UTF_8))) {
            return in.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<String> refusals() {
        return lines("refusals.txt").stream();
    }

    static Stream<String> threads() {
        return lines("missing-threads.txt").stream();
    }

    @ParameterizedTest
    @MethodSource("refusals")
    @DisplayName("reaches as far as it says")
    void scope(String line) {
        String[] refusal = line.split("\\s*\\|\\s*", -1);

        assertThat(RefusalScope.of(Integer.parseInt(refusal[0]), refusal[1]))
                .isEqualTo(RefusalScope.valueOf(refusal[2].toUpperCase(Locale.ROOT)));
    }

    @ParameterizedTest
    @MethodSource("threads")
    @DisplayName("says whether there is such a thread")
    void thread(String line) {
        String description = line.replaceFirst("^! ", "");

        assertThat(RefusalScope.isOfMissingThread(new TelegramFailure.BadRequest(description, null)))
                .isEqualTo(!line.startsWith("!"));
    }

    @Test
    @DisplayName("that is no 400 says nothing of a thread")
    void others() {
        assertThat(RefusalScope.isOfMissingThread(new TelegramFailure.NotFound("message thread not found")))
                .isFalse();
        assertThat(RefusalScope.isOfMissingThread(new TelegramFailure.LostConnection("topic not found")))
                .isFalse();
    }
}
