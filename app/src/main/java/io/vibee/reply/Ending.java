package io.vibee.reply;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** How a model ended its answer. It knows the words of OpenAI, Anthropic, Google, Mistral, Cohere, Hugging Face, DeepSeek and SGLang. */
enum Ending {
    /** The provider has not said that it ended. */
    NONE,
    /** It said everything it wanted to. */
    WHOLE,
    /** It was stopped because it may write no more. */
    CUT,
    /** The model or a filter declined. */
    DECLINED,
    /** Something went wrong. */
    BROKEN;

    static Ending of(JsonNode reason) {
        return switch (reason.asText("").strip().toLowerCase(Locale.ROOT)) {
            case "", "null", "finish_reason_unspecified" -> NONE;
            case "length",
                    "max_tokens",
                    "max_length",
                    "model_length",
                    "max_output_tokens",
                    "max_completion_tokens",
                    "model_context_window_exceeded",
                    "context_length_exceeded",
                    "limit" -> CUT;
            case "content_filter",
                    "content_filtered",
                    "refusal",
                    "safety",
                    "prohibited_content",
                    "blocklist",
                    "recitation",
                    "spii",
                    "guardrail_intervened",
                    "error_toxic",
                    "sensitive" -> DECLINED;
            case "error",
                    "abort",
                    "cancelled",
                    "canceled",
                    "insufficient_system_resource",
                    "network_error",
                    "malformed_function_call",
                    "error_limit" -> BROKEN;
            default -> WHOLE;
        };
    }
}
