package io.vibee.http;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The state of a part of the service.
 *
 * @param status "up" or "down"
 * @param detail in words for an operator, without any secret, or null
 * @param serving whether this node can serve all the same; it then stays ready, since no other node would serve better
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReadinessCheck(
        String status, @Nullable String detail, @JsonIgnore boolean serving) {

    public static ReadinessCheck up() {
        return new ReadinessCheck("up", null, true);
    }

    public static ReadinessCheck up(String detail) {
        return new ReadinessCheck("up", detail, true);
    }

    public static ReadinessCheck down(String detail) {
        return new ReadinessCheck("down", detail, false);
    }

    /** Down, on every node alike. */
    public static ReadinessCheck downEverywhere(String detail) {
        return new ReadinessCheck("down", detail, true);
    }

    boolean isUp() {
        return status.equals("up");
    }
}
