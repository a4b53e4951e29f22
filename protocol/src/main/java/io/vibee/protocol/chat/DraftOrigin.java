package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.vibee.protocol.stored.Stored;
import org.jspecify.annotations.Nullable;

/** Where an outgoing text came from. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = DraftOrigin.Model.class, name = "model"),
    @JsonSubTypes.Type(value = DraftOrigin.Predefined.class, name = "predefined"),
    @JsonSubTypes.Type(value = DraftOrigin.Notice.class, name = "notice"),
    @JsonSubTypes.Type(value = DraftOrigin.Owner.class, name = "owner"),
    @JsonSubTypes.Type(value = DraftOrigin.Approved.class, name = "approved")
})
public sealed interface DraftOrigin extends Stored {

    /**
     * @param cached whether the model had given it before, to the same question: it cost nothing
     * @param cut whether the model was stopped because it may write no more, so that the text lacks its end
     */
    record Model(
            String provider,
            String model,
            long promptTokens,
            long completionTokens,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean cached,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean cut)
            implements DraftOrigin {

        /** One that is whole. */
        public Model(String provider, String model, long promptTokens, long completionTokens, boolean cached) {
            this(provider, model, promptTokens, completionTokens, cached, false);
        }

        /** One that was asked for. */
        public Model(String provider, String model, long promptTokens, long completionTokens) {
            this(provider, model, promptTokens, completionTokens, false);
        }
    }

    /**
     * A degraded answer: no model could answer.
     *
     * @param cause why, without any personal text
     */
    record Predefined(String cause) implements DraftOrigin {}

    /** A ready sentence that answers nothing. Once a day it says that no answers come, for this reason. */
    record Notice(NotAnsweredReason reason) implements DraftOrigin {}

    /** The owner wrote it by the API. */
    record Owner() implements DraftOrigin {}

    /**
     * An answer that the owner approved.
     *
     * @param drafted where it came from; null when it was drafted before the chat asked for leave
     * @param edited whether the owner put it in other words
     * @param via where the owner did so
     */
    record Approved(@Nullable DraftOrigin drafted, boolean edited, OwnerVia via) implements DraftOrigin {}
}
