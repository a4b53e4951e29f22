package io.vibee.telegram;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What Telegram says of a bot's webhook (<a href="https://core.telegram.org/bots/api#webhookinfo">WebhookInfo</a>).
 *
 * @param url empty when there is none
 * @param pending updates that wait to be delivered
 * @param failedAt when Telegram last could not deliver one, by its clock; null when it always could
 * @param error why it could not then; empty when Telegram does not say
 */
public record WebhookInfo(String url, int pending, @Nullable Instant failedAt, String error) {

    /** The host of its URL, whose path may hold a secret; empty when it has none. */
    public String host() {
        try {
            return Objects.requireNonNullElse(new URI(url).getHost(), "");
        } catch (URISyntaxException e) {
            return "";
        }
    }
}
