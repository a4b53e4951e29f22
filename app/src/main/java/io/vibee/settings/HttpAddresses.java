package io.vibee.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of servers that Vibee calls over HTTP. A host's name may contain underscores, as container networks use them. With https it may
 * not: Java neither asks for nor checks a certificate of such a name.
 */
final class HttpAddresses {

    static final String EXPECTED =
            "an address as https://host or http://host:port/path, without user, query and fragment";

    private static final Pattern SECURE_WITH_UNDERSCORE =
            Pattern.compile("(?i)^https://[a-z0-9.-]*_[a-z0-9._-]*(:|/|$)");

    private HttpAddresses() {}

    /** An http or https address without a slash at its end; null when the text is no such address. */
    static @Nullable URI parse(String text) {
        try {
            URI uri = new URI(text.replaceAll("/+$", ""));
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean plain = uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
            boolean usablePort = uri.getPort() >= -1 && uri.getPort() != 0 && uri.getPort() <= 65535;
            boolean host = uri.getHost() != null
                    || (scheme.equals("http") && isOddHost(uri.getRawAuthority() == null ? "" : uri.getRawAuthority()));
            return List.of("http", "https").contains(scheme) && host && plain && usablePort ? uri : null;
        } catch (URISyntaxException e) {
            // The parser's words help less than what is expected.
            return null;
        }
    }

    /** What is expected instead of an address that {@link #parse} refuses. */
    static String expected(String text) {
        return SECURE_WITH_UNDERSCORE.matcher(text).find()
                ? "a host without an underscore for https, since Java checks no certificate of such a name; or http"
                : EXPECTED;
    }

    /** Whether an authority that {@link URI} doesn't split is the name of a host after all, with or without a port. */
    static boolean isOddHost(String authority) {
        int colon = authority.indexOf(':');
        String host = colon < 0 ? authority : authority.substring(0, colon);
        return Hosts.isName(host) && (colon < 0 || Numbers.between(authority.substring(colon + 1), 1, 65535) != null);
    }
}
