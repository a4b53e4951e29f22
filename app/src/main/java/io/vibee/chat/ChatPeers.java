package io.vibee.chat;

import io.vibee.cluster.Defect;
import io.vibee.persistence.keys.OwnerErasedException;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.account.AccountCommand;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.account.GrantKey;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.crypto.TextCipher;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.Incarnation;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.reply.PromptAssembly.Said;
import io.vibee.reply.ReplyEngine;
import io.vibee.reply.ReplyOutcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does a chat's effects: what it says to its account, its session, the reply engine, the key store, and its node. Every question comes
 * back to the chat as one {@link ChatStep}, also when nobody answered in time, or when it could not even be asked.
 */
final class ChatPeers {

    private static final Logger LOG = LoggerFactory.getLogger(ChatPeers.class);
    private static final Duration GRANT_WITHIN = Duration.ofSeconds(5);
    private static final Duration RECALLED_WITHIN = Duration.ofSeconds(5);
    /** A permit's deadline, the longest call to Telegram, and a margin. */
    private static final Duration OUTCOME_WITHIN = Duration.ofSeconds(60);
    /** Then it is looked for again: a shard whose node is gone is nowhere for some seconds. */
    private static final Duration SENDER_FOUND_WITHIN = Duration.ofSeconds(2);

    private final String chatId;
    private final ActorContext<ChatCommand> context;
    private final TimerScheduler<ChatCommand> timers;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final ChatDependencies dependencies;
    private final ChatMeter meter;
    private final ActorRef<PermitReply> permitReplies;
    private final LivePreview streamed = new LivePreview();

    ChatPeers(
            String chatId,
            ActorContext<ChatCommand> context,
            TimerScheduler<ChatCommand> timers,
            ActorRef<ClusterSharding.ShardCommand> shard,
            ChatDependencies dependencies,
            ChatMeter meter) {
        this.chatId = chatId;
        this.context = context;
        this.timers = timers;
        this.shard = shard;
        this.dependencies = dependencies;
        this.meter = meter;
        this.permitReplies = context.messageAdapter(PermitReply.class, ChatStep.PermitAnswered::new);
    }

    /** Does one effect. One that fails comes back as {@link ChatStep.EffectFailed}. */
    void run(ChatEffect effect) {
        Defect.guard(() -> dispatch(effect), defect -> {
            report(defect);
            context.getSelf().tell(new ChatStep.EffectFailed(effect, defect));
        });
    }

    private void dispatch(ChatEffect effect) {
        switch (effect) {
            case ChatEffect.AskLeave ask -> askLeave(ask);
            case ChatEffect.Settle settle ->
                dependencies.entities().account(settle.owner()).tell(settle.settle());
            case ChatEffect.Search search -> search(search);
            case ChatEffect.Compose compose -> compose(compose);
            case ChatEffect.RequestPermit request ->
                session(request.sessionId())
                        .tell(new SessionCommand.RequestPermit(chatId, request.telegramChatId(), permitReplies));
            case ChatEffect.ReleasePermit release ->
                session(release.sessionId()).tell(new SessionCommand.ReleasePermit(chatId, release.permitId()));
            case ChatEffect.Deliver deliver -> deliver(deliver);
            case ChatEffect.FindSender find ->
                context.ask(
                        Incarnation.class,
                        session(find.sessionId()),
                        SENDER_FOUND_WITHIN,
                        SessionCommand.Identify::new,
                        (found, failure) -> new ChatStep.SenderFound(find.permitId(), found));
            case ChatEffect.ShowLivePreview show ->
                streamed.next()
                        .ifPresent(text -> session(show.sessionId())
                                .tell(new SessionCommand.ShowLivePreview(
                                        show.telegramChatId(), show.messageThreadId(), show.draftId(), text)));
            case ChatEffect.MarkRead mark ->
                session(mark.sessionId())
                        .tell(new SessionCommand.MarkRead(mark.telegramChatId(), mark.telegramMessageId(), null));
            case ChatEffect.ShowTyping show ->
                session(show.sessionId())
                        .tell(new SessionCommand.ShowTyping(
                                show.telegramChatId(), show.messageThreadId(), show.businessConnectionId()));
            case ChatEffect.LoadKey load -> keyAnswered(dependencies.keys().load(load.owner(), load.keyId()));
            case ChatEffect.ObtainKey obtain ->
                keyAnswered(dependencies.keys().obtain(obtain.owner(), "chat:" + chatId));
            case ChatEffect.EraseKey erase ->
                context.pipeToSelf(dependencies.keyErasure().erase(erase.owner(), chatId), (done, failure) -> {
                    if (failure != null) {
                        LOG.warn("the chat's key can't be erased now: {}", failure.toString());
                    }
                    return new ChatStep.KeyErased(failure, erase.replyTo());
                });
            case ChatEffect.Reply<?> reply -> reply.send();
            case ChatEffect.Tell tell -> context.getSelf().tell(tell.step());
            case ChatEffect.StartTimer timer -> start(timer);
            case ChatEffect.CancelTimers cancel -> {
                timers.cancel(ChatStep.ShowTyping.NOW);
                timers.cancel(ChatStep.ShowLivePreview.NOW);
                timers.cancel(ChatStep.PermitOverdue.NOW);
                timers.cancel(ChatStep.Proceed.NOW);
            }
            case ChatEffect.Passivate passivate -> shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
            case ChatEffect.GoOnElsewhere elsewhere -> goOnElsewhere();
            case ChatEffect.TellNewcomer tell -> dependencies.ownerNotices().arrived(tell.newcomer());
            case ChatEffect.TellNewcomerSettled tell ->
                dependencies.ownerNotices().settled(tell.settled());
            case ChatEffect.TellProposed tell -> dependencies.ownerNotices().proposed(tell.proposed());
            case ChatEffect.TellClosed tell -> dependencies.ownerNotices().closed(tell.closed());
            case ChatEffect.CountStopped stopped -> meter.stopped(stopped.why());
            case ChatEffect.Report report -> report(report.defect());
        }
    }

