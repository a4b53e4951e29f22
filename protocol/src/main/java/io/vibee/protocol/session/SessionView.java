package io.vibee.protocol.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vibee.protocol.ClusterMessage;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatMode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session as its owner sees it, never with its token.
 *
 * @param statusDetail why it is in that status, in words for its owner, or null
 * @param parked how many updates a chat could not store yet
 * @param link what Telegram says of a person's connection, null for a bot of one's own
 * @param reviewNewContacts whether somebody new in a private chat waits for the owner's decision
 * @param lastUpdateAt when Telegram last delivered an update to this incarnation, or null
 */
public record SessionView(
        String id,
        SessionKind kind,
        Bot bot,
        SessionStatus status,
        @Nullable String statusDetail,
        ChatMode defaultMode,
        Delivery delivery,
        int parked,
        Instant createdAt,
        @Nullable Instant lastUpdateAt,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable BusinessLink link,
        boolean reviewNewContacts)
        implements ClusterMessage {}
