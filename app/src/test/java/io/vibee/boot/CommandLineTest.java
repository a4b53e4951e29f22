package io.vibee.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.settings.Variable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The command line")
class CommandLineTest {
    @Test
    @DisplayName("without arguments starts the service")
    void start() {
        assertThat(CommandLine.parse()).isEqualTo(CommandLine.START);
    }

    @Test
    @DisplayName("knows --help and --version, long and short")
    void known() {
        assertThat(CommandLine.parse("--help")).isEqualTo(CommandLine.HELP);
        assertThat(CommandLine.parse("-h")).isEqualTo(CommandLine.HELP);
        assertThat(CommandLine.parse("--version")).isEqualTo(CommandLine.VERSION);
        assertThat(CommandLine.parse("-V")).isEqualTo(CommandLine.VERSION);
        assertThat(CommandLine.parse("rotate-master-key")).isEqualTo(CommandLine.ROTATE_MASTER_KEY);
    }

    @Test
    @DisplayName("removes events only of the id that is named twice, to the letter")
    void removal() {
        assertThat(CommandLine.parse("remove-events", "Chat|a")).isEqualTo(CommandLine.REMOVE_EVENTS);
        assertThat(CommandLine.parse("remove-events", "Chat|a", "--confirm=Chat|b"))
                .isEqualTo(CommandLine.REMOVE_EVENTS);
        assertThat(CommandLine.confirms("Chat|a", "remove-events", "Chat|a")).isFalse();
        assertThat(CommandLine.confirms("Chat|a", "remove-events", "Chat|a", "--confirm=Chat|b"))
                .isFalse();
        assertThat(CommandLine.confirms("Chat|a", "remove-events", "Chat|a", "--confirm=Chat|a"))
                .isTrue();
        assertThat(CommandLine.parse("remove-events")).isEqualTo(CommandLine.WRONG);
        assertThat(CommandLine.parse("remove-events", "Chat|a", "--force")).isEqualTo(CommandLine.WRONG);
    }

    @Test
    @DisplayName("tells of projections and changes one")
    void projections() {
        assertThat(CommandLine.parse("projections")).isEqualTo(CommandLine.PROJECTIONS);
        assertThat(CommandLine.parse("projections", "rebuild", "usage")).isEqualTo(CommandLine.PROJECTIONS);
        assertThat(CommandLine.parse("projections", "erase", "usage")).isEqualTo(CommandLine.WRONG);
        assertThat(CommandLine.parse("projections", "pause")).isEqualTo(CommandLine.WRONG);
        assertThat(CommandLine.parse("raise-journal-generation")).isEqualTo(CommandLine.RAISE_JOURNAL_GENERATION);
    }

    @Test
    @DisplayName("shows the nodes, or is the sandbox alone")
    void nodes() {
        assertThat(CommandLine.parse("nodes")).isEqualTo(CommandLine.NODES);
        assertThat(CommandLine.parse("nodes", "down")).isEqualTo(CommandLine.WRONG);
        assertThat(CommandLine.parse("sandbox")).isEqualTo(CommandLine.SANDBOX);
    }

    @Test
    @DisplayName("changes a user's tier, to one that there is")
    void tier() {
        assertThat(CommandLine.parse("tier", "ann", "paid")).isEqualTo(CommandLine.CHANGE_TIER);
        assertThat(CommandLine.parse("tier", "ann", "gold")).isEqualTo(CommandLine.WRONG);
        assertThat(CommandLine.parse("tier", "ann")).isEqualTo(CommandLine.WRONG);
    }

    @Test
    @DisplayName("refuses anything else, and says how it is used")
    void wrong() {
        assertThat(CommandLine.parse("--port=1")).isEqualTo(CommandLine.WRONG);
        assertThat(CommandLine.parse("--help", "--version")).isEqualTo(CommandLine.WRONG);
        assertThat(CommandLine.refusal("--port=1"))
                .isEqualTo("Unknown argument: --port=1\n" + CommandLine.USAGE + "\n");
        assertThat(CommandLine.refusal("a", "b")).startsWith("Not understood: a b\n");
    }

    @Test
    @DisplayName("answers --version with the build's version and the Java that runs it")
    void version() {
        assertThat(CommandLine.versionLine())
                .matches("vibee [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)? \\(Java [0-9.]+\\)\n");
    }

    @Test
    @DisplayName("answers --help with every variable and its default, in lines that fit a terminal")
    void help() {
        String help = CommandLine.help();

        for (Variable variable : Variable.values()) {
            assertThat(help).contains("  " + variable.variableName() + "  [" + variable.shownDefault() + "]\n");
        }
        assertThat(help.lines()).allMatch(line -> line.length() < 100).noneMatch(line -> line.endsWith(" "));
    }
}