    private void askLeave(ChatEffect.AskLeave ask) {
        context.ask(
                GrantReply.class,
                dependencies.entities().account(ask.owner()),
                GRANT_WITHIN,
                replyTo -> new AccountCommand.Grant(new GrantKey(chatId, ask.callId(), 0), replyTo),
                (reply, failure) -> new ChatStep.GrantAnswered(
                        ask.callId(), reply == null ? new GrantReply.Unavailable(Refusal.UNAVAILABLE) : reply));
    }

    /** Whatever becomes of it, an answer waits for it. */
    private void search(ChatEffect.Search search) {
        CompletableFuture<List<Said>> found = CompletableFuture.completedFuture(search.search())
                .thenCompose(dependencies.recall()::relevant)
                .completeOnTimeout(List.of(), RECALLED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        context.pipeToSelf(
                found,
                (relevant, failure) -> new ChatStep.Recalled(
                        search.callId(), search.granted(), relevant == null ? List.of() : relevant));
    }

    private void compose(ChatEffect.Compose compose) {
        context.ask(
                ReplyOutcome.class,
                dependencies.engine(),
                dependencies.rules().engineWithin(),
                replyTo -> compose.request().streamed()
                        ? new ReplyEngine.Compose(compose.request(), replyTo, streamed.begin())
                        : new ReplyEngine.Compose(compose.request(), replyTo),
                (outcome, failure) -> new ChatStep.Composed(
                        compose.request().messageId(),
                        outcome == null ? new ReplyOutcome.Failed("the engine gave no outcome in time", 1) : outcome));
    }

    private void deliver(ChatEffect.Deliver deliver) {
        context.ask(
                DeliveryOutcome.class,
                session(deliver.sessionId()),
                OUTCOME_WITHIN,
                replyTo -> new SessionCommand.Deliver(chatId, deliver.permitId(), deliver.message(), replyTo),
                (outcome, failure) -> new ChatStep.DeliveryAnswered(
                        deliver.permitId(),
                        outcome == null
                                ? new DeliveryOutcome.Unknown("the session gave no outcome in time")
                                : outcome));
    }

    private void keyAnswered(CompletionStage<? extends TextCipher> key) {
        context.pipeToSelf(
                key,
                (found, failure) ->
                        found == null ? new ChatStep.KeyUnavailable(isErased(failure)) : new ChatStep.KeyReady(found));
    }

    private static boolean isErased(Throwable cause) {
        boolean erased = cause instanceof OwnerErasedException || cause.getCause() instanceof OwnerErasedException;
        if (!erased) {
            LOG.warn("the chat's key can't be had: {}", cause.toString());
        }
        return erased;
    }

    /**
     * The region keeps the message until it knows the shard's next home. A node that leaves could wait for one in vain: the sweep wakes
     * its chats when it is gone.
     */
    private void goOnElsewhere() {
        if (CoordinatedShutdown.get(context.getSystem()).getShutdownReason().isEmpty()) {
            dependencies
                    .entities()
                    .chat(chatId)
                    .tell(new ChatCommand.Wake(context.getSystem().ignoreRef()));
        }
    }

    private void start(ChatEffect.StartTimer timer) {
        Duration every = timer.every();
        if (every == null) {
            timers.startSingleTimer(timer.step(), timer.step(), timer.after());
        } else {
            timers.startTimerWithFixedDelay(timer.step(), timer.step(), timer.after(), every);
        }
    }

    private void report(Defect defect) {
        LOG.atError().addKeyValue("chat", chatId).setCause(defect).log("a defect in a chat: {}", defect.kindAndPlace());
    }

    private RecipientRef<SessionCommand> session(String sessionId) {
        return dependencies.entities().session(sessionId);
    }
}
