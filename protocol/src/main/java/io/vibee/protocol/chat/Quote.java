package io.vibee.protocol.chat;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.Stored;
import org.jspecify.annotations.Nullable;

/**
 * What a message refers to, if the conversation doesn't show it anyway: the part that its sender quoted, or the text that they replied to,
 * from this chat or another one.
 *
 * @param text at most {@link Incoming.Quoted#LONGEST} UTF-16 units in the clear
 * @param author who wrote it, or null when nobody is named
 * @param own written by the session's own bot
 */
public record Quote(
        Sealed text,
        @Nullable Sealed author,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean own) implements Stored {}
