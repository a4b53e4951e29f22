package io.vibee.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Checks the form of a database's address, and shows it without its password. */
final class DatabaseUrls {
    static final String EXPECTED = "postgresql://user:password@host:port/database";

    private static final Pattern PASSWORD = Pattern.compile("^([a-z]+://[^:/@\\s]*):[^\\s]*(@[^@\\s]*)$");
    private static final Pattern WITHOUT_CREDENTIALS = Pattern.compile("[^@=?\\s]{1,100}");

    private DatabaseUrls() {}

    static boolean isUsable(String url) {
        try {
            URI uri = new URI(url);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            String path = uri.getRawPath() == null ? "" : uri.getRawPath();
            boolean postgres = scheme.equals("postgresql") || scheme.equals("postgres");
            boolean usablePort = uri.getPort() >= -1 && uri.getPort() != 0 && uri.getPort() <= 65535;
            boolean database = path.length() > 1 && path.indexOf('/', 1) < 0;
            boolean host = uri.getHost() != null ? usablePort : HttpAddresses.isOddHost(afterUser(uri));
            return postgres && host && database;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static String afterUser(URI uri) {
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        return authority.substring(authority.lastIndexOf('@') + 1);
    }

    /** The address with its password masked. If the password may be elsewhere in it, only the length is shown. */
    static String masked(String url) {
        if (PASSWORD.matcher(url).matches() && !url.contains("?")) {
            return PASSWORD.matcher(url).replaceFirst("$1:***$2");
        }
        return WITHOUT_CREDENTIALS.matcher(url).matches() ? url : "<" + url.length() + " characters>";
    }
}
