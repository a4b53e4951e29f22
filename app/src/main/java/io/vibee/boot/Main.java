package io.vibee.boot;

import io.vibee.logging.Logging;
import io.vibee.outgoing.OutgoingRequests;
import io.vibee.settings.Settings;
import io.vibee.settings.SettingsException;
import java.nio.file.Path;

/**
 * The process: arguments, settings, log, then the service until it ends. It exits with 0 after SIGTERM or
 * Ctrl-C, with 1 when the service or a command can't start or fails, with 2 for wrong arguments. What {@code --help} and
 * {@code --version} need loads no library.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        switch (CommandLine.parse(arguments)) {
            case HELP -> System.out.print(CommandLine.help());
            case VERSION -> System.out.print(CommandLine.versionLine());
            case WRONG -> {
                System.err.print(CommandLine.refusal(arguments));
                System.exit(2);
            }
            case ROTATE_MASTER_KEY, REMOVE_EVENTS, RAISE_JOURNAL_GENERATION, PROJECTIONS, CHANGE_TIER, NODES ->
                maintain(settings(), arguments);
            case SANDBOX -> {
                Settings settings = settings();
                Logging.start(settings.log());
                SandboxProcess.run(settings);
            }
            case START -> start(settings());
        }
    }

    private static Settings settings() {
        try {
            return Settings.read(System.getenv(), Path.of("").toAbsolutePath());
        } catch (SettingsException e) {
            System.err.println(e.getMessage());
            System.exit(1);
            throw e;
        }
    }

    private static void maintain(Settings settings, String... arguments) {
        Logging.start(settings.log());
        int status = Maintenance.run(settings, System.out, System.err, arguments);
        Logging.stop();
        System.exit(status);
    }

    private static void start(Settings settings) {
        // Read once, when the first client is made: an idle connection that Telegram has closed looks like a lost one.
        System.setProperty("jdk.httpclient.keepalive.timeout", "20");
        OutgoingRequests.allowHostNamesWithUnderscores();
        Logging.start(settings.log());
        ServiceProcess.run(settings, Settings.removed(System.getenv()));
    }
}
