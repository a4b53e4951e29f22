package io.vibee.settings;

import org.jspecify.annotations.Nullable;

/**
 * Every environment variable the service reads: its name, the default as it would be written, and what it is
 * for. {@code --help} and the reader both go by this list, so neither can know a variable that the other doesn't.
 */
public enum Variable {
    VIBEE_MODE(
            "development",
            "development or production. Production refuses to start without DATABASE_URL, JWT_SECRET and"
                    + " VIBEE_MASTER_KEY."),
    VIBEE_HTTP_HOST("127.0.0.1", "Address the API listens on."),
    VIBEE_HTTP_PORT("8080", "Port of the API; 0 takes any free one."),
    DATABASE_URL(
            null,
            "an embedded PostgreSQL in VIBEE_DATA_DIR",
            "PostgreSQL 15 or newer: postgresql://user:password@host:port/database, with"
                    + " ?sslmode=verify-full&sslrootcert=/path to check whom it talks to."),
    VIBEE_DATA_DIR(".vibee", "Directory of the embedded database and the development secrets; both survive a restart."),
    JWT_SECRET(
            null,
            "made once and kept in VIBEE_DATA_DIR",
            "Signs access tokens: any string of 32 or more characters. Required in production."),
    VIBEE_MASTER_KEY(
            null,
            "made once and kept in VIBEE_DATA_DIR",
            "Wraps every key that personal text is encrypted with: any string of 32 or more characters. Required in"
                    + " production; without it what is stored can't be read again."),
    VIBEE_MASTER_KEY_PREVIOUS(
            null,
            "Accepted beside VIBEE_MASTER_KEY for what it wrapped, while the master key is being rotated: see"
                    + " rotate-master-key."),
    TELEGRAM_API_URL("https://api.telegram.org", "Telegram's Bot API server."),
    TELEGRAM_BOT_TOKEN(null, "The operator's own bot, for business connections."),
    OPENROUTER_API_KEY(null, "Turns the provider OpenRouter on."),
    ANTHROPIC_API_KEY(null, "Turns the provider Anthropic on."),
    OPENAI_API_KEY(null, "Turns the provider OpenAI on."),
    OPENROUTER_BASE_URL("https://openrouter.ai/api/v1", "OpenRouter's address, with the version path."),
    ANTHROPIC_BASE_URL("https://api.anthropic.com/v1", "Anthropic's address, with the version path."),
    OPENAI_BASE_URL("https://api.openai.com/v1", "OpenAI's address, or a compatible server's, with the version path."),
    OPENROUTER_MODEL("openai/gpt-4.1-mini", "Model asked at OpenRouter."),
    ANTHROPIC_MODEL("claude-haiku-4-5", "Model asked at Anthropic."),
    OPENAI_MODEL("gpt-4.1-mini", "Model asked at OpenAI."),
    OPENROUTER_FIRST_WORD_WITHIN("30s", "For an answer of OpenRouter's to begin; as 10s, 2m or PT90S, at most 1h."),
    OPENROUTER_TIMEOUT("60s", "For a whole answer of OpenRouter's; as OPENROUTER_FIRST_WORD_WITHIN."),
    ANTHROPIC_FIRST_WORD_WITHIN("30s", "For an answer of Anthropic's to begin; as OPENROUTER_FIRST_WORD_WITHIN."),
    ANTHROPIC_TIMEOUT("60s", "For a whole answer of Anthropic's; as OPENROUTER_FIRST_WORD_WITHIN."),
    OPENAI_FIRST_WORD_WITHIN("30s", "For an answer of OpenAI's to begin; as OPENROUTER_FIRST_WORD_WITHIN."),
    OPENAI_TIMEOUT("60s", "For a whole answer of OpenAI's; as OPENROUTER_FIRST_WORD_WITHIN."),
    VIBEE_AI_PROVIDERS(null, "A file with further providers, in HOCON: see README.md."),
    VIBEE_AI_CHAIN(
            "openrouter,anthropic,openai",
            "Order in which the providers that are on are tried; by default those of VIBEE_AI_PROVIDERS come last."),
    VIBEE_AI_CHAIN_PAID(null, "as VIBEE_AI_CHAIN", "The same for users of the paid tier."),
    VIBEE_AI_CHAIN_SUMMARIES(
            null,
            "as VIBEE_AI_CHAIN",
            "The same for summing up what was said earlier in a long chat: a small model does."),
    VIBEE_API_REQUESTS_PER_MINUTE("100", "API requests of each user; in this and every limit below 0 means none."),
    VIBEE_ADDRESS_REQUESTS_PER_MINUTE(
            "600", "API requests of each client address; sign-in and registration count ten times."),
    VIBEE_ADDRESS_CONNECTIONS(
            "512",
            "Connections that each client address may hold open; the one that has waited longest without a request"
                    + " gives way to a new one."),
    VIBEE_CHAT_REPLIES_PER_MINUTE("10", "Replies in each chat; what exceeds it waits and is answered in order."),
    VIBEE_TELEGRAM_SENDS_PER_SECOND(
            "30", "Messages sent by each bot; 0 goes only by what Telegram itself says, without pacing per chat."),
    VIBEE_ANSWER_WITHIN(
            "12h", "A message older than this when first seen is stored, not answered; as 90s, 30m, 12h, 1d or PT12H."),
    VIBEE_AI_PARALLEL("64", "Model calls in flight on a node."),
    VIBEE_AI_CONTEXT_TOKENS(
            "3000",
            "Tokens of a chat that a prompt shows: the latest messages, a summary of older ones, and what of them may matter."),
    VIBEE_AI_CACHE_TTL(
            "1h", "How long an answer is given again to the same question; as 90s, 30m, 12h or PT12H, 0 for never."),
    VIBEE_AI_REQUESTS_PER_DAY("1000", "Model calls of each user of the free tier in a UTC day."),
    VIBEE_AI_TOKENS_PER_DAY(
            "0",
            "Prompt and completion tokens of each user of the free tier in a UTC day; what a call took is known when it"
                    + " is over, so the last ones may pass it."),
    VIBEE_AI_REQUESTS_PER_DAY_PAID("0", "Model calls of each user of the paid tier in a UTC day."),
    VIBEE_AI_TOKENS_PER_DAY_PAID(
            "0",
            "Prompt and completion tokens of each user of the paid tier in a UTC day, as VIBEE_AI_TOKENS_PER_DAY."),
    VIBEE_AI_PRICES(
            null,
            "no prices",
            "US dollars for a million prompt and a million completion tokens of each model, as"
                    + " gpt-4.1-mini=0.40/1.60,claude-haiku-4-5=1/5; a model without a price costs 0."),
    VIBEE_MODERATION_LONGEST(
            "4096", "Characters of a message that is answered; by default all that Telegram lets people write."),
    VIBEE_MODERATION_REPEATS(
            "5", "The same text of a sender that comes this often within a minute in a chat is answered no more."),
    VIBEE_MODERATION_PATTERNS(
            null, "A file with words and patterns that neither a message nor an answer may hold: see README.md."),
    VIBEE_MODERATION_URL(
            null,
            "An OpenAI-compatible moderation endpoint, with the version path as https://api.openai.com/v1; it judges each"
                    + " message and each answer."),
    VIBEE_MODERATION_API_KEY(null, "Its key, unless it wants none."),
    VIBEE_MODERATION_MODEL("omni-moderation-latest", "Model asked there."),
    VIBEE_MODERATION_WHEN_AWAY("allow", "allow or stop what the moderation endpoint can't judge."),
    VIBEE_MAX_SESSIONS_PER_USER("5", "Telegram sessions of each user."),
    VIBEE_CLUSTER_HOST("127.0.0.1", "Address at which the other nodes reach this one."),
    VIBEE_CLUSTER_PORT("17355", "Port at which the other nodes reach this one; 0 takes any free one."),
    VIBEE_MANAGEMENT_PORT("7626", "Port on which nodes find each other; 0 takes any free one."),
    VIBEE_CLUSTER_CONTACT_POINTS(
            null,
            "a cluster of one",
            "The other nodes, as host:management-port,… They need the same DATABASE_URL, JWT_SECRET and"
                    + " VIBEE_MASTER_KEY."),
    LOG_LEVEL("info", "Least level of the service's own events: trace, debug, info, warn or error."),
    VIBEE_LOG_FORMAT(null, "text; json in production", "Form of the log on standard output: text or json."),
    VIBEE_SANDBOX(
            null,
            "true simulates Telegram and the model inside the process, and gives the console a page to write to the"
                    + " bot as a Telegram user; not in production."),
    VIBEE_SANDBOX_PORT(null, "the one after VIBEE_HTTP_PORT", "The sandbox's port on 127.0.0.1; 0 takes any free one.");

    private final @Nullable String defaultValue;
    private final String shownDefault;
    private final String description;

    Variable(@Nullable String defaultValue, String description) {
        this(defaultValue, defaultValue == null ? "unset" : defaultValue, description);
    }

    Variable(@Nullable String defaultValue, String shownDefault, String description) {
        this.defaultValue = defaultValue;
        this.shownDefault = shownDefault;
        this.description = description;
    }

    public String variableName() {
        return name();
    }

    /** What is taken when the variable is unset; null when the absence itself means something. */
    public @Nullable String defaultValue() {
        return defaultValue;
    }

    /** The default in words for people. */
    public String shownDefault() {
        return shownDefault;
    }

    public String description() {
        return description;
    }
}
