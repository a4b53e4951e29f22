package io.vibee.protocol.account;

import io.vibee.protocol.ClusterMessage;
import org.jspecify.annotations.Nullable;

/** A user's settings in the clear. */
public record AccountView(
        @Nullable String persona,
        @Nullable String language,
        String timezone,
        @Nullable QuietHours quietHours) implements ClusterMessage {
    @Override
    public String toString() {
        return "AccountView[" + language + ", " + timezone + "]";
    }
}
