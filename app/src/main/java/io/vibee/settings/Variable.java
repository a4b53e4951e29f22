package io.vibee.settings;

import org.jspecify.annotations.Nullable;

/**
 * Every environment variable that Vibee reads: its name, its default and its purpose. The reader, {@code --help} and
 * {@code ops/docs/configuration.md} all use this list, so they can't disagree.
 */
public enum Variable {
    VIBEE_MODE(
            Topic.SERVICE,
            "development",
            "development or production. Production refuses to start without DATABASE_URL, JWT_SECRET and"
                    + " VIBEE_MASTER_KEY."),
    VIBEE_HTTP_HOST(Topic.SERVICE, "127.0.0.1", "Address the API listens on."),
    VIBEE_HTTP_PORT(Topic.SERVICE, "8080", "Port of the API; 0 takes any free one."),
    VIBEE_PUBLIC_URL(
            Topic.SERVICE,
            null,
            "How the internet reaches the API, as https://vibee.example.org; Telegram posts to /telegram below it. Unset, it"
                    + " is the API's own address when Telegram's server is on this machine; else sessions can't have a"
                    + " webhook."),
    VIBEE_OPERATORS(
            Topic.SERVICE,
            null,
            "Names of the users who may use /api/v1/admin, separated by commas. Register them before you say so: whoever"
                    + " has the name has the role."),
    DATABASE_URL(
            Topic.DATA,
            null,
            "an embedded PostgreSQL in VIBEE_DATA_DIR",
            "PostgreSQL 15 or newer: postgresql://user:password@host:port/database. Add"
                    + " ?sslmode=verify-full&sslrootcert=/path to verify the server's certificate."),
    VIBEE_DATA_DIR(
            Topic.DATA,
            ".vibee",
            "Directory of the embedded database and the development secrets. Both survive a restart."),
    JWT_SECRET(
            Topic.DATA,
            null,
            "made once and kept in VIBEE_DATA_DIR",
            "Signs access tokens: any string of 32 or more characters. Required in production."),
    VIBEE_MASTER_KEY(
            Topic.DATA,
            null,
            "made once and kept in VIBEE_DATA_DIR",
            "Encrypts the keys that encrypt personal text: any string of 32 or more characters. Required in production."
                    + " Nobody can read the stored texts without it."),
    VIBEE_MASTER_KEY_PREVIOUS(
            Topic.DATA,
            null,
            "A second master key that is accepted for reading while you rotate: see the command rotate-master-key."),
    TELEGRAM_API_URL(Topic.TELEGRAM, "https://api.telegram.org", "Telegram's Bot API server."),
    TELEGRAM_BOT_TOKEN(
            Topic.TELEGRAM, null, "Token of the operator's own bot, which people connect to their profiles."),
    OPENROUTER_API_KEY(Topic.MODELS, null, "Turns the provider OpenRouter on."),
    ANTHROPIC_API_KEY(Topic.MODELS, null, "Turns the provider Anthropic on."),
    OPENAI_API_KEY(Topic.MODELS, null, "Turns the provider OpenAI on."),
    OPENROUTER_BASE_URL(Topic.MODELS, "https://openrouter.ai/api/v1", "OpenRouter's address, with the version path."),
    ANTHROPIC_BASE_URL(Topic.MODELS, "https://api.anthropic.com/v1", "Anthropic's address, with the version path."),
    OPENAI_BASE_URL(
            Topic.MODELS,
            "https://api.openai.com/v1",
            "OpenAI's address, or a compatible server's, with the version path."),
    OPENROUTER_MODEL(Topic.MODELS, "openai/gpt-4.1-mini", "OpenRouter's model."),
    ANTHROPIC_MODEL(Topic.MODELS, "claude-haiku-4-5", "Anthropic's model."),
    OPENAI_MODEL(Topic.MODELS, "gpt-4.1-mini", "OpenAI's model."),
    OPENROUTER_FIRST_WORD_WITHIN(
            Topic.MODELS, "30s", "How long OpenRouter may take to begin an answer: 10s, 2m or PT90S, at most 1h."),
    OPENROUTER_TIMEOUT(Topic.MODELS, "60s", "How long OpenRouter may take for a whole answer, at most 1h."),
    ANTHROPIC_FIRST_WORD_WITHIN(Topic.MODELS, "30s", "How long Anthropic may take to begin an answer, at most 1h."),
    ANTHROPIC_TIMEOUT(Topic.MODELS, "60s", "How long Anthropic may take for a whole answer, at most 1h."),
    OPENAI_FIRST_WORD_WITHIN(Topic.MODELS, "30s", "How long OpenAI may take to begin an answer, at most 1h."),
    OPENAI_TIMEOUT(Topic.MODELS, "60s", "How long OpenAI may take for a whole answer, at most 1h."),
    VIBEE_AI_PROVIDERS(Topic.MODELS, null, "A file with further providers, in HOCON: see ops/docs/providers.md."),
    VIBEE_AI_CHAIN(
            Topic.MODELS,
            "openrouter,anthropic,openai",
            "Order in which Vibee asks the providers that are on. Unless set, those of VIBEE_AI_PROVIDERS come last."),
    VIBEE_AI_CHAIN_PAID(Topic.MODELS, null, "as VIBEE_AI_CHAIN", "The order for users of the paid tier."),
    VIBEE_AI_CHAIN_SUMMARIES(
            Topic.MODELS, null, "as VIBEE_AI_CHAIN", "The order for summaries of long chats. A small model is enough."),
    VIBEE_API_REQUESTS_PER_MINUTE(
            Topic.LIMITS, "100", "API requests of each user in a minute. In every limit 0 means no limit."),
    VIBEE_ADDRESS_REQUESTS_PER_MINUTE(
            Topic.LIMITS,
            "600",
            "API requests of each client address in a minute. Sign-in and registration count ten times."),
    VIBEE_ADDRESS_CONNECTIONS(
            Topic.LIMITS,
            "512",
            "Connections that each client address may hold open. A new one closes the one that has been idle longest."),
    VIBEE_CHAT_REPLIES_PER_MINUTE(
            Topic.LIMITS, "10", "Replies in each chat in a minute. Further messages wait and are answered in order."),
    VIBEE_CHAT_PAUSE(
            Topic.LIMITS,
            "2s",
            "How long a message waits for more of its sender, who gets one answer to all. In people's own chats, and for"
                    + " drafts, it is four times as long; a chat's pause_before_answer_seconds overrides both. 0 for not at all."),
    VIBEE_TELEGRAM_SENDS_PER_SECOND(
            Topic.TELEGRAM,
            "30",
            "Messages that each bot sends in a second. With 0 only Telegram's own refusals slow it down; chats aren't paced"
                    + " either."),
    VIBEE_ANSWER_WITHIN(
            Topic.TELEGRAM,
            "12h",
            "A message that is older than this when Vibee first sees it is stored and not answered: 90s, 30m, 12h, 1d or"
                    + " PT12H; 0 for no limit."),
    VIBEE_AI_PARALLEL(Topic.MODELS, "64", "Model calls that a node makes at the same time."),
    VIBEE_AI_CONTEXT_TOKENS(
            Topic.MODELS,
            "3000",
            "Tokens that a prompt may have for the conversation: the latest messages, a summary, and older messages that"
                    + " match."),
    VIBEE_AI_SUMMARIES(
            Topic.MODELS,
            "true",
            "Whether a summary stands in a prompt for what a long chat said before. It costs a model call for 20 messages."),
    VIBEE_AI_RECALL(
            Topic.MODELS,
            "true",
            "Whether older messages that the new one is about are searched for and stand in its prompt."),
    VIBEE_AI_CACHE_TTL(
            Topic.MODELS,
            "1h",
            "How long an answer may be reused for the same question: 90s, 30m, 12h or PT12H; 0 for never."),
    VIBEE_AI_REQUESTS_PER_DAY(Topic.LIMITS, "1000", "Model calls of each user of the free tier in a UTC day."),
    VIBEE_AI_TOKENS_PER_DAY(
            Topic.LIMITS,
            "0",
            "Prompt and completion tokens of each user of the free tier in a UTC day. A call's tokens are known when it"
                    + " ends, so the last calls may exceed the limit."),
    VIBEE_AI_REQUESTS_PER_DAY_PAID(Topic.LIMITS, "0", "Model calls of each user of the paid tier in a UTC day."),
    VIBEE_AI_TOKENS_PER_DAY_PAID(
            Topic.LIMITS,
            "0",
            "Prompt and completion tokens of each user of the paid tier in a UTC day, as VIBEE_AI_TOKENS_PER_DAY."),
    VIBEE_AI_PRICES(
            Topic.LIMITS,
            null,
            "no prices",
            "US dollars for a million prompt and a million completion tokens of each model:"
                    + " gpt-4.1-mini=0.40/1.60,claude-haiku-4-5=1/5. A model without a price costs 0."),
    VIBEE_MODERATION_LONGEST(
            Topic.MODERATION,
            "4096",
            "Longest message that is answered, in characters. The default is the most that Telegram allows."),
    VIBEE_MODERATION_REPEATS(
            Topic.MODERATION,
            "5",
            "When a sender repeats a text this often within a minute in a chat, it is no longer answered."),
    VIBEE_MODERATION_PATTERNS(
            Topic.MODERATION,
            null,
            "A file with words and patterns that no message and no answer may contain: see ops/docs/moderation.md."),
    VIBEE_MODERATION_URL(
            Topic.MODERATION,
            null,
            "An OpenAI-compatible moderation endpoint, with the version path: https://api.openai.com/v1. It judges each"
                    + " message and each answer."),
    VIBEE_MODERATION_API_KEY(Topic.MODERATION, null, "Key of the moderation endpoint, if it needs one."),
    VIBEE_MODERATION_MODEL(Topic.MODERATION, "omni-moderation-latest", "Model of the moderation endpoint."),
    VIBEE_MODERATION_WHEN_AWAY(
            Topic.MODERATION,
            "allow",
            "What happens to texts that the moderation endpoint can't judge: allow or stop."),
    VIBEE_MAX_SESSIONS_PER_USER(Topic.TELEGRAM, "5", "Telegram sessions that each user may connect."),
    VIBEE_CLUSTER_HOST(
            Topic.CLUSTER,
            null,
            "the address from which the database is reached",
            "Address at which the other nodes reach this one. They find it in the database."),
    VIBEE_CLUSTER_PORT(Topic.CLUSTER, "17355", "Port at which the other nodes reach this one; 0 takes any free one."),
    VIBEE_MANAGEMENT_PORT(
            Topic.CLUSTER,
            "7626",
            "Port of the management server, which answers an orchestrator at /alive and /ready; 0 takes any free one."),
    LOG_LEVEL(Topic.LOG, "info", "Lowest level of Vibee's own log lines: trace, debug, info, warn or error."),
    VIBEE_LOG_FORMAT(
            Topic.LOG, null, "text; json in production", "Format of the log on standard output: text or json."),
    VIBEE_SANDBOX(
            Topic.SANDBOX,
            null,
            "true simulates Telegram and the model inside the process and serves a page on which you write to a bot as a"
                    + " Telegram user. Refused in production."),
    VIBEE_SANDBOX_PORT(
            Topic.SANDBOX,
            null,
            "the one after VIBEE_HTTP_PORT",
            "The sandbox's port on 127.0.0.1; 0 takes any free one.");

    /** What a variable is about; a guide shows those of one topic together. */
    public enum Topic {
        SERVICE("Service"),
        DATA("Data and secrets"),
        TELEGRAM("Telegram"),
        MODELS("Models"),
        LIMITS("Limits and prices"),
        MODERATION("Moderation"),
        CLUSTER("Cluster"),
        LOG("Log"),
        SANDBOX("Sandbox");

        private final String title;

        Topic(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    private final Topic topic;
    private final @Nullable String defaultValue;
    private final String shownDefault;
    private final String description;

    Variable(Topic topic, @Nullable String defaultValue, String description) {
        this(topic, defaultValue, defaultValue == null ? "unset" : defaultValue, description);
    }

    Variable(Topic topic, @Nullable String defaultValue, String shownDefault, String description) {
        this.topic = topic;
        this.defaultValue = defaultValue;
        this.shownDefault = shownDefault;
        this.description = description;
    }

    public String variableName() {
        return name();
    }

    public Topic topic() {
        return topic;
    }

    /** The value when the variable is unset; null when it then has no value. */
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
