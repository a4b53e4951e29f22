package io.vibee.http;

import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.util.ByteString;

/** A problem as the bytes of a connection's last answer, where no request exists that could be answered. */
final class RawResponse {

    private RawResponse() {}

    static ByteString of(ProblemException problem, String requestId) {
        byte[] body = Json.write(Problem.of(problem, null));
        StringBuilder head = new StringBuilder();
        line(
                head,
                "HTTP/1.1 " + problem.kind().status().intValue() + " "
                        + problem.kind().status().reason());
        line(head, "Content-Type: " + Responses.PROBLEM_JSON);
        line(head, "Content-Length: " + body.length);
        line(head, "Connection: close");
        line(head, "X-Request-Id: " + requestId);
        line(head, "X-Content-Type-Options: nosniff");
        line(head, "Cache-Control: no-store");
        for (HttpHeader header : problem.headers()) {
            line(head, header.name() + ": " + header.value());
        }
        line(head, "");
        return ByteString.fromArrayUnsafe(head.toString().getBytes(StandardCharsets.US_ASCII))
                .concat(ByteString.fromArrayUnsafe(body));
    }

    private static void line(StringBuilder head, String line) {
        head.append(line).append("\r\n");
    }
}
