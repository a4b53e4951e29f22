package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.extractRequest;

import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.MethodRejection;
import org.apache.pekko.http.javadsl.server.Rejection;
import org.apache.pekko.http.javadsl.server.RejectionHandler;
import org.apache.pekko.http.javadsl.server.Route;

/** Answers where no route fits: 404, or 405 with what is allowed. OPTIONS gets the same list as a success. */
final class Rejections {

    private Rejections() {}

    static RejectionHandler handler() {
        return RejectionHandler.newBuilder()
                .handleAll(MethodRejection.class, rejections -> answer(request -> otherMethod(request, rejections)))
                .handle(
                        Rejection.class,
                        rejection -> answer(request -> Responses.problem(
                                ProblemException.of(
                                        ProblemKind.MALFORMED_REQUEST, "The request does not fit this route."),
                                request)))
                .handleNotFound(answer(request ->
                        Responses.problem(ProblemException.of(ProblemKind.NOT_FOUND, "No such route."), request)))
                .build();
    }

    private static HttpResponse otherMethod(HttpRequest request, List<MethodRejection> rejections) {
        TreeSet<String> allowed = new TreeSet<>();
        rejections.forEach(rejection -> allowed.add(rejection.supported().value()));
        if (allowed.contains(HttpMethods.GET.value())) {
            allowed.add(HttpMethods.HEAD.value());
        }
        allowed.add(HttpMethods.OPTIONS.value());
        String allow = String.join(", ", allowed);
        if (request.method().equals(HttpMethods.OPTIONS)) {
            return Responses.noContent().addHeader(RawHeader.create("Allow", allow));
        }
        return Responses.problem(
                ProblemException.of(ProblemKind.METHOD_NOT_ALLOWED, "Allowed here: " + allow + ".")
                        .with("Allow", allow),
                request);
    }

    private static Route answer(Function<HttpRequest, HttpResponse> answer) {
        return extractRequest(request -> complete(answer.apply(request)));
    }
}
