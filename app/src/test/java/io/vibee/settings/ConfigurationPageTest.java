package io.vibee.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds the guide's page of variables to {@link Variable}. With {@code -Dconfiguration.page=write} it writes the page. */
@DisplayName("The page ops/docs/configuration.md")
class ConfigurationPageTest {

    private static final Path PAGE = Path.of("..", "ops", "docs", "configuration.md");
    private static final String TO_WRITE_IT = "./mvnw -pl app -am test -Dtest=ConfigurationPageTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dconfiguration.page=write";

    private static final String HEAD = """
            # Configuration

            Environment variables configure Vibee. An empty value counts as unset. A value that Vibee can't use stops the start with one
            line: the variable, the value (secrets are masked) and what was expected. `java -jar app/target/vibee.jar --help` prints the
            same list.

            Production (`VIBEE_MODE=production`) and a cluster need `DATABASE_URL`, `JWT_SECRET` and `VIBEE_MASTER_KEY`. One node in
            development needs nothing. A duration is a number with a unit (`90s`, `30m`, `12h`, `1d`) or an ISO-8601 duration (`PT90S`). In
            a limit `0` means no limit.

            This page is generated from `io.vibee.settings.Variable`; don't edit it. To write it anew:

            ```sh
            %s
            ```
            """.formatted(TO_WRITE_IT);

    @Test
    @DisplayName("shows every variable with its default and its purpose")
    void inStep() throws IOException {
        String expected = page();
        if ("write".equals(System.getProperty("configuration.page"))) {
            Files.writeString(PAGE, expected);
        }
        assertThat(PAGE).as("write it anew with: %s", TO_WRITE_IT).hasContent(expected);
    }

    private static String page() {
        return HEAD
                + Arrays.stream(Variable.Topic.values())
                        .map(ConfigurationPageTest::section)
                        .collect(Collectors.joining());
    }

    private static String section(Variable.Topic topic) {
        return Arrays.stream(Variable.values())
                .filter(variable -> variable.topic() == topic)
                .map(ConfigurationPageTest::row)
                .collect(Collectors.joining(
                        "\n",
                        "\n## " + topic.title() + "\n\n| variable | default | what it does |\n|---|---|---|\n",
                        "\n"));
    }

    private static String row(Variable variable) {
        String shown = variable.shownDefault();
        String written = shown.equals(variable.defaultValue()) ? "`" + shown + "`" : shown;
        return "| `%s` | %s | %s |".formatted(variable.variableName(), written, variable.description());
    }
}
