package io.vibee.session;

/** Lets tests of other packages post as Telegram does. */
public final class WebhookSecrets {

    private WebhookSecrets() {}

    public static String of(Webhooks webhooks, Webhooks.Address address) {
        return webhooks.secret(address);
    }
}
