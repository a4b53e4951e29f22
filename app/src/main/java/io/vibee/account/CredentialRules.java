package io.vibee.account;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The rules for a username and a new password. Each check answers with what is expected, or with nothing; the words never repeat what was
 * given. Length and a list of common passwords count, character classes don't (NIST SP 800-63B, 5.1.1.2).
 */
public final class CredentialRules {

    private static final int SHORTEST = 8;
    private static final int LONGEST = 128;
    private static final Pattern USERNAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{2,31}");
    private static final Set<String> COMMON = common();

    private CredentialRules() {}

    public static Optional<String> objectionToUsername(String username) {
        return USERNAME.matcher(username).matches()
                ? Optional.empty()
                : Optional.of(
                        "3 to 32 of the letters a to z, digits, '_', '.' and '-', starting with a letter or a digit");
    }

    public static Optional<String> objectionToPassword(String username, String password) {
        String normalised = Normalizer.normalize(password, Normalizer.Form.NFKC);
        int length = normalised.codePointCount(0, normalised.length());
        // The first check keeps a huge text that shrinks by normalisation out of the hash's input.
        if (password.length() > 4 * LONGEST || length < SHORTEST || length > LONGEST) {
            return Optional.of(SHORTEST + " to " + LONGEST + " characters");
        }
        String folded = normalised.toLowerCase(Locale.ROOT);
        if (folded.equals(username.toLowerCase(Locale.ROOT))) {
            return Optional.of("another password than the username");
        }
        if (COMMON.contains(folded) || folded.chars().distinct().count() == 1) {
            return Optional.of("a password that is not among the commonest ones");
        }
        return Optional.empty();
    }

    private static Set<String> common() {
        try (InputStream list =
                        Objects.requireNonNull(CredentialRules.class.getResourceAsStream("common-passwords.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))) {
            return lines.lines().filter(line -> !line.isBlank()).collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
