package io.vibee.settings;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything that the environment configures, read once at the start. Nothing else reads environment variables. */
public record Settings(
        ServiceSettings service,
        HttpSettings http,
        DatabaseSettings database,
        SecretSettings secrets,
        TelegramSettings telegram,
        AiSettings ai,
        ModerationSettings moderation,
        ClusterSettings cluster,
        LogSettings log) {

    /** -1: none is named. */
    private static final Set<Integer> WEBHOOK_PORTS = Set.of(-1, 443, 80, 88, 8443);

    private static final Map<String, String> REMOVED =
            Map.of("VIBEE_CLUSTER_CONTACT_POINTS", "nodes find each other in the database");

    /**
     * Reads and checks every variable.
     *
     * @param workingDirectory what a relative VIBEE_DATA_DIR starts from
     * @throws SettingsException for the first value that can't be used, or when production lacks what all nodes must
     *     share
     */
    public static Settings read(Map<String, String> env, Path workingDirectory) {
        Environment environment = new Environment(env);
        ServiceSettings service = ServiceSettings.read(environment, workingDirectory);
        Settings settings = new Settings(
                service,
                HttpSettings.read(environment),
                DatabaseSettings.read(environment),
                SecretSettings.read(environment),
                TelegramSettings.read(environment),
                AiSettings.read(environment),
                ModerationSettings.read(environment),
                ClusterSettings.read(environment),
                LogSettings.read(environment, service.mode()));
        settings.refuseSandboxInProduction();
        settings.refuseWhatTelegramCantReach();
        if (service.mode() == Mode.PRODUCTION) {
            settings.requireWhatIsShared();
        }
        return settings;
    }

    /** A line for each variable that is set and was read by earlier versions only. */
    public static List<String> removed(Map<String, String> env) {
        return REMOVED.entrySet().stream()
                .filter(one -> env.containsKey(one.getKey()))
                .map(one -> one.getKey() + " is set, and nothing reads it any more: " + one.getValue())
                .toList();
    }

    private void refuseSandboxInProduction() {
        if (service.sandbox() && service.mode() == Mode.PRODUCTION) {
            throw new SettingsException(Variable.VIBEE_SANDBOX.variableName()
                    + ": true (expected: false, for VIBEE_MODE is production and the sandbox simulates Telegram)");
        }
    }

    /** Telegram's own server posts to https and four ports only; one's own posts anywhere. */
    private void refuseWhatTelegramCantReach() {
        URI url = http.publicUrl();
        boolean telegrams = "api.telegram.org".equals(telegram.apiUrl().getHost()) && !service.sandbox();
        if (url != null
                && telegrams
                && !("https".equalsIgnoreCase(url.getScheme()) && WEBHOOK_PORTS.contains(url.getPort()))) {
            throw SettingsException.wrong(
                    Variable.VIBEE_PUBLIC_URL,
                    Environment.shown(url.toString()),
                    "an address with https, and with no port or 443, 80, 88 or 8443: Telegram posts to no other");
        }
    }

    private void requireWhatIsShared() {
        List<String> missing = new ArrayList<>();
        if (database.url() == null) {
            missing.add(Variable.DATABASE_URL.variableName());
        }
        if (secrets.jwtSecret() == null) {
            missing.add(Variable.JWT_SECRET.variableName());
        }
        if (secrets.masterKey() == null) {
            missing.add(Variable.VIBEE_MASTER_KEY.variableName());
        }
        if (!missing.isEmpty()) {
            throw new SettingsException(
                    String.join(", ", missing) + ": unset (expected: a value, for VIBEE_MODE is production)");
        }
    }
}
