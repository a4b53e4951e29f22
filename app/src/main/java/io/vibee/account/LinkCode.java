package io.vibee.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** The one-time code of a link to the operator's bot: 192 random bits, which fit into a deep link. Only its hash is ever stored. */
public record LinkCode(String text) {

    private static final int BYTES = 24;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{32}");
    private static final SecureRandom RANDOM = new SecureRandom();

    public static LinkCode random() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return new LinkCode(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** The code; empty when the text does not even have the form of one. */
    public static Optional<LinkCode> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new LinkCode(text)) : Optional.empty();
    }

    /** SHA-256: enough for random bits that nobody can guess. */
    public byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "LinkCode[…]";
    }
}
