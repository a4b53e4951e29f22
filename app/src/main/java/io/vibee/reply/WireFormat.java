package io.vibee.reply;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How to ask a provider, and what its answers mean. No part of a body ever gets into a cause. */
interface WireFormat {

    URI address(Provider provider);

    /** The headers besides the content type. One of them holds the key. */
    Map<String, String> headers(Provider provider);

    /** The body that asks for an answer, streamed unless the provider is known to refuse that. */
    byte[] request(Provider provider, Prompt prompt, ProviderTraits.Known known);

    /** Reads an answer in one piece: a failure, or an answer of a server that doesn't stream. */
    CallResult read(int status, BoundedBody.Read body, @Nullable Duration retryAfter, ProviderTraits.Known known);

    /** For one streamed answer. */
    StreamedAnswer stream(ProviderTraits.Known known);
}
