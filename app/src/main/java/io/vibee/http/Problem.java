package io.vibee.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of every answer that is not a success (RFC 9457).
 *
 * @param instance the path of the request, or null when it could not be read
 * @param errors what exactly was refused, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        @Nullable String instance,
        @Nullable List<Violation> errors) {

    static Problem of(ProblemException refused, @Nullable String instance) {
        return new Problem(
                refused.kind().uri(),
                refused.kind().title(),
                refused.kind().status().intValue(),
                refused.detail(),
                instance,
                refused.violations().isEmpty() ? null : refused.violations());
    }
}
