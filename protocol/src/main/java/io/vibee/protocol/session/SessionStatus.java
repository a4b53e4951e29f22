package io.vibee.protocol.session;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a session is doing now, as its owner sees it. */
public enum SessionStatus {
    @JsonProperty("connecting")
    CONNECTING,
    @JsonProperty("polling")
    POLLING,
    @JsonProperty("webhook")
    WEBHOOK,
    @JsonProperty("paused")
    PAUSED,
    @JsonProperty("backing_off")
    BACKING_OFF,
    @JsonProperty("revoked")
    REVOKED,
    @JsonProperty("conflict")
    CONFLICT,
    /** A person's profile is connected to the operator's bot. */
    @JsonProperty("connected")
    CONNECTED,
    /** It is, and the bot may not write there. */
    @JsonProperty("read_only")
    READ_ONLY,
    /** The person ended the connection in Telegram. */
    @JsonProperty("disconnected")
    DISCONNECTED;

    /** Whether a session in it sends, now or as soon as it can. */
    public boolean sends() {
        return switch (this) {
            case CONNECTING, POLLING, WEBHOOK, BACKING_OFF, CONFLICT, CONNECTED -> true;
            case PAUSED, REVOKED, READ_ONLY, DISCONNECTED -> false;
        };
    }

    /** The name in the API and in metrics. */
    public String wireName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
