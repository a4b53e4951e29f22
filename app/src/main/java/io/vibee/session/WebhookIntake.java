package io.vibee.session;

import io.vibee.cluster.NodeParts;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.Acceptance;
import io.vibee.recovery.Backlog;
import io.vibee.recovery.Backoff;
import io.vibee.telegram.TelegramClient;
import io.vibee.telegram.TelegramFailure;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in what Telegram posts for a bot. It has Telegram post, looks now and then how that goes, and answers a post only when its chat
 * has stored it or the session has parked it, which is left to {@link UpdateDispatch}. A child of its session.
 */
final class WebhookIntake extends AbstractBehavior<WebhookCommand> {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookIntake.class);
    private static final Backoff SET_AGAIN = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60));

    /** Posts of one bot that Telegram may have open at once. */
    private static final int CONNECTIONS = 40;

    /** More are only there when a post was given up and came again. */
    private static final int MOST_AT_HAND = 2 * CONNECTIONS;

    private final ActorRef<SessionCommand> session;
    private final TelegramClient telegram;
    private final OpenToken token;
    private final URI url;
    private final String secret;
    private final PollingGate pollingGate;
    private final Backlog backlog;
    private final String sessionId;
    private final TimerScheduler<WebhookCommand> timers;
    private final UpdateDispatch dispatch;
    private final WebhookWatch watch;
    private final InstantSource clock;
    private int setFailedInARow;
    private int atHand;
    private boolean closed;

    /**
     * @param url where Telegram is to post
     * @param terms the session's terms of now, asked for by the intake's own thread: also when it begins again after a fault, which is
     *     when it has lost all that it was told
     */
    static Behavior<WebhookCommand> create(
            String sessionId,
            ActorRef<SessionCommand> session,
            SessionDependencies dependencies,
            OpenToken token,
            URI url,
            Supplier<IntakeCommand.Terms> terms) {
        return NodeParts.supervised(
                "webhook",
                sessionId,
                Behaviors.setup(context -> Behaviors.withMdc(
                        WebhookCommand.class,
                        Map.of("session_id", sessionId),
                        Behaviors.withTimers(timers ->
                                new WebhookIntake(context, timers, session, dependencies, token, url, terms.get())))));
    }

    private WebhookIntake(
            ActorContext<WebhookCommand> context,
            TimerScheduler<WebhookCommand> timers,
            ActorRef<SessionCommand> session,
            SessionDependencies dependencies,
            OpenToken token,
            URI url,
            IntakeCommand.Terms terms) {
        super(context);
        this.timers = timers;
        this.session = session;
        this.telegram = dependencies.telegram();
        this.token = token;
        this.url = url;
        this.secret = dependencies
                .webhooks()
                .secret(new Webhooks.Address(terms.carrier().sessionId(), terms.bot()));
        this.pollingGate = dependencies.pollingGate();
        this.backlog = dependencies.backlog();
        this.sessionId = terms.carrier().sessionId();
        this.clock = dependencies.clock();
        this.dispatch = new UpdateDispatch(context, timers, session, dependencies, terms);
        this.watch = new WebhookWatch(url.toString());
        pollingGate.begin(context.getSelf().narrow());
        context.getSelf().tell(WebhookCommand.SetWebhook.NOW);
    }

    @Override
    public Receive<WebhookCommand> createReceive() {
        return newReceiveBuilder()
                .onMessage(WebhookCommand.class, this::onCommand)
                .onSignal(PostStop.class, signal -> end())
                .onSignal(PreRestart.class, signal -> end())
                .build();
    }

    private Behavior<WebhookCommand> onCommand(WebhookCommand command) {
        switch (command) {
            case IntakeCommand.Terms changed -> dispatch.change(changed);
            case IntakeCommand.Close now -> closed = true;
            case IntakeCommand.HandoverStep step -> dispatch.on(step);
            case WebhookCommand.Post post -> take(post);
            case WebhookCommand.WebhookStep step -> {
                if (!closed) {
                    onWebhookStep(step);
                }
            }
        }
        return closed && dispatch.done() ? Behaviors.stopped() : this;
    }

    private void onWebhookStep(WebhookCommand.WebhookStep step) {
        switch (step) {
            case WebhookCommand.SetWebhook now -> set();
            case WebhookCommand.WasSet set -> wasSet(set);
            case WebhookCommand.Look now -> look();
            case WebhookCommand.Looked looked -> looked(looked);
            case WebhookCommand.NotLooked not -> notLooked(not.failure());
        }
    }

    private void take(WebhookCommand.Post post) {
        if (closed) {
            post.replyTo().tell(Acceptance.LATER);
            return;
        }
        if (atHand == MOST_AT_HAND || backlog.isFull(sessionId)) {
            post.replyTo().tell(Acceptance.NOT_WANTED);
            return;
        }
        watch.posted(clock.instant());
        atHand++;
        dispatch.take(post.route(), () -> {
            atHand--;
            post.replyTo().tell(Acceptance.KEPT);
        });
    }

    private void set() {
        getContext()
                .pipeToSelf(
                        telegram.setWebhook(token.clear(), url, secret, CONNECTIONS),
                        (done, failure) ->
                                new WebhookCommand.WasSet(failure == null ? null : TelegramFailures.of(failure)));
    }

    private void wasSet(WebhookCommand.WasSet set) {
        TelegramFailure failure = set.failure();
        switch (failure) {
            case null -> {
                setFailedInARow = 0;
                watch.set(clock.instant());
                session.tell(SessionStep.WebhookSet.NOW);
                after(WebhookCommand.Look.NOW, WebhookWatch.FIRST_LOOK);
            }
            case TelegramFailure.BadRequest refused ->
                session.tell(new SessionStep.WebhookUseless(refused.description()));
            case TelegramFailure.Unauthorized revoked ->
                session.tell(new SessionStep.IntakeFailed(token.stored(), revoked));
            case TelegramFailure.FloodWait wait -> setAgain(wait, wait.retryAfter());
            default ->
                setAgain(
                        failure,
                        SET_AGAIN.after(
                                ++setFailedInARow, ThreadLocalRandom.current().nextDouble()));
        }
    }

    private void setAgain(TelegramFailure failure, Duration delay) {
        session.tell(new SessionStep.IntakeFailed(token.stored(), failure));
        after(WebhookCommand.SetWebhook.NOW, delay);
    }

    private void look() {
        if (watch.isDoubtful(clock.instant())) {
            getContext()
                    .pipeToSelf(
                            telegram.getWebhookInfo(token.clear()),
                            (info, failure) -> info == null
                                    ? new WebhookCommand.NotLooked(TelegramFailures.of(failure))
                                    : new WebhookCommand.Looked(info));
        } else {
            lookLater();
        }
    }

    private void looked(WebhookCommand.Looked looked) {
        switch (watch.find(looked.info())) {
            case WebhookWatch.Finding.Fine fine -> {
                session.tell(SessionStep.WebhookSet.NOW);
                lookLater();
            }
            case WebhookWatch.Finding.Gone gone -> set();
            case WebhookWatch.Finding.Replaced replaced -> {
                String host = looked.info().host();
                LOG.warn("another webhook is set for this bot, at {}", host);
                session.tell(new SessionStep.WebhookTaken(host));
                lookLater();
            }
            case WebhookWatch.Finding.Useless useless -> session.tell(new SessionStep.WebhookUseless(useless.why()));
        }
    }

    /** While nobody writes, nothing else tells that the token was revoked. */
    private void notLooked(TelegramFailure failure) {
        if (failure instanceof TelegramFailure.Unauthorized revoked) {
            session.tell(new SessionStep.IntakeFailed(token.stored(), revoked));
        } else {
            lookLater();
        }
    }

    private void lookLater() {
        after(
                WebhookCommand.Look.NOW,
                WebhookWatch.LOOK_EVERY
                        .multipliedBy(80 + ThreadLocalRandom.current().nextInt(40))
                        .dividedBy(100));
    }

    private void after(WebhookCommand.WebhookStep step, Duration delay) {
        timers.startSingleTimer(step, step, delay);
    }

    private Behavior<WebhookCommand> end() {
        pollingGate.end(getContext().getSelf().narrow());
        return this;
    }
}
