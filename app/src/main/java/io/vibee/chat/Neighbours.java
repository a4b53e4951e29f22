package io.vibee.chat;

import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.account.GrantKey;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Outgoing;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.OutgoingText;
import io.vibee.protocol.session.SessionCommand.SlotReply;
import io.vibee.protocol.session.TextEntity;
import io.vibee.reply.PromptAssembly.Said;
import io.vibee.reply.ReplyEngine;
import io.vibee.reply.ReplyOutcome;
import io.vibee.reply.ReplyOutcome.Spent;
import io.vibee.reply.ReplyRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * What one chat says to its account, its session, the reply engine and the key store. Every question comes back to the chat as one
 * {@link ChatStep}, also when nobody answered in time.
 */
final class Neighbours {

    private static final Duration GRANT_WITHIN = Duration.ofSeconds(5);
    private static final Duration RECALLED_WITHIN = Duration.ofSeconds(5);
    /** A slot's deadline, the longest call to Telegram, and a margin. */
    private static final Duration OUTCOME_WITHIN = Duration.ofSeconds(60);

    private final String chatId;
    private final ActorContext<ChatCommand> context;
    private final Chat.Dependencies dependencies;
    private final ActorRef<SlotReply> slotReplies;

    Neighbours(String chatId, ActorContext<ChatCommand> context, Chat.Dependencies dependencies) {
        this.chatId = chatId;
        this.context = context;
        this.dependencies = dependencies;
        this.slotReplies = context.messageAdapter(SlotReply.class, ChatStep.SlotAnswered::new);
    }

    /** Asks the account for a call of a model; answered by the step. */
    void askLeave(Profile profile, String callId, BiFunction<String, GrantReply, ChatCommand> step) {
        context.ask(
                GrantReply.class,
                dependencies.entities().account(profile.owner()),
                GRANT_WITHIN,
                replyTo -> new AccountCommand.Grant(grantKey(callId), replyTo),
                (reply, failure) -> step.apply(
                        callId, reply == null ? new GrantReply.Unavailable(String.valueOf(failure)) : reply));
    }

    /** The granted call was never made. */
    void giveBack(Profile profile, String callId) {
        settle(profile, callId, false, List.of());
    }

    /** Tells the account what a granted call used. */
    void settle(Profile profile, String callId, ReplyOutcome outcome) {
        switch (outcome) {
            case ReplyOutcome.Answered answered ->
                settle(
                        profile,
                        callId,
                        !answered.cached(),
                        with(answered.lost(), answered.provider(), answered.model(), answered.usage()));
            case ReplyOutcome.Stopped stopped ->
                settle(
                        profile,
                        callId,
                        stopped.tries() > 0,
                        with(stopped.lost(), stopped.provider(), stopped.model(), stopped.usage()));
            case ReplyOutcome.Failed failed -> settle(profile, callId, failed.tries() > 0, failed.lost());
            case ReplyOutcome.Saturated saturated -> giveBack(profile, callId);
        }
    }

    /**
     * Looks for what was said before the conversation that is shown; answered by the step.
     *
     * @param topic whose conversation it is, or null
     */
    void recall(
            Profile profile,
            ChatState state,
            @Nullable Integer topic,
            String text,
            String language,
            Function<List<Said>, ChatCommand> step) {
        // Whatever becomes of it, an answer waits for it.
        CompletableFuture<List<Said>> found = state.shownSince(topic)
                .map(before -> CompletableFuture.completedFuture(before)
                        .thenCompose(then -> dependencies
                                .recall()
                                .relevant(new Recall.Search(profile.owner(), chatId, topic, text, language, then)))
                        .completeOnTimeout(List.of(), RECALLED_WITHIN.toMillis(), TimeUnit.MILLISECONDS))
                .orElseGet(() -> CompletableFuture.completedFuture(List.of()));
        context.pipeToSelf(found, (relevant, failure) -> step.apply(relevant == null ? List.of() : relevant));
    }

    /** Asks the engine for a text; answered by the step. */
    void compose(ReplyRequest request, BiFunction<String, ReplyOutcome, ChatCommand> step) {
        compose(request, text -> {}, step);
    }

    /**
     * Asks the engine for a text; answered by the step.
     *
     * @param heard as in {@link ReplyEngine.Compose}
     */
    void compose(ReplyRequest request, Consumer<String> heard, BiFunction<String, ReplyOutcome, ChatCommand> step) {
        context.ask(
                ReplyOutcome.class,
                dependencies.engine(),
                dependencies.engineWithin(),
                replyTo -> new ReplyEngine.Compose(request, replyTo, heard),
                (outcome, failure) -> step.apply(
                        request.messageId(),
                        outcome == null ? new ReplyOutcome.Failed("the engine gave no outcome in time", 1) : outcome));
    }

