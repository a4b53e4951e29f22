package io.vibee.protocol.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vibee.protocol.stored.Stored;
import org.jspecify.annotations.Nullable;

/**
 * When a user's messages are answered, beside the quiet hours, and what happens otherwise.
 *
 * @param workingHours null: at any time
 */
public record Availability(
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable WorkingHours workingHours, OutsideHours outside)
        implements Stored {

    public static final Availability ALWAYS = new Availability(null, OutsideHours.SILENCE);

    public Availability {
        outside = Stored.orElse(outside, OutsideHours.SILENCE);
    }
}
