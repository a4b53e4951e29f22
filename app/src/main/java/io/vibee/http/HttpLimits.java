package io.vibee.http;

import java.time.Duration;

/** Limits that are the same for every request. Those of the connection are in {@code http.conf}. */
final class HttpLimits {

    /** As {@code max-content-length} in {@code http.conf}. */
    static final long MOST_BODY_BYTES = 64 * 1024;

    /** Of an update that Telegram posts: a message of 32,768 characters with its parts, and the one that it replies to. */
    static final long MOST_UPDATE_BYTES = 1024 * 1024;

    /** Of a body that is too large so much is read beyond what it may have. */
    static final long READ_BEYOND_BYTES = 1024 * 1024;

    /** How long a body may take to arrive. */
    static final Duration BODY = Duration.ofSeconds(5);

    /** How long an entity may take to answer. */
    static final Duration ASK = Duration.ofSeconds(5);

    private HttpLimits() {}
}
