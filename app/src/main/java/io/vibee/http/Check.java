package io.vibee.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How a part of the service is.
 *
 * @param status "up" or "down"
 * @param detail in words for an operator, without any secret, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Check(String status, @Nullable String detail) {

    public static Check up() {
        return new Check("up", null);
    }

    public static Check up(String detail) {
        return new Check("up", detail);
    }

    public static Check down(String detail) {
        return new Check("down", detail);
    }

    boolean isUp() {
        return status.equals("up");
    }
}
