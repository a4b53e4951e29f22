package io.vibee.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection as its limits see it: how long a request's head has been awaited, whether a request is being answered, and how to
 * close it. Different threads bring its bytes, its requests and the server's end.
 */
final class ClientConnection {

    private static final HttpHeader CLOSE = HttpHeader.parse("Connection", "close");

    private final ClientAddress address;
    private final AddressLimiter addresses;
    private final AtomicInteger answering = new AtomicInteger();
    /** When the awaited head began; 0 while none has begun. */
    private volatile long headSince = System.nanoTime() | 1;

    private volatile boolean heardAnything;
    private volatile boolean ending;
    private volatile boolean closed;
    private volatile @Nullable ByteString lastWords;
    private volatile @Nullable Runnable closer;

    ClientConnection(ClientAddress address, AddressLimiter addresses) {
        this.address = address;
        this.addresses = addresses;
    }

    ClientAddress address() {
        return address;
    }

    /** Answers something that is no request. It counts against the address like any request. */
    ProblemException unreadable(ProblemException problem) {
        return addresses
                .refusal(address, 1)
                .map(wait -> ProblemException.later(
                        ProblemKind.TOO_MANY_REQUESTS, "Too many requests came from this address.", wait))
                .orElse(problem);
    }

    /** Answers with this instead of whatever comes next, as the last on the connection. */
    void endWith(ByteString answer) {
        lastWords = answer;
    }

    /** See {@link #endWith}. */
    @Nullable
    ByteString lastWords() {
        return lastWords;
    }

    /** Bytes came. */
    void heard() {
        heardAnything = true;
        if (headSince == 0 && isWaiting()) {
            headSince = System.nanoTime() | 1;
        }
    }

    HttpRequest asked(HttpRequest request) {
        answering.incrementAndGet();
        headSince = 0;
        return request;
    }

    /** Makes sure that the connection learns the end of the answer. */
    HttpResponse answered(HttpResponse response) {
        HttpResponse last = ending ? response.addHeader(CLOSE) : response;
        if (last.entity().isStrict()) {
            answering.decrementAndGet();
            return last;
        }
        return last.transformEntityDataBytes(Flow.of(ByteString.class).watchTermination((started, ended) -> {
            var unused = ended.whenComplete((done, failure) -> answering.decrementAndGet());
            return started;
        }));
    }

    /** Whether no request is being answered. */
    boolean isWaiting() {
        return answering.get() == 0;
    }

    /** Whether a request's head has been coming for longer than this. */
    boolean isHeadLate(long now, Duration within) {
        long since = headSince;
        return since != 0 && isWaiting() && now - since > within.toNanos();
    }

    boolean heardAnything() {
        return heardAnything;
    }

    /** How to close it at once, from any thread. */
    void closeBy(Runnable how) {
        closer = how;
        if (closed) {
            how.run();
        }
    }

    void close() {
        closed = true;
        Runnable how = closer;
        if (how != null) {
            how.run();
        }
    }

    /** Closes it now if nothing is being answered, else after the answer. */
    void end() {
        ending = true;
        if (isWaiting()) {
            close();
        }
    }
}
