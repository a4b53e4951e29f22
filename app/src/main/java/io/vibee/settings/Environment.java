package io.vibee.settings;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads single variables as typed values. It refuses a value that can't be used, naming the variable, the value and what is expected. An
 * empty value counts as unset. Space around a value is dropped, except in secrets that are free text.
 */
final class Environment {
    private static final int SHORTEST_SECRET = 32;
    private static final int LONGEST_SHOWN = 100;
    private static final Duration LONGEST_CALL = Duration.ofHours(1);
    static final String API_KEY_EXPECTED = "a key of visible ASCII characters without spaces";
    static final String MODEL_EXPECTED = "a model's name without spaces";
    private static final Pattern API_KEY = Pattern.compile("[\\x21-\\x7E]+");
    private static final Pattern BOT_TOKEN = Pattern.compile("[0-9]{1,20}:[A-Za-z0-9_-]{30,}");
    private static final Pattern MODEL = Pattern.compile("[\\x21-\\x7E]{1,200}");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}|[\\u2028\\u2029]");
    private static final String WHOLE_NUMBER = "a whole number from 0 to " + Integer.MAX_VALUE;
    private static final String PORT = "a port from 0 to 65535";

    private final Map<String, String> values;

    Environment(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** What was set, or else the default. Null only for a variable that is unset and has no default. */
    @Nullable
    String text(Variable variable) {
        String value = values.getOrDefault(variable.variableName(), "").strip();
        return value.isEmpty() ? variable.defaultValue() : value;
    }

    boolean isSet(Variable variable) {
        return !values.getOrDefault(variable.variableName(), "").isBlank();
    }

    /** As {@link #text}, for a variable that has a default. */
    String required(Variable variable) {
        String value = text(variable);
        if (value == null) {
            throw new IllegalArgumentException(variable + " has no default");
        }
        return value;
    }

    int port(Variable variable) {
        Integer port = Numbers.between(required(variable), 0, 65535);
        if (port == null) {
            throw wrong(variable, PORT);
        }
        return port;
    }

    int limit(Variable variable) {
        Integer limit = Numbers.between(required(variable), 0, Integer.MAX_VALUE);
        if (limit == null) {
            throw wrong(variable, WHOLE_NUMBER);
        }
        return limit;
    }

    int between(Variable variable, int least, int most) {
        Integer number = Numbers.between(required(variable), least, most);
        if (number == null) {
            throw wrong(variable, "a whole number from " + least + " to " + most);
        }
        return number;
    }

    boolean flag(Variable variable) {
        String value = text(variable);
        return switch (value == null ? "false" : value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(variable, "true or false");
        };
    }

    /** One of an enum's constants, written in any case. */
    <E extends Enum<E>> @Nullable E oneOf(Variable variable, Class<E> type, String expected) {
        String value = text(variable);
        if (value == null) {
            return null;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(value)) {
                return constant;
            }
        }
        throw wrong(variable, expected);
    }

    /** A host name or address to listen on; an IPv6 address comes back without brackets. */
    String host(Variable variable) {
        String host = Hosts.parse(required(variable));
        if (host == null) {
            throw wrong(variable, "a host name or an IP address");
        }
        return host;
    }

    /** As {@link #host}, for an address that others connect to: not the wildcard. */
    @Nullable
    String reachableHost(Variable variable) {
        String value = text(variable);
        if (value == null) {
            return null;
        }
        String host = Hosts.parse(value);
        if (host == null || Hosts.isWildcard(host)) {
            throw wrong(variable, "a host name or an IP address that other nodes can reach");
        }
        return host;
    }

    /** An http or https address without a slash at its end. */
    URI httpAddress(Variable variable) {
        String value = required(variable);
        URI address = HttpAddresses.parse(value);
        if (address == null) {
            throw SettingsException.wrong(
                    variable, value.contains("@") ? masked(value) : shown(value), HttpAddresses.expected(value));
        }
        return address;
    }

    Duration duration(Variable variable) {
        Duration duration = Durations.parse(required(variable));
        if (duration == null) {
            throw wrong(variable, "a duration as 90s, 30m, 12h, 1d or PT12H, at most 36500d; 0 for no limit");
        }
        return duration;
    }

    /** The time that a call may take. */
    Duration callTime(Variable variable) {
        Duration duration = Durations.parse(required(variable));
        if (duration == null || duration.isZero() || duration.compareTo(LONGEST_CALL) > 0) {
            throw wrong(variable, "a duration as 10s, 2m or PT90S, at most 1h");
        }
        return duration;
    }

    Path directory(Variable variable, Path workingDirectory) {
        try {
            Path directory = workingDirectory
                    .resolve(required(variable))
                    .toAbsolutePath()
                    .normalize();
            for (Path path = directory; path != null; path = path.getParent()) {
                if (Files.exists(path)) {
                    if (Files.isDirectory(path)) {
                        return directory;
                    }
                    break;
                }
            }
        } catch (InvalidPathException e) {
            // Falls through to the same answer: it is no directory.
        }
        throw wrong(variable, "a directory, or a path at which one can be made");
    }

    String model(Variable variable) {
        String model = required(variable);
        if (!isModel(model)) {
            throw wrong(variable, MODEL_EXPECTED);
        }
        return model;
    }

    static boolean isModel(String text) {
        return MODEL.matcher(text).matches();
    }

    static boolean isApiKey(String text) {
        return API_KEY.matcher(text).matches();
    }

    /** All variables as they are, for a file that refers to them. */
    Map<String, String> all() {
        return values;
    }

    /** Key material in a person's own words: long enough, and taken literally. */
    @Nullable
    Secret passphrase(Variable variable) {
        String value = values.getOrDefault(variable.variableName(), "");
        if (value.isEmpty()) {
            return null;
        }
        if (value.length() < SHORTEST_SECRET || value.isBlank()) {
            throw SettingsException.wrong(variable, masked(value), "at least " + SHORTEST_SECRET + " characters");
        }
        return new Secret(value);
    }

    @Nullable
    Secret apiKey(Variable variable) {
        return secret(variable, API_KEY, API_KEY_EXPECTED);
    }

    @Nullable
    Secret botToken(Variable variable) {
        return secret(variable, BOT_TOKEN, "a bot's token as BotFather gives it: digits, a colon, 30 or more letters");
    }

    @Nullable
    Secret databaseUrl(Variable variable) {
        String value = text(variable);
        if (value == null) {
            return null;
        }
        if (!DatabaseUrls.isUsable(value)) {
            throw SettingsException.wrong(variable, DatabaseUrls.masked(value), DatabaseUrls.EXPECTED);
        }
        return new Secret(value);
    }

    /** The parts of a list separated by commas, in order; empty parts are dropped. */
    List<String> list(Variable variable) {
        String value = text(variable);
        List<String> parts = new ArrayList<>();
        for (String part : value == null ? new String[0] : value.split(",", -1)) {
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
        }
        return List.copyOf(parts);
    }

    SettingsException wrong(Variable variable, String expected) {
        String value = text(variable);
        return SettingsException.wrong(variable, value == null ? "unset" : shown(value), expected);
    }

    private @Nullable Secret secret(Variable variable, Pattern form, String expected) {
        String value = text(variable);
        if (value == null) {
            return null;
        }
        if (!form.matcher(value).matches()) {
            throw SettingsException.wrong(variable, masked(value), expected);
        }
        return new Secret(value);
    }

    static String masked(String value) {
        return "<" + value.length() + (value.length() == 1 ? " character>" : " characters>");
    }

    static String shown(String value) {
        String line = CONTROL.matcher(value).replaceAll("?");
        return line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "…";
    }
}
