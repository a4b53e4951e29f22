package io.vibee.http;

import java.util.Map;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.jspecify.annotations.Nullable;

/** Makes answers. */
final class Responses {

    static final ContentType PROBLEM_JSON = MediaTypes.customWithFixedCharset(
                    "application", "problem+json", HttpCharsets.UTF_8, Map.of(), false)
            .toContentType();

    private Responses() {}

    static HttpResponse ok(Object body) {
        return json(StatusCodes.OK, body);
    }

    static HttpResponse json(StatusCode status, Object body) {
        return HttpResponse.create()
                .withStatus(status)
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, Json.write(body)));
    }

    static HttpResponse noContent() {
        return HttpResponse.create().withStatus(StatusCodes.NO_CONTENT);
    }

    static HttpResponse problem(ProblemException refused, HttpRequest request) {
        return problem(refused, request.getUri().path());
    }

    static HttpResponse problem(ProblemException refused, @Nullable String instance) {
        return HttpResponse.create()
                .withStatus(refused.kind().status())
                .withHeaders(refused.headers())
                .withEntity(HttpEntities.create(PROBLEM_JSON, Json.write(Problem.of(refused, instance))));
    }
}
