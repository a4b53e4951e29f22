package io.vibee.protocol.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.vibee.protocol.ClusterMessage;
import org.jspecify.annotations.Nullable;

/**
 * A format of a part of a message, as Telegram's <a href="https://core.telegram.org/bots/api#messageentity">MessageEntity</a>. Chats store
 * it, encrypted, in this form.
 *
 * @param offset from the text's start, in UTF-16 units
 * @param length in UTF-16 units, 1 or more
 * @param url where a {@link Kind#TEXT_LINK} leads, else null
 * @param language of the code in a {@link Kind#PRE}, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TextEntity(
        Kind type,
        int offset,
        int length,
        @Nullable String url,
        @Nullable String language) implements ClusterMessage {

    /** The format. */
    public enum Kind {
        @JsonProperty("bold")
        BOLD,
        @JsonProperty("italic")
        ITALIC,
        @JsonProperty("strikethrough")
        STRIKETHROUGH,
        @JsonProperty("code")
        CODE,
        @JsonProperty("pre")
        PRE,
        @JsonProperty("text_link")
        TEXT_LINK,
        @JsonProperty("blockquote")
        BLOCKQUOTE
    }

    /** Where it ends: the offset of what comes after it. */
    public int end() {
        return offset + length;
    }

    /** The same format for another part. */
    public TextEntity over(int from, int to) {
        return new TextEntity(type, from, to - from, url, language);
    }
}
