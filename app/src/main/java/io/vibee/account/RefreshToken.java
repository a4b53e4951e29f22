package io.vibee.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** A refresh token: 256 random bits. Only its hash is ever stored. */
public record RefreshToken(String text) {

    /** How long one is valid; a new one comes with each use. */
    public static final Duration LIFETIME = Duration.ofDays(30);

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final SecureRandom RANDOM = new SecureRandom();

    public static RefreshToken random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return new RefreshToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** The token; empty when the text does not even have the form of one. */
    public static Optional<RefreshToken> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new RefreshToken(text)) : Optional.empty();
    }

    /** SHA-256: enough for 256 random bits, which nobody can guess. */
    public byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "RefreshToken[…]";
    }
}
