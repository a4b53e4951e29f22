/** What is wrong with the simulated Telegram or model for now. */
enum Weather {
    CALM,
    /** Telegram answers 502 to everything. */
    SERVER_ERRORS,
    /** Telegram answers 429 with {@code retry_after} to half of the calls. */
    FLOOD_WAITS,
    /** Telegram answers 409 to half of the polls, as when somebody else polls for the bot. */
    CONFLICTS,
    /** Telegram does what it is asked and closes three of ten connections without an answer. */
    LOST_ANSWERS,
    /** The model takes requests and answers none. */
    HANGING_MODEL
}
