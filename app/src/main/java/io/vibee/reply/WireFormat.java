package io.vibee.reply;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a provider is asked and what its answers mean. Nothing of a body ever gets into a cause. */
interface WireFormat {

    URI address(Provider provider);

    /** Beside the content type; the key is in one of them. */
    Map<String, String> headers(Provider provider);

    /** The body that asks for a streamed answer. */
    byte[] request(Provider provider, Prompt prompt);

    /** What came in one piece: a failure, or an answer of a server that doesn't stream. */
    CallResult read(int status, BoundedBody.Read body, @Nullable Duration retryAfter);

    /** For one streamed answer. */
    StreamedAnswer stream();
}
