package io.vibee.reply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.Prompt.Role;
import io.vibee.reply.ProviderTraits.Known;
import io.vibee.reply.ReplyObserver.CallOutcome;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How to ask a provider, and what its answers mean. No part of a body ever gets into a cause. */
abstract class WireFormat {
    private static final ObjectMapper JSON = new ObjectMapper();

    abstract URI address(Provider provider);

    /** The headers besides the content type. One of them holds the key. */
    abstract Map<String, String> headers(Provider provider);

    /** The body that asks for an answer, streamed unless the provider is known to refuse that. */
    final byte[] request(Provider provider, Prompt prompt, Known known) {
        ObjectNode request = JSON.createObjectNode().put("model", provider.model());
        fill(request, prompt, known);
        // Through a string, which turns half a surrogate pair into '?'. Jackson's UTF-8 writer would refuse it.
        return request.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Adds everything but the model to a request. */
    abstract void fill(ObjectNode request, Prompt prompt, Known known);

    /** Adds what people and the model said, without our instructions. */
    static void addConversation(ArrayNode messages, Prompt prompt) {
        for (Prompt.Message message : prompt.messages()) {
            messages.addObject()
                    .put("role", message.role() == Role.USER ? "user" : "assistant")
                    .put("content", message.content());
        }
    }

    /** Reads an answer in one piece: a failure, or an answer of a server that doesn't stream. */
    final CallResult read(int status, BoundedBody.Read body, @Nullable Duration retryAfter, Known known) {
        if (status < 200 || status > 299) {
            return failed(status, ProviderError.in(body), retryAfter, "answered " + status, known);
        }
        JsonNode answer = ReceivedJson.in(body);
        if (answer.isMissingNode()) {
            return new Retryable(
                    CallOutcome.UNREADABLE, body.whole() ? "sent an unreadable answer" : "sent too long an answer");
        }
        ProviderError error = error(answer);
        return error == ProviderError.NONE
                ? whole(answer).read(known)
                : failed(error, retryAfter, "answered 200 with an error", known);
    }

    /** The error inside an answer that looks like a success, or {@link ProviderError#NONE}. */
    abstract ProviderError error(JsonNode answer);

    /** An answer without an error. */
    abstract WholeAnswer whole(JsonNode answer);

    /** The meaning of an error with a status of its own. */
    CallResult failed(int status, ProviderError error, @Nullable Duration retryAfter, String cause, Known known) {
        return FailureClassifier.of(status, error, retryAfter, cause);
    }

    /** The meaning of an error inside a success, which has no status of its own. */
    abstract CallResult failed(ProviderError error, @Nullable Duration retryAfter, String cause, Known known);

    /** Reads one streamed answer. */
    abstract StreamedAnswer stream(Known known);
}
