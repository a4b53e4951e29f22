package io.vibee.session;

import io.vibee.cluster.Defect;
import io.vibee.cluster.EntityType;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.Acceptance;
import io.vibee.protocol.session.SessionCommand.Incarnation;
import io.vibee.session.SessionStep.ParkedTried;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the effects of one session: what it says to its chats, its poller, Telegram, the key store and its node. Every question comes
 * back to the session as one {@link SessionStep}, also when nobody answered in time, or when it could not even be asked.
 */
final class SessionPeers {

    private static final Logger LOG = LoggerFactory.getLogger(SessionPeers.class);
    private static final int MOST_TOLD = 10_000;
    private static final Duration IDENTIFY_WITHIN = Duration.ofSeconds(3);
    private static final Duration STORE_WITHIN = Duration.ofSeconds(5);

    /**
     * Who takes updates in.
     *
     * @param webhook the same one, if it takes what Telegram posts
     * @param terms the last ones that it was told, for when it begins again after a fault
     */
    private record Taker(
            ActorRef<IntakeCommand> child,
            @Nullable ActorRef<WebhookCommand> webhook,
            AtomicReference<IntakeCommand.Terms> terms) {}

    private final SessionRules rules;
    private final ActorContext<SessionCommand> context;
    private final TimerScheduler<SessionCommand> timers;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final SessionDependencies dependencies;
    private final TelegramSends telegram;
    private @Nullable Taker taker;
    private int takers;

    SessionPeers(
            SessionRules rules,
            ActorContext<SessionCommand> context,
            TimerScheduler<SessionCommand> timers,
            ActorRef<ClusterSharding.ShardCommand> shard,
            SessionDependencies dependencies) {
        this.rules = rules;
        this.context = context;
        this.timers = timers;
        this.shard = shard;
        this.dependencies = dependencies;
        this.telegram = new TelegramSends(context, dependencies);
    }

    /** Does one effect. One that fails comes back as {@link SessionStep.EffectFailed}. */
    void run(SessionEffect effect) {
        Defect.guard(() -> dispatch(effect), defect -> {
            report(defect);
            context.getSelf().tell(new SessionStep.EffectFailed(effect, defect));
        });
    }

    /** Who took updates in ended with the session's last start: there is none to stop. */
    void begunAnew() {
        taker = null;
    }

    private void dispatch(SessionEffect effect) {
        switch (effect) {
            case SessionEffect.LoadKey load -> loadKey(load);
            case SessionEffect.BeginPolling begin -> beginPolling(begin);
            case SessionEffect.ChangeTerms change -> {
                if (taker != null) {
                    taker.terms().set(change.terms());
                    taker.child().tell(change.terms());
                }
            }
            case SessionEffect.BeginWebhook begin -> beginWebhook(begin);
            case SessionEffect.BeginBusiness begin -> beginBusiness(begin);
            case SessionEffect.Forward forward ->
                dependencies.entities().session(forward.sessionId()).tell(forward.command());
            case SessionEffect.TakeIn posted -> takeIn(posted);
            case SessionEffect.EndIntake end -> endIntake();
            case SessionEffect.RemoveWebhook remove -> removeWebhook(remove.token());
            case SessionEffect.Send send -> telegram.send(send.token(), send.deliver());
            case SessionEffect.ShowLivePreview show -> telegram.showLivePreview(show.token(), show.preview());
            case SessionEffect.MarkRead mark -> telegram.markRead(mark.token(), mark.mark());
            case SessionEffect.ShowTyping show -> telegram.showTyping(show.token(), show.typing());
            case SessionEffect.OfferParked offer -> offerParked(offer);
            case SessionEffect.FindUnfinished find -> findUnfinished(find);
            case SessionEffect.TellStopped tell -> tellStopped(tell);
            case SessionEffect.TellMigrated tell ->
                dependencies
                        .entities()
                        .chat(tell.migrated().chatId())
                        .tell(new ChatCommand.ChangeTelegramChat(
                                tell.migrated().head().owner(),
                                tell.migrated().toTelegramChatId(),
                                context.getSystem().ignoreRef()));
            case SessionEffect.FindOwner find ->
                context.ask(
                        Incarnation.class,
                        dependencies.entities().session(rules.sessionId()),
                        IDENTIFY_WITHIN,
                        SessionCommand.Identify::new,
                        (owner, unanswered) -> new SessionStep.OwnerFound(
                                owner == null ? new Incarnation(rules.incarnation()) : owner));
            case SessionEffect.Reply<?> reply -> reply.send();
            case SessionEffect.Tell tell -> context.getSelf().tell(tell.step());
            case SessionEffect.StartTimer timer -> timers.startSingleTimer(timer.step(), timer.step(), timer.after());
            case SessionEffect.CancelTimer cancel -> timers.cancel(cancel.step());
            case SessionEffect.Passivate passivate -> shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
            case SessionEffect.Report report -> report(report.defect());
        }
    }

    private void loadKey(SessionEffect.LoadKey load) {
        context.pipeToSelf(
                dependencies.keys().load(load.owner(), load.keyId()),
                (found, failure) -> found == null
                        ? new SessionStep.KeyUnavailable(load.load(), failure)
                        : new SessionStep.KeyReady(load.load(), found));
    }

