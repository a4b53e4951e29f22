package io.vibee.http;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.AttributeKey;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.jspecify.annotations.Nullable;

/** What becomes known about one request on its way, for its log line and its answer. It travels as an attribute of the request. */
final class RequestContext {

    private static final AttributeKey<RequestContext> KEY = AttributeKey.create("vibee-exchange", RequestContext.class);
    private static final Pattern GIVEN_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String requestId;
    private final long startedNanos = System.nanoTime();
    private volatile String operation = "unmatched";
    private volatile @Nullable String userId;
    private volatile boolean bodyTaken;

    private RequestContext(String requestId) {
        this.requestId = requestId;
    }

    /** Begins an exchange, with the request's own id if it has a usable one. */
    static RequestContext begin(HttpRequest request) {
        return new RequestContext(request.getHeader("X-Request-Id")
                .map(header -> header.value())
                .filter(id -> GIVEN_ID.matcher(id).matches())
                .orElseGet(RequestContext::newId));
    }

    static String newId() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static RequestContext of(HttpRequest request) {
        return request.getAttribute(KEY).orElseThrow(() -> new IllegalStateException("a request without an exchange"));
    }

    HttpRequest attachTo(HttpRequest request) {
        return request.addAttribute(KEY, this);
    }

    String requestId() {
        return requestId;
    }

    /** Since the request came. */
    Duration took() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    /** The route's name, with placeholders instead of ids. */
    String operation() {
        return operation;
    }

    void operation(String name) {
        operation = name;
    }

    @Nullable
    String userId() {
        return userId;
    }

    void userId(String id) {
        userId = id;
    }

    /** Whether an endpoint reads the body. If not, somebody must drain it. */
    boolean bodyTaken() {
        return bodyTaken;
    }

    void takeBody() {
        bodyTaken = true;
    }
}
