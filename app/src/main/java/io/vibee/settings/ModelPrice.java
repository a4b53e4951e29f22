package io.vibee.settings;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The price of a model.
 *
 * @param promptUsd US dollars for a million prompt tokens: 0 to 999999, with 6 decimals at most
 * @param completionUsd the same for completion tokens
 */
public record ModelPrice(BigDecimal promptUsd, BigDecimal completionUsd) {
    private static final String USD = "([0-9]{1,6}(?:\\.[0-9]{1,6})?)";
    private static final Pattern FORM = Pattern.compile("\\s*" + USD + "\\s*/\\s*" + USD);

    /** The price written as {@code 0.40/1.60}; null when the text is no price. */
    static @Nullable ModelPrice parse(String text) {
        Matcher price = FORM.matcher(text);
        return price.matches() ? new ModelPrice(new BigDecimal(price.group(1)), new BigDecimal(price.group(2))) : null;
    }
}
