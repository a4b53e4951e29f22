package io.vibee.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValueFactory;
import io.vibee.settings.ProviderSettings.Dialect;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Further providers from a file in HOCON, with a block for each. The file can refer to environment variables as {@code ${NAME}}, so it need
 * not contain a key. No part of a key gets into an error.
 */
final class ProviderFile {

    private static final Variable VARIABLE = Variable.VIBEE_AI_PROVIDERS;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
    private static final Set<String> KEYS =
            Set.of("api", "url", "key", "model", "first-word-within", "timeout", "parallel");
    /** For servers that need none. */
    private static final String NO_KEY = "none";

    private final String path;
    private final Config file;

    private ProviderFile(String path, Config file) {
        this.path = path;
        this.file = file;
    }

    /** The providers in the order of their names; empty without a file. */
    static List<ProviderSettings> read(Environment environment, Set<String> takenNames) {
        String path = environment.text(VARIABLE);
        if (path == null) {
            return List.of();
        }
        ProviderFile file = new ProviderFile(path, parse(path, environment));
        return new TreeSet<>(file.file.root().keySet())
                .stream().map(name -> file.provider(name, takenNames)).toList();
    }

    private static Config parse(String path, Environment environment) {
        try {
            return ConfigFactory.parseFile(
                            Path.of(path).toFile(),
                            ConfigParseOptions.defaults().setAllowMissing(false))
                    .resolveWith(ConfigValueFactory.fromMap(environment.all()).toConfig());
        } catch (InvalidPathException | ConfigException.IO e) {
            throw wrong(Environment.shown(path), "a file that can be read");
        } catch (ConfigException.UnresolvedSubstitution e) {
            throw wrong(path + lineOf(e), "a variable that is set, or ${?NAME} for one that may be unset");
        } catch (ConfigException e) {
            throw wrong(path + lineOf(e), "HOCON with a block { url, key, model, … } for each provider");
        }
    }

    private static String lineOf(ConfigException e) {
        return e.origin() == null || e.origin().lineNumber() < 1
                ? ""
                : ", line " + e.origin().lineNumber();
    }

    private ProviderSettings provider(String name, Set<String> taken) {
        if (!NAME.matcher(name).matches() || taken.contains(name)) {
            throw wrong(
                    Environment.shown(name) + " in " + path,
                    "a name of a-z, 0-9, - and _ that begins with a letter and is none of "
                            + String.join(", ", new TreeSet<>(taken)));
        }
        if (!(file.root().get(name) instanceof ConfigObject)) {
            throw wrong(name + " in " + path, "a block { url, key, model, … }");
        }
        Config block = file.getConfig("\"" + name + "\"");
        for (String key : block.root().keySet()) {
            if (!KEYS.contains(key)) {
                throw wrong(
                        name + "." + Environment.shown(key) + " in " + path,
                        "one of " + String.join(", ", new TreeSet<>(KEYS)));
            }
        }
        return new ProviderSettings(
                name,
                dialect(name, block),
                address(name, block),
                new Secret(text(name, block, "key", NO_KEY, Environment::isApiKey, true, Environment.API_KEY_EXPECTED)),
                text(name, block, "model", null, Environment::isModel, false, Environment.MODEL_EXPECTED),
                duration(name, block, "first-word-within", ProviderSettings.FIRST_WORD_WITHIN),
                duration(name, block, "timeout", ProviderSettings.TIMEOUT),
                Integer.parseInt(text(
                        name,
                        block,
                        "parallel",
                        "0",
                        value -> Numbers.between(value, 0, Integer.MAX_VALUE) != null,
                        false,
                        "a whole number, 0 for no limit")));
    }

    private Dialect dialect(String name, Config block) {
        return switch (text(name, block, "api", "openai", value -> true, false, "")
                .toLowerCase(Locale.ROOT)) {
            case "openai" -> Dialect.OPENAI;
            case "anthropic" -> Dialect.ANTHROPIC;
            default -> throw wrong(name, block, "api", false, "openai or anthropic");
        };
    }

    private URI address(String name, Config block) {
        String text = text(name, block, "url", null, value -> true, false, HttpAddresses.EXPECTED);
        URI address = HttpAddresses.parse(text);
        if (address == null) {
            // A text that is no address may contain a password.
            throw wrong(name, block, "url", true, HttpAddresses.expected(text));
        }
        return address;
    }

    private Duration duration(String name, Config block, String key, Duration otherwise) {
        Duration duration = Durations.parse(text(name, block, key, otherwise.toString(), value -> true, false, "")
                .replace(" ", ""));
        if (duration == null || duration.isZero()) {
            throw wrong(name, block, key, false, "a duration as 10s or 2m");
        }
        return duration;
    }

    private String text(
            String name,
            Config block,
            String key,
            @Nullable String otherwise,
            Predicate<String> fits,
            boolean secret,
            String expected) {
        if (!block.hasPath(key)) {
            if (otherwise == null) {
                throw wrong(name + "." + key + " in " + path + ": unset", expected);
            }
            return otherwise;
        }
        Object value = block.getValue(key).unwrapped();
        String text = value instanceof String || value instanceof Number ? value.toString() : "";
        if (text.isBlank() || !fits.test(text)) {
            throw wrong(name, block, key, secret, expected);
        }
        return text;
    }

    private SettingsException wrong(String name, Config block, String key, boolean secret, String expected) {
        String value = String.valueOf(block.getValue(key).unwrapped());
        return wrong(
                name + "." + key + " in " + path + ": "
                        + (secret ? Environment.masked(value) : Environment.shown(value)),
                expected);
    }

    private static SettingsException wrong(String what, String expected) {
        return SettingsException.wrong(VARIABLE, what, expected);
    }
}
