package io.vibee.logging;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The last net under secrets that slip into a log event, such as a token inside a library's exception. It masks whatever looks like a bot
 * token, a bearer token, a JWT, a provider's key or a URL's password.
 */
final class Masking {
    private static final String MASK = "***";

    private record Rule(Pattern pattern, String replacement) {}

    private static final List<Rule> RULES = List.of(
            new Rule(Pattern.compile("(?<![0-9])[0-9]{6,20}:[A-Za-z0-9_-]{30,}"), MASK),
            new Rule(Pattern.compile("(?i)\\bbearer\\s+[A-Za-z0-9._~+/=-]{8,}"), "Bearer " + MASK),
            new Rule(Pattern.compile("\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]*){0,3}"), MASK),
            new Rule(Pattern.compile("\\bsk-[A-Za-z0-9_-]{16,}"), MASK),
            new Rule(Pattern.compile("([a-z][a-z0-9+.-]{1,20}://[^:/?#@\\s]{1,64}):[^@/\\s]+@"), "$1:" + MASK + "@"));

    private Masking() {}

    static String mask(String text) {
        String masked = text;
        for (Rule rule : RULES) {
            masked = rule.pattern().matcher(masked).replaceAll(rule.replacement());
        }
        return masked;
    }
}
