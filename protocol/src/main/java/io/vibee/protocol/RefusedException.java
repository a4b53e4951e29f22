package io.vibee.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/** An entity did not do what it was asked. It goes from node to node, as its refusal alone. */
@JsonIncludeProperties("refusal")
public final class RefusedException extends RuntimeException implements ClusterMessage {

    private final Refusal refusal;

    @JsonCreator
    public RefusedException(@JsonProperty("refusal") Refusal refusal) {
        super(refusal.wireName(), null, false, false);
        this.refusal = refusal;
    }

    @JsonProperty("refusal")
    public Refusal refusal() {
        return refusal;
    }
}
