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

    /** The body that asks for an answer, streamed unless the provider is known to refuse that. */
    byte[] request(Provider provider, Prompt prompt, ProviderTraits.Known known);

    /** What came in one piece: a failure, or an answer of a server that doesn't stream. */
    CallResult read(int status, BoundedBody.Read body, @Nullable Duration retryAfter, ProviderTraits.Known known);

    /** For one streamed answer. */
    StreamedAnswer stream(ProviderTraits.Known known);
}
