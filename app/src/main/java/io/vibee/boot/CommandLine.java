package io.vibee.boot;

import io.vibee.settings.Variable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Properties;
import java.util.Set;

/** What may be said on the command line, and the answers that need no service. */
enum CommandLine {
    START,
    HELP,
    VERSION,
    ROTATE_MASTER_KEY,
    REMOVE_EVENTS,
    RAISE_JOURNAL_GENERATION,
    PROJECTIONS,
    CHANGE_TIER,
    NODES,
    SANDBOX,
    WRONG;

    static final String USAGE = """
            Usage: java -jar vibee.jar [--help | --version | rotate-master-key
                                        | remove-events <persistence-id> [--confirm=<persistence-id>]
                                        | raise-journal-generation
                                        | projections [pause|resume|rebuild <name>]
                                        | tier <username> free|paid | nodes | sandbox]""";

    private static final Set<String> PROJECTION_ACTIONS = Set.of("pause", "resume", "rebuild");
    private static final Set<String> TIERS = Set.of("free", "paid");
    private static final String CONFIRM = "--confirm=";

    private static final int WIDTH = 96;

    static CommandLine parse(String... arguments) {
        if (arguments.length == 0) {
            return START;
        }
        if (arguments[0].equals("remove-events")) {
            boolean confirmed = arguments.length == 3 && arguments[2].startsWith(CONFIRM);
            return arguments.length == 2 || confirmed ? REMOVE_EVENTS : WRONG;
        }
        if (arguments[0].equals("projections") && (arguments.length == 1 || arguments.length == 3)) {
            return arguments.length == 1 || PROJECTION_ACTIONS.contains(arguments[1]) ? PROJECTIONS : WRONG;
        }
        if (arguments[0].equals("tier")) {
            return arguments.length == 3 && TIERS.contains(arguments[2]) ? CHANGE_TIER : WRONG;
        }
        if (arguments.length > 1) {
            return WRONG;
        }
        return switch (arguments[0]) {
            case "--help", "-h" -> HELP;
            case "--version", "-V" -> VERSION;
            case "rotate-master-key" -> ROTATE_MASTER_KEY;
            case "raise-journal-generation" -> RAISE_JOURNAL_GENERATION;
            case "nodes" -> NODES;
            case "sandbox" -> SANDBOX;
            default -> WRONG;
        };
    }

    /** Whether the second argument names what the first did, to the letter. */
    static boolean confirms(String persistenceId, String... arguments) {
        return arguments.length == 3 && arguments[2].equals(CONFIRM + persistenceId);
    }

    /** One line on what was wrong, then how it is used. */
    static String refusal(String... arguments) {
        String given = arguments.length == 1 ? "Unknown argument: " : "Not understood: ";
        return given + String.join(" ", arguments) + "\n" + USAGE + "\n";
    }

    static String version() {
        Properties properties = new Properties();
        try (InputStream stream = CommandLine.class.getResourceAsStream("/version.properties")) {
            if (stream != null) {
                properties.load(stream);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "unknown");
    }

    static String versionLine() {
        return "vibee " + version() + " (Java "
                + Runtime.version().version().stream()
                        .map(String::valueOf)
                        .collect(java.util.stream.Collectors.joining("."))
                + ")\n";
    }

    static String help() {
        StringBuilder help = new StringBuilder();
        help.append("Vibee: a language model answers for people on Telegram, under the limits they set.\n\n");
        help.append(USAGE).append("\n\n");
        help.append("  (nothing)          starts the service, configured by the environment; SIGTERM stops it\n");
        help.append("  -h, --help         shows this\n");
        help.append("  -V, --version      shows the version\n");
        help.append("  rotate-master-key  wraps all keys by VIBEE_MASTER_KEY that VIBEE_MASTER_KEY_PREVIOUS wrapped\n");
        help.append(
                "  remove-events      tells what is stored under a persistence id; confirmed, removes it for good\n");
        help.append("  raise-journal-generation\n");
        help.append(
                "                     orders what comes behind what a restore brought; a start does it by itself\n");
        help.append(
                "  projections        tells how far the read tables are and which events were set aside;\n                     pauses, resumes or rebuilds them\n");
        help.append("  tier               puts a user on the free or the paid tier; running nodes know within 30 s\n");
        help.append("  nodes              shows the nodes of the cluster on DATABASE_URL\n");
        help.append(
                "  sandbox            simulates Telegram and a model for nodes that share it, on VIBEE_SANDBOX_PORT\n\n");
        help.append("Exit status: 0 stopped as asked or done, 1 could not start or failed, 2 wrong arguments.\n\n");
        help.append("Environment (an empty value counts as unset):\n");
        for (Variable variable : Variable.values()) {
            help.append("\n  ").append(variable.variableName()).append("  [").append(variable.shownDefault());
            help.append("]\n");
            appendWrapped(help, variable.description());
        }
        return help.toString();
    }

    private static void appendWrapped(StringBuilder help, String text) {
        String indent = "      ";
        StringBuilder line = new StringBuilder(indent);
        for (String word : Arrays.asList(text.split(" ", -1))) {
            if (line.length() > indent.length() && line.length() + word.length() >= WIDTH) {
                help.append(line.toString().stripTrailing()).append('\n');
                line = new StringBuilder(indent);
            }
            line.append(word).append(' ');
        }
        help.append(line.toString().stripTrailing()).append('\n');
    }
}
