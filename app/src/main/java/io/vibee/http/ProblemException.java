package io.vibee.http;

import java.time.Duration;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Ends a request with a problem. It has no stack trace: it is an answer, not a fault. */
public final class ProblemException extends RuntimeException {

    /** The challenge of every 401 (RFC 6750). */
    static final String CHALLENGE = "Bearer realm=\"vibee\"";

    private final transient ProblemKind kind;
    private final transient List<Violation> violations;
    private final transient List<HttpHeader> headers;
    private final String detail;

    private ProblemException(ProblemKind kind, String detail, List<Violation> violations, List<HttpHeader> headers) {
        super(detail, null, false, false);
        this.kind = kind;
        this.detail = detail;
        this.violations = List.copyOf(violations);
        this.headers = List.copyOf(headers);
    }

    public static ProblemException of(ProblemKind kind, String detail) {
        return new ProblemException(kind, detail, List.of(), List.of());
    }

    public static ProblemException invalid(List<Violation> violations) {
        String detail = violations.size() == 1
                ? "One thing in the request was refused."
                : violations.size() + " things in the request were refused.";
        return new ProblemException(ProblemKind.INVALID_REQUEST, detail, violations, List.of());
    }

    public static ProblemException invalidBody(String pointer, String detail) {
        return invalid(List.of(Violation.inBody(pointer, detail)));
    }

    public static ProblemException notFound(String what) {
        return of(ProblemKind.NOT_FOUND, "There is no such " + what + ".");
    }

    public static ProblemException unauthenticated(String detail, boolean tokenGiven) {
        String challenge = tokenGiven ? CHALLENGE + ", error=\"invalid_token\"" : CHALLENGE;
        return of(ProblemKind.UNAUTHENTICATED, detail).with("WWW-Authenticate", challenge);
    }

    /** A refusal that passes with time. */
    public static ProblemException later(ProblemKind kind, String detail, Duration retryAfter) {
        return of(kind, detail).retryAfter(retryAfter);
    }

    /**
     * @param most bytes that a body may have here
     */
    static ProblemException tooLarge(long most) {
        return of(ProblemKind.TOO_LARGE, "The body is larger than " + most + " bytes.");
    }

    public static ProblemException unavailable(String detail) {
        return later(ProblemKind.UNAVAILABLE, detail, Duration.ofSeconds(5));
    }

    /** In whole seconds, rounded up, at least one. */
    ProblemException retryAfter(Duration time) {
        long seconds = Math.max(1, Math.ceilDiv(time.toMillis(), 1000L));
        return with("Retry-After", Long.toString(seconds));
    }

    ProblemException with(String header, String value) {
        List<HttpHeader> more = new java.util.ArrayList<>(headers);
        more.add(RawHeader.create(header, value));
        return new ProblemException(kind, detail, violations, more);
    }

    public ProblemKind kind() {
        return kind;
    }

    public String detail() {
        return detail;
    }

    public List<Violation> violations() {
        return violations;
    }

    public List<HttpHeader> headers() {
        return headers;
    }
}
