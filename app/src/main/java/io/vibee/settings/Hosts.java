package io.vibee.settings;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks names and addresses of hosts by their form alone. It looks nothing up. */
final class Hosts {
    // RFC 1123 has no underscores, but container networks use them.
    private static final Pattern NAME = Pattern.compile("(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
            + "(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*");
    private static final Pattern NUMERIC = Pattern.compile("[0-9.]+");
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("(?=.*:.*:)[0-9A-Fa-f:]{2,39}");

    private Hosts() {}

    /** The host without brackets; null when the text is no host. */
    static @Nullable String parse(String text) {
        if (text.startsWith("[") && text.endsWith("]")) {
            String inner = text.substring(1, text.length() - 1);
            return isIpv6(inner) ? inner : null;
        }
        if (NUMERIC.matcher(text).matches()) {
            return IPV4.matcher(text).matches() && !text.endsWith(".") ? text : null;
        }
        return isIpv6(text) || NAME.matcher(text).matches() ? text : null;
    }

    /** Whether it is a host's name and not its address. */
    static boolean isName(String text) {
        return NAME.matcher(text).matches() && !NUMERIC.matcher(text).matches();
    }

    static boolean isWildcard(String host) {
        return host.equals("0.0.0.0") || host.matches("[0:]+");
    }

    private static boolean isIpv6(String text) {
        if (!IPV6.matcher(text).matches() || text.contains(":::")) {
            return false;
        }
        boolean shortened = text.contains("::");
        if (shortened && text.indexOf("::") != text.lastIndexOf("::")) {
            return false;
        }
        if (!shortened && (text.startsWith(":") || text.endsWith(":"))) {
            return false;
        }
        int groups = 0;
        for (String group : text.split(":", -1)) {
            if (group.length() > 4) {
                return false;
            }
            groups += group.isEmpty() ? 0 : 1;
        }
        return shortened ? groups <= 7 : groups == 8;
    }
}
