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
    CONFLICT;

    /** The name in the API and in metrics. */
    public String wireName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
