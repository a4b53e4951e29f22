package io.vibee.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Addresses of servers that are asked by HTTP. */
final class HttpAddresses {

    static final String EXPECTED =
            "an address as https://host or http://host:port/path, without user, query and fragment";

    private HttpAddresses() {}

    /** An http or https address without a slash at its end, or null when the text is none. */
    static @Nullable URI parse(String text) {
        try {
            URI uri = new URI(text.replaceAll("/+$", ""));
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            boolean plain = uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
            boolean usablePort = uri.getPort() >= -1 && uri.getPort() != 0 && uri.getPort() <= 65535;
            return List.of("http", "https").contains(scheme) && uri.getHost() != null && plain && usablePort
                    ? uri
                    : null;
        } catch (URISyntaxException e) {
            // How the parser puts it helps less than what is expected.
            return null;
        }
    }
}
