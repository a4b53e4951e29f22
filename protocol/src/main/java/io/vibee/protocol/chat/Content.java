package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.Stored;
import org.jspecify.annotations.Nullable;

/** The content of a message, as it is stored. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Content.Text.class, name = "text"),
    @JsonSubTypes.Type(value = Content.Media.class, name = "media"),
    @JsonSubTypes.Type(value = Content.Other.class, name = "other"),
    @JsonSubTypes.Type(value = Content.Withheld.class, name = "withheld")
})
public sealed interface Content extends Stored {

    /** The text or caption, or null when there is none. */
    default @Nullable Sealed words() {
        return switch (this) {
            case Text text -> text.text();
            case Media media -> media.caption();
            case Other other -> null;
            case Withheld withheld -> null;
        };
    }

    record Text(Sealed text) implements Content {}

    /**
     * @param kind Telegram's name of the field: photo, video, voice, …
     * @param fileId Telegram's file id
     */
    record Media(String kind, String fileId, @Nullable Sealed caption) implements Content {}

    /** Something without words or a file: a location, a poll, a service message. */
    record Other(String kind) implements Content {}

    /** The chat was disabled, so nothing of it was kept. */
    record Withheld() implements Content {}
}
