package io.vibee.http;

import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** The kinds of problem that this API answers with. A kind's name in the URI never changes. */
public enum ProblemKind {
    MALFORMED_REQUEST("malformed-request", "The request can't be read", 400),
    INVALID_REQUEST("invalid-request", "The request is not valid", 400),
    UNAUTHENTICATED("unauthenticated", "A valid access token is needed", 401),
    WRONG_CREDENTIALS("wrong-credentials", "The credentials are wrong", 401),
    SUSPENDED("suspended", "The account is suspended", 403),
    OPERATORS_ONLY("operators-only", "This is for operators", 403),
    NOT_FOUND("not-found", "There is nothing here", 404),
    METHOD_NOT_ALLOWED("method-not-allowed", "The method is not allowed here", 405),
    REQUEST_TOO_SLOW("request-too-slow", "The request took too long to arrive", 408),
    USERNAME_TAKEN("username-taken", "The username is taken", 409),
    ALREADY_CONNECTED("already-connected", "The bot is already connected", 409),
    SESSION_LIMIT("session-limit", "No more sessions can be connected", 409),
    SESSION_REVOKED("session-revoked", "The bot's token was revoked", 409),
    SESSION_WITHOUT_TOKEN("session-without-token", "The session has no bot of its own", 409),
    SESSION_NOT_MANAGED("session-not-managed", "The session's bot was not made through this service", 409),
    NO_OPERATOR_BOT("no-operator-bot", "This service has no bot of its own", 409),
    SESSION_NOT_SENDING("session-not-sending", "The session sends nothing now", 409),
    DEAD_LETTER_SETTLED("dead-letter-settled", "The dead letter was retried or dropped already", 409),
    DRAFT_SETTLED("draft-settled", "It was decided on the draft already", 409),
    KEY_REUSED("idempotency-key-reused", "The Idempotency-Key was used for another text", 409),
    TOO_LARGE("too-large", "The request is too large", 413),
    URI_TOO_LONG("uri-too-long", "The URI is too long", 414),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", "The body's type is not supported", 415),
    TOKEN_REFUSED("bot-token-refused", "Telegram refuses the bot's token", 422),
    TOO_MANY_REQUESTS("too-many-requests", "Too many requests", 429),
    CHAT_OVERLOADED("chat-overloaded", "Too many messages wait to be sent", 429),
    HEADERS_TOO_LARGE("headers-too-large", "The headers are too large", 431),
    INTERNAL("internal", "Something went wrong here", 500),
    NOT_IMPLEMENTED("not-implemented", "This is not supported", 501),
    UNAVAILABLE("unavailable", "The service can't answer now", 503),
    TELEGRAM_UNAVAILABLE("telegram-unavailable", "Telegram can't be reached", 503);

    private final String slug;
    private final String title;
    private final int status;

    ProblemKind(String slug, String title, int status) {
        this.slug = slug;
        this.title = title;
        this.status = status;
    }

    /** The problem's {@code type}. */
    public String uri() {
        return "urn:vibee:problem:" + slug;
    }

    public String title() {
        return title;
    }

    public StatusCode status() {
        return StatusCodes.get(status);
    }
}