    private void beginPolling(SessionEffect.BeginPolling begin) {
        endIntake();
        AtomicReference<IntakeCommand.Terms> current = new AtomicReference<>(begin.terms());
        ActorRef<PollerCommand> poller = context.spawn(
                Poller.create(
                        rules.sessionId(),
                        context.getSelf(),
                        dependencies,
                        begin.token(),
                        begin.afterWebhook(),
                        current::get),
                "poller-" + ++takers);
        taker = new Taker(poller.narrow(), null, current);
    }

    private void beginWebhook(SessionEffect.BeginWebhook begin) {
        endIntake();
        Optional<URI> url = dependencies
                .webhooks()
                .url(new Webhooks.Address(rules.sessionId(), begin.terms().bot()));
        if (url.isEmpty()) {
            context.getSelf()
                    .tell(new SessionStep.WebhookUseless(
                            "Telegram can't reach this service, for VIBEE_PUBLIC_URL is not set"));
            return;
        }
        AtomicReference<IntakeCommand.Terms> current = new AtomicReference<>(begin.terms());
        ActorRef<WebhookCommand> webhook = context.spawn(
                WebhookIntake.create(
                        rules.sessionId(), context.getSelf(), dependencies, begin.token(), url.get(), current::get),
                "webhook-" + ++takers);
        taker = new Taker(webhook.narrow(), webhook, current);
    }

    private void beginBusiness(SessionEffect.BeginBusiness begin) {
        endIntake();
        AtomicReference<IntakeCommand.Terms> current = new AtomicReference<>(begin.terms());
        ActorRef<WebhookCommand> intake = context.spawn(
                BusinessIntake.create(rules.sessionId(), context.getSelf(), dependencies, current::get),
                "business-" + ++takers);
        taker = new Taker(intake.narrow(), intake, current);
    }

    private void takeIn(SessionEffect.TakeIn posted) {
        ActorRef<WebhookCommand> webhook = taker == null ? null : taker.webhook();
        if (webhook == null) {
            posted.replyTo().tell(Acceptance.LATER);
        } else {
            webhook.tell(new WebhookCommand.Post(posted.route(), posted.replyTo()));
        }
    }

    private void endIntake() {
        if (taker != null) {
            context.stop(taker.child());
            taker = null;
        }
    }

    private void removeWebhook(OpenToken token) {
        var unused = dependencies.telegram().deleteWebhook(token.clear()).exceptionally(failure -> {
            LOG.warn("the webhook of session {} was not removed: {}", rules.sessionId(), failure.toString());
            return Done.getInstance();
        });
    }

    private void offerParked(SessionEffect.OfferParked offer) {
        switch (offer.route()) {
            case Route.Routed routed ->
                context.askWithStatus(
                        Done.class,
                        dependencies.entities().chat(offer.chatId()),
                        STORE_WITHIN,
                        (ActorRef<StatusReply<Done>> replyTo) -> offer.terms().receive(routed, replyTo),
                        (done, failure) -> new ParkedTried(offer.chatId(), offer.parkedId(), outcome(done, failure)));
            case Route.ForOperator update ->
                context.pipeToSelf(
                        dependencies
                                .operatorUpdates()
                                .take(
                                        new OperatorUpdates.Operator(
                                                rules.sessionId(), offer.terms().bot()),
                                        update.update()),
                        (done, failure) ->
                                new ParkedTried(offer.chatId(), offer.parkedId(), outcome(update.update(), done)));
        }
    }

    private static ParkedTried.Outcome outcome(@Nullable Done done, @Nullable Throwable failure) {
        if (done != null) {
            return ParkedTried.Outcome.STORED;
        }
        return TelegramFailures.isFaultOfChat(failure)
                ? ParkedTried.Outcome.CHAT_FAILED
                : ParkedTried.Outcome.NOT_STORED;
    }

    private static ParkedTried.Outcome outcome(OperatorUpdate update, @Nullable Done done) {
        if (done != null) {
            return ParkedTried.Outcome.STORED;
        }
        return update.keeps() ? ParkedTried.Outcome.NOT_STORED : ParkedTried.Outcome.CHAT_FAILED;
    }

    private void findUnfinished(SessionEffect.FindUnfinished find) {
        context.pipeToSelf(
                dependencies.unfinished().within(find.owner(), rules.sessionId(), MOST_TOLD),
                (found, failure) -> new SessionStep.UnfinishedFound(
                        found == null ? List.of() : found, find.owner(), find.reason(), find.at(), failure));
    }

    private void tellStopped(SessionEffect.TellStopped tell) {
        tell.persistenceIds().stream()
                .flatMap(id -> EntityType.CHAT.entityId(id).stream())
                .map(chatId -> dependencies.entities().chat(chatId))
                .forEach(chat -> chat.tell(new ChatCommand.SessionStopped(tell.owner(), tell.reason(), tell.at())));
    }

    private static void report(Defect defect) {
        LOG.error("a defect in a session: {}", defect.kindAndPlace(), defect);
    }
}
