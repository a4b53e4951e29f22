package io.vibee.http;

import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests that can't even be parsed, in the form of every other problem. Pekko HTTP finds it by its name in {@code http.conf} and
 * expects a Scala object, which in Java is a class with a field {@code MODULE$}.
 */
public final class ParsingProblems extends ParsingErrorHandler {

    @SuppressWarnings("ConstantField")
    public static final ParsingProblems MODULE$ = new ParsingProblems();

    private static final Logger LOG = LoggerFactory.getLogger("io.vibee.http.access");

    /** A log that knows whose connection it is about. */
    interface OfConnection {
        ClientConnection connection();
    }

    private ParsingProblems() {}

    @Override
    public HttpResponse handle(StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
        String requestId = RequestContext.newId();
        ProblemException problem = problem(status.intValue());
        ClientConnection connection = log instanceof OfConnection known ? known.connection() : null;
        // A connection that was given up is cut off. That is no second fault of its client.
        if (connection == null || connection.lastWords() == null) {
            problem = connection == null ? problem : connection.unreadable(problem);
            log(requestId, problem, error.summary());
        }
        return Responses.problem(problem, (@Nullable String) null)
                .addHeader(RawHeader.create("X-Request-Id", requestId))
                .addHeader(RawHeader.create("X-Content-Type-Options", "nosniff"))
                .addHeader(RawHeader.create("Cache-Control", "no-store"));
    }

    /** Ends a connection with an answer to what is no request. Pekko HTTP would answer 500. */
    static void refuse(ClientConnection connection, String why) {
        String requestId = RequestContext.newId();
        ProblemException problem = connection.unreadable(problem(400));
        log(requestId, problem, why);
        connection.endWith(RawResponse.of(problem, requestId));
    }

    /** The summary names what is wrong. The detail may contain what was sent, so it is left out. */
    private static void log(String requestId, ProblemException problem, String summary) {
        LOG.atDebug()
                .addKeyValue("request_id", requestId)
                .addKeyValue("route", "unparsed")
                .addKeyValue("status", problem.kind().status().intValue())
                .log("request refused by the parser: {}", summary.replaceAll("[^ -~]", "?"));
    }

    private static ProblemException problem(int status) {
        return switch (status) {
            case 413 ->
                ProblemException.of(
                        ProblemKind.TOO_LARGE, "The body is larger than " + HttpLimits.MOST_BODY_BYTES + " bytes.");
            case 414 -> ProblemException.of(ProblemKind.URI_TOO_LONG, "The request's URI is too long.");
            case 431 ->
                ProblemException.of(ProblemKind.HEADERS_TOO_LARGE, "A header is too long, or there are too many.");
            case 501 -> ProblemException.of(ProblemKind.NOT_IMPLEMENTED, "The method is not known here.");
            default -> ProblemException.of(ProblemKind.MALFORMED_REQUEST, "The request is not valid HTTP.");
        };
    }
}
