package io.vibee.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was wrong in a request. Exactly one of the first three names its place.
 *
 * @param pointer a JSON Pointer (RFC 6901) into the body
 * @param parameter a query parameter
 * @param header a header
 * @param detail what is expected; never the refused value, which may be a secret
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Violation(
        @Nullable String pointer,
        @Nullable String parameter,
        @Nullable String header,
        String detail) {

    static Violation inBody(String pointer, String detail) {
        return new Violation(pointer, null, null, detail);
    }

    static Violation inQuery(String parameter, String detail) {
        return new Violation(null, parameter, null, detail);
    }

    static Violation inHeader(String header, String detail) {
        return new Violation(null, null, header, detail);
    }
}
