package io.vibee.reply;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Recognises errors that say that the prompt is longer than the model takes, in the words of those who serve models. A new wording goes
 * first into the table of samples in the tests ({@code failures.tsv}).
 */
final class PromptTooLong {

    private static final Set<String> CODES = Set.of(
            "context_length_exceeded",
            "context_window_exceeded",
            "model_context_window_exceeded",
            "contextwindowexceedederror",
            "exceed_context_size_error",
            "request_too_large",
            "string_above_max_length",
            "tokens_limit_reached",
            "context_overflow");

    /** In small letters. */
    private static final Pattern WORDS = Pattern.compile(String.join(
            "|",
            // OpenAI, Azure, vLLM, SGLang, DeepSeek, OpenRouter, Mistral, Fireworks: "maximum context length"; xAI:
            // "prompt length"
            "maximum (?:context|prompt|input|sequence|model|allowed input) (?:length|limit|size)",
            "max(?:imum)?[ _](?:context|prompt|input|seq(?:uence)?|model)[ _]len(?:gth)?\\b",
            // llama.cpp, Anthropic, OpenAI's responses, llama-cpp-python, Ollama, MiniMax, Cloudflare
            "exceed(?:s|ed|ing)?\\b[^.\\n]{0,80}\\bcontext",
            "context (?:length|window|size|limit)s?\\b[^.\\n]{0,40}\\bexceed",
            "context[ _-](?:window[ _-])?overflow|when context the overflows",
            // Together, SGLang, LM Studio, MLC, vLLM
            "(?:longer|greater|larger) than the (?:model'?s? )?(?:maximum )?(?:context|input|model|sequence)(?:'?s)? (?:length|window|size|input)",
            // Anthropic, Bedrock, Vertex, vLLM: "The prompt (total length 25938) is too long"; llama.cpp: "input is too
            // large to process"
            "(?:prompt|input|conversation|context)(?: \\([^)]{0,40}\\))?,? (?:is |was |are )?too (?:long|large)\\b",
            // Gemini, Vertex
            "input token count\\b[^\\n]{0,80}(?:exceeds|only supports)",
            "exceeds? the maximum number of (?:input )?tokens",
            // Bedrock, Cohere, HF
            "too many (?:input |prompt |total )?tokens",
            "(?:number of )?(?:input|prompt) tokens\\b[^.\\n]{0,60}\\bexceed",
            "prompt tokens? limit exceeded",
            // SGLang, TensorRT-LLM, DashScope
            "(?:input|prompt) (?:token )?(?:length|count)\\b[^.\\n]{0,60}\\b(?:exceed|greater than|larger than|longer than)",
            "range of input length should be",
            // TGI
            "`?inputs`? (?:tokens \\+|must have less than \\d+ tokens)",
            // Kimi, GLM, GitHub, others' copilots, MLX
            "exceeded model token limit",
            "tokens in request more than max tokens allowed",
            "prompt exceeds max(?:imum)? length",
            "prompt token count of \\d+ exceeds",
            "(?:request|prompt|body|payload)\\b[^.\\n]{0,40}\\btoo large\\b[^\\n]{0,80}\\b(?:tokens|model)\\b",
            "the configured context size is",
            // Groq and vLLM end so
            "reduce (?:the )?(?:length of (?:the |your |either )?(?:messages|prompt|input|one)|(?:the )?number of tokens in the input|your (?:prompt|message size|input))",
            "(?:input|output) or (?:input|output) tokens must be reduced",
            "string too long\\. expected a string with maximum length",
            "上下文(?:过长|超出|长度超)|超出最大上下文|输入(?:内容)?过长"));

    /** One request alone exceeds the tokens of a minute. A shorter one passes. */
    private static final Pattern TOO_LARGE_FOR_ALLOWANCE = Pattern.compile(
            "request too large|(?:input|output) or (?:input|output) tokens must be reduced|reduce your (?:prompt|message size)");

    private PromptTooLong() {}

    /**
     * @param rateLimited whether the error speaks of too many requests or tokens in a time
     */
    static boolean isTold(ProviderError error, boolean rateLimited) {
        String words = error.words();
        if (rateLimited) {
            return TOO_LARGE_FOR_ALLOWANCE.matcher(words).find();
        }
        return !error.isMarkup() && (error.says(CODES) || WORDS.matcher(words).find());
    }
}
