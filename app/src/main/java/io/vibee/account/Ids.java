package io.vibee.account;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes ids that nobody can guess: a prefix that names the kind, and 128 random bits. */
public final class Ids {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    public static String user() {
        return random("usr_");
    }

    public static String session() {
        return random("ses_");
    }

    static String family() {
        return random("fam_");
    }

    private static String random(String prefix) {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return prefix + HexFormat.of().formatHex(bytes);
    }
}
