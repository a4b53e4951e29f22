package io.vibee.protocol.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.Stored;
import org.jspecify.annotations.Nullable;

/**
 * A user's settings, as they are stored.
 *
 * @param persona who the model answers as, encrypted
 * @param language an IETF tag, or null: the language of the message
 * @param timezone an IANA name
 * @param availability null: {@link Availability#ALWAYS}
 * @param notice the ready text for {@link OutsideHours#NOTICE}, encrypted, or null
 */
public record AccountSettings(
        @Nullable Sealed persona,
        @Nullable String language,
        String timezone,
        @Nullable QuietHours quietHours,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Availability availability,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Sealed notice)
        implements Stored {

    /** In UTF-16 units. */
    public static final int LONGEST_NOTICE = 1_000;

    /** In UTF-16 units. */
    public static final int LONGEST_PERSONA = 4_000;

    private static final String UTC = "UTC";

    public static final AccountSettings DEFAULT = new AccountSettings(null, null, UTC, null, null, null);

    public AccountSettings {
        timezone = Stored.orElse(timezone, UTC);
        availability = Availability.ALWAYS.equals(availability) ? null : availability;
    }

    /** When messages are answered, also where nothing is set. */
    public Availability availabilityInEffect() {
        return availability == null ? Availability.ALWAYS : availability;
    }
}
