package io.vibee.protocol.account;

import io.vibee.protocol.ClusterMessage;
import io.vibee.protocol.stored.Stored;
import org.jspecify.annotations.Nullable;

/** A user's settings in the clear: see {@link AccountSettings}. */
public record AccountView(
        @Nullable String persona,
        @Nullable String language,
        String timezone,
        @Nullable QuietHours quietHours,
        Availability availability,
        @Nullable String notice)
        implements ClusterMessage {

    public AccountView {
        // A node of an earlier version leaves it out.
        availability = Stored.orElse(availability, Availability.ALWAYS);
    }

    @Override
    public String toString() {
        return "AccountView[" + language + ", " + timezone + "]";
    }
}