    /** Answered by one or two {@link ChatStep.SlotAnswered}, or by none when the session can't be reached. */
    void requestSlot(Profile profile) {
        session(profile).tell(new SessionCommand.RequestSlot(chatId, profile.telegramChatId(), slotReplies));
    }

    void release(Profile profile, SlotReply.Granted slot) {
        session(profile).tell(new SessionCommand.ReleaseSlot(chatId, slot.slotId()));
    }

    /** Sends the next part of a text. Answered by {@link ChatStep.DeliveryAnswered}. */
    void deliver(Profile profile, SlotReply.Granted slot, Outgoing out, String text, List<TextEntity> entities) {
        OutgoingText message = new OutgoingText(
                profile.telegramChatId(),
                text,
                entities,
                !out.answer(),
                out.messageThreadId(),
                profile.carrier().businessConnectionId());
        context.ask(
                DeliveryOutcome.class,
                session(profile),
                OUTCOME_WITHIN,
                replyTo -> new SessionCommand.Deliver(chatId, slot.slotId(), message, replyTo),
                (outcome, failure) -> new ChatStep.DeliveryAnswered(
                        out.draftId(),
                        out.nextPart(),
                        outcome == null
                                ? new DeliveryOutcome.Unknown("the session gave no outcome in time")
                                : outcome));
    }

    /** Best effort. */
    void showDraft(Profile profile, Pending pending, String text) {
        session(profile)
                .tell(new SessionCommand.ShowDraft(
                        profile.telegramChatId(), pending.messageThreadId(), ComingAnswer.draftId(pending), text));
    }

    /** Best effort, where the first pending message was written. */
    void showTyping(ChatState state) {
        Profile profile = state.profile();
        if (profile != null && !state.pending().isEmpty()) {
            session(profile)
                    .tell(new SessionCommand.ShowTyping(
                            profile.telegramChatId(),
                            state.pending().getFirst().messageThreadId(),
                            profile.carrier().businessConnectionId()));
        }
    }

    /** The key of a chat that is known. Answered by {@link ChatStep.KeyReady} or {@link ChatStep.KeyUnavailable}. */
    void loadKey(Profile profile) {
        answered(dependencies.keys().load(profile.owner(), profile.keyId()));
    }

    /** The key of a chat that is seen for the first time; answered as {@link #loadKey}. */
    void obtainKey(String owner) {
        answered(dependencies.keys().obtain(owner, "chat:" + chatId));
    }

    /** Answered by {@link ChatStep.KeyErased}. */
    void eraseKey(Profile profile, ActorRef<StatusReply<Done>> replyTo) {
        context.pipeToSelf(
                dependencies.erasures().chat(profile.owner(), chatId),
                (done, failure) -> new ChatStep.KeyErased(failure, replyTo));
    }

    private void answered(CompletionStage<DataKey> key) {
        context.pipeToSelf(
                key,
                (found, failure) ->
                        found == null ? new ChatStep.KeyUnavailable(failure) : new ChatStep.KeyReady(found));
    }

    private static List<Spent> with(List<Spent> lost, String provider, String model, ReplyOutcome.Usage usage) {
        List<Spent> all = new ArrayList<>(lost);
        all.add(new Spent(provider, model, usage));
        return all;
    }

    private void settle(Profile profile, String callId, boolean made, List<Spent> spent) {
        long promptTokens = 0;
        long completionTokens = 0;
        long costMicroUsd = 0;
        for (Spent call : spent) {
            promptTokens += call.usage().promptTokens();
            completionTokens += call.usage().completionTokens();
            costMicroUsd += dependencies.costs().microUsd(call.provider(), call.model(), call.usage());
        }
        dependencies
                .entities()
                .account(profile.owner())
                .tell(new AccountCommand.Settle(grantKey(callId), made, promptTokens, completionTokens, costMicroUsd));
    }

    /** The engine tries again by itself, so each message is one call to the account. */
    private GrantKey grantKey(String callId) {
        return new GrantKey(chatId, callId, 0);
    }

    private RecipientRef<SessionCommand> session(Profile profile) {
        return dependencies.entities().session(profile.carrier().sessionId());
    }
}
