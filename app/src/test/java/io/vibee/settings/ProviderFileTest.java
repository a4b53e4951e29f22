package io.vibee.settings;

import static io.vibee.settings.Environments.assertRefused;
import static io.vibee.settings.Environments.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vibee.settings.ProviderSettings.Dialect;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A file of providers")
class ProviderFileTest {

    private final Path directory;

    ProviderFileTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private String file(String text) throws IOException {
        return Files.writeString(directory.resolve("providers.conf"), text).toString();
    }

    @Test
    @DisplayName("names any number of them, which come last when no chain says otherwise")
    void providers() throws IOException {
        String file = file("""
                local { url = "http://127.0.0.1:11434/v1/", model = llama3 }
                groq {
                  url = "https://api.groq.com/openai/v1"
                  key = ${GROQ_API_KEY}
                  model = "llama-3.3-70b"
                  first-word-within = 5s, timeout = 20 s, parallel = 8
                }
                claude { api = anthropic, url = "https://x.test/v1", key = k, model = m }
                """);

        AiSettings ai = read("VIBEE_AI_PROVIDERS", file, "GROQ_API_KEY", "sk-groq", "OPENAI_API_KEY", "k")
                .ai();

        assertThat(ai.chain()).containsExactly("openrouter", "anthropic", "openai", "claude", "groq", "local");
        assertThat(ai.providers())
                .extracting(ProviderSettings::name)
                .containsExactly("openai", "claude", "groq", "local");
        assertThat(ai.providers().get(1).dialect()).isEqualTo(Dialect.ANTHROPIC);
        assertThat(ai.providers().get(2))
                .isEqualTo(new ProviderSettings(
                        "groq",
                        Dialect.OPENAI,
                        URI.create("https://api.groq.com/openai/v1"),
                        new Secret("sk-groq"),
                        "llama-3.3-70b",
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(20),
                        8));
        assertThat(ai.providers().get(3).baseUrl()).isEqualTo(URI.create("http://127.0.0.1:11434/v1"));
    }

    @Test
    @DisplayName("is asked in the order of the chain")
    void chain() throws IOException {
        String file = file("local { url = \"http://127.0.0.1:1\", model = m }");

        assertThat(read("VIBEE_AI_PROVIDERS", file, "VIBEE_AI_CHAIN", "local,openai", "OPENAI_API_KEY", "k")
                        .ai()
                        .providers())
                .extracting(ProviderSettings::name)
                .containsExactly("local", "openai");
        assertRefused(
                "VIBEE_AI_CHAIN",
                "groq",
                "VIBEE_AI_CHAIN: groq (expected: a list of openrouter, anthropic and openai, each at most once)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a { model = m }|a.url in FILE: unset (expected: an address as",
                "a { url = \"x:secret\", model = m }|a.url in FILE: <8 characters> (expected: an address as",
                "a { url = \"http://x\" }|a.model in FILE: unset (expected: a model's name",
                "a { url = \"http://x\", model = \"a b\" }|a.model in FILE: a b (expected: a model's name",
                "a { url = \"http://x\", model = m, key = \"two words\" }|a.key in FILE: <9 characters> (expected: a key",
                "a { url = \"http://x\", model = m, timeout = soon }|a.timeout in FILE: soon (expected: a duration",
                "a { url = \"http://x\", model = m, parallel = -1 }|a.parallel in FILE: -1 (expected: a whole number",
                "a { url = \"http://x\", model = m, api = grpc }|a.api in FILE: grpc (expected: openai or anthropic)",
                "a { url = \"http://x\", model = m, modle = m }|a.modle in FILE (expected: one of api, first-word-within,",
                "openai { url = \"http://x\", model = m }|openai in FILE (expected: a name of",
                "A { url = \"http://x\", model = m }|A in FILE (expected: a name of",
                "a = 1|a in FILE (expected: a block",
                "a { key = ${NOT_SET} }|FILE, line 1 (expected: a variable that is set",
                "a { key = |FILE, line 1 (expected: HOCON with a block"
            })
    @DisplayName("is refused with one line that says where and what was expected")
    void refused(String text, String message) throws IOException {
        String file = file(text);

        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> read("VIBEE_AI_PROVIDERS", file))
                .withMessageStartingWith("VIBEE_AI_PROVIDERS: " + message.replace("FILE", file))
                .withMessageNotContaining("secret");
    }

    @Test
    @DisplayName("is refused when it is not there")
    void missing() {
        assertRefused(
                "VIBEE_AI_PROVIDERS",
                "/nowhere/providers.conf",
                "VIBEE_AI_PROVIDERS: /nowhere/providers.conf (expected: a file that can be read)");
    }
}
