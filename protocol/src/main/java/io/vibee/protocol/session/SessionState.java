package io.vibee.protocol.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.crypto.Sealed;
import io.vibee.protocol.stored.Stored;
import io.vibee.protocol.stored.StoredState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a session remembers.
 *
 * @param connection null before it was connected
 * @param parked in the order in which they came
 * @param lastParkedId the highest parked id ever given
 * @param migrated chat ids by Telegram's id of the supergroup that the chat became
 */
public record SessionState(
        Phase phase,
        @Nullable Connection connection,
        List<Parked> parked,
        long lastParkedId,
        Map<Long, String> migrated)
        implements StoredState {

    public static final SessionState NEW = new SessionState(Phase.NEW, null, List.of(), 0, Map.of());

    public SessionState {
        phase = Stored.orElse(phase, Phase.NEW);
        parked = Stored.listOrEmpty(parked);
        migrated = Stored.mapOrEmpty(migrated);
    }

    /** The phase of a session's life. What it is doing right now is not stored. */
    public enum Phase {
        @JsonProperty("new")
        NEW,
        @JsonProperty("active")
        ACTIVE,
        @JsonProperty("paused")
        PAUSED,
        @JsonProperty("revoked")
        REVOKED,
        @JsonProperty("disconnected")
        DISCONNECTED
    }

    /**
     * @param token null for a person who is connected to the operator's bot
     * @param activeSince messages sent before it are stored and not answered
     * @param review whether who is new waits for the owner's decision; null: see {@link #reviews}
     * @param secretary what such a person's session knows, else null
     */
    public record Connection(
            String owner,
            SessionKind kind,
            Bot bot,
            @Nullable Sealed token,
            ChatMode defaultMode,
            Delivery delivery,
            Instant createdAt,
            Instant activeSince,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Secretary secretary,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Boolean review)
            implements Stored {

        /** One with a bot's own token. */
        public Connection(
                String owner,
                SessionKind kind,
                Bot bot,
                Sealed token,
                ChatMode defaultMode,
                Delivery delivery,
                Instant createdAt,
                Instant activeSince) {
            this(owner, kind, bot, token, defaultMode, delivery, createdAt, activeSince, null, null);
        }

        /** Whether somebody new in a private chat waits for the owner's decision: in people's own chats unless it is set. */
        public boolean reviews() {
            return review == null ? kind == SessionKind.BUSINESS : review;
        }

        /** The key of the session's own secrets. */
        public String keyId() {
            return secretary != null
                    ? secretary.keyId()
                    : Objects.requireNonNull(token, "a session has a token or a secretary")
                            .keyId();
        }

        public Connection with(Bot otherBot, Sealed otherToken) {
            return new Connection(
                    owner,
                    kind,
                    otherBot,
                    otherToken,
                    defaultMode,
                    delivery,
                    createdAt,
                    activeSince,
                    secretary,
                    review);
        }

        public Connection with(ChatMode otherMode) {
            return new Connection(
                    owner, kind, bot, token, otherMode, delivery, createdAt, activeSince, secretary, review);
        }

        public Connection reviewing(boolean newcomers) {
            return new Connection(
                    owner, kind, bot, token, defaultMode, delivery, createdAt, activeSince, secretary, newcomers);
        }

        public Connection with(Delivery other) {
            return new Connection(
                    owner, kind, bot, token, defaultMode, other, createdAt, activeSince, secretary, review);
        }

        public Connection with(BusinessLink other) {
            Secretary was = Objects.requireNonNull(secretary, "only a person's connection changes so");
            return new Connection(
                    owner,
                    kind,
                    bot,
                    token,
                    defaultMode,
                    delivery,
                    createdAt,
                    activeSince,
                    new Secretary(was.operatorSessionId(), was.keyId(), other),
                    review);
        }

        public Connection activeFrom(Instant time) {
            return new Connection(owner, kind, bot, token, defaultMode, delivery, createdAt, time, secretary, review);
        }
    }

    /**
     * How a person who is connected to the operator's bot is served.
     *
     * @param operatorSessionId the session that polls and sends
     * @param keyId of the key under which the session keeps what chats can't store
     */
    public record Secretary(String operatorSessionId, String keyId, BusinessLink link) implements Stored {}

    public record Parked(long parkedId, String chatId, Sealed update) implements Stored {}
}
