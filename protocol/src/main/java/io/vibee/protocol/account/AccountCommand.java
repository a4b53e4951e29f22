package io.vibee.protocol.account;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.vibee.protocol.ClusterMessage;
import io.vibee.protocol.Refusal;
import java.time.Instant;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/** What an account is asked. */
public sealed interface AccountCommand {

    /** Messages that never leave the account's own node. */
    non-sealed interface Internal extends AccountCommand {}

    /** Opens the account. A second time it changes nothing. */
    record Open(String tier, ActorRef<StatusReply<Done>> replyTo) implements AccountCommand, ClusterMessage {}

    /** The tier that the user's row has. A second time it changes nothing. */
    record ChangeTier(String tier, ActorRef<StatusReply<Done>> replyTo) implements AccountCommand, ClusterMessage {}

    record GetSettings(ActorRef<StatusReply<AccountView>> replyTo) implements AccountCommand, ClusterMessage {}

    /** What was used today. */
    record GetUsage(ActorRef<StatusReply<UsageView>> replyTo) implements AccountCommand, ClusterMessage {}

    /** Replaces the settings. Whoever changes one reads them first. */
    record ChangeSettings(AccountView settings, ActorRef<StatusReply<AccountView>> replyTo)
            implements AccountCommand, ClusterMessage {}

    /** The user's keys are erased, and the account closes. A second time it changes nothing. */
    record Erase(ActorRef<StatusReply<Done>> replyTo) implements AccountCommand, ClusterMessage {}

    /** Asks for one call of a model. */
    record Grant(GrantKey key, ActorRef<GrantReply> replyTo) implements AccountCommand, ClusterMessage {}

    /**
     * Reports what a granted call used. If the call was not made, {@code made} is false and the grant is free again.
     *
     * @param costMicroUsd in millionths of a US dollar; 0 where it has no price
     */
    record Settle(GrantKey key, boolean made, long promptTokens, long completionTokens, long costMicroUsd)
            implements AccountCommand, ClusterMessage {}

    /** The answer to a {@link Grant}. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
    @JsonSubTypes({
        @JsonSubTypes.Type(value = GrantReply.Granted.class, name = "granted"),
        @JsonSubTypes.Type(value = GrantReply.Exhausted.class, name = "exhausted"),
        @JsonSubTypes.Type(value = GrantReply.Quiet.class, name = "quiet"),
        @JsonSubTypes.Type(value = GrantReply.Unavailable.class, name = "unavailable")
    })
    sealed interface GrantReply extends ClusterMessage {

        /**
         * @param paid whether the user is of the paid tier
         * @param draft whether what comes of it needs the owner's leave, whatever the chat's mode
         */
        record Granted(@Nullable String persona, @Nullable String language, boolean paid, boolean draft)
                implements GrantReply {
            @Override
            public String toString() {
                return "Granted[" + language + (paid ? ", paid]" : "]");
            }
        }

        /** The calls or the tokens of the day are used up. */
        record Exhausted(Instant freeAt) implements GrantReply {}

        /**
         * The owner's quiet hours, or outside of the working hours.
         *
         * @param since when this time began; null from a node of an earlier version
         * @param notice what to tell a chat once in this time, or null
         */
        record Quiet(@Nullable Instant since, @Nullable String notice) implements GrantReply {
            @Override
            public String toString() {
                return "Quiet[" + since + "]";
            }
        }

        /** The account can't say now; ask again. */
        record Unavailable(Refusal why) implements GrantReply {}
    }
}
