package io.vibee.protocol.account;

import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.Stored;
import org.jspecify.annotations.Nullable;

/**
 * A user's settings, as they are stored.
 *
 * @param persona who the model answers as, encrypted
 * @param language an IETF tag, or null: the language of the message
 * @param timezone an IANA name
 */
public record AccountSettings(
        @Nullable Sealed persona,
        @Nullable String language,
        String timezone,
        @Nullable QuietHours quietHours) implements Stored {

    /** In UTF-16 units. */
    public static final int LONGEST_PERSONA = 4_000;

    private static final String UTC = "UTC";

    public static final AccountSettings DEFAULT = new AccountSettings(null, null, UTC, null);

    public AccountSettings {
        timezone = Stored.orElse(timezone, UTC);
    }
}
