package io.vibee.session;

import io.vibee.metrics.LivePreviewOutcome;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.telegram.RefusalScope;
import io.vibee.telegram.SendRequest;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes out through one session: who gets a permit, what is sent under it, and what is still on its way. Nothing goes out without
 * a valid permit or while Telegram says to wait. What an outcome means for the session and its journal is left to the session.
 */
final class Sending {

    private static final Logger LOG = LoggerFactory.getLogger(Sending.class);

    private final ActorContext<SessionCommand> context;
    private final TimerScheduler<SessionCommand> timers;
    private final Session.Dependencies dependencies;
    private final SendPermits permits;
    private final LivePreviews drafts;
    private final LiveStatus live;
    private @Nullable OpenToken token;
    private int onTheirWay;
    private boolean draining;
    private Instant noTypingUntil = Instant.EPOCH;

    /**
     * @param incarnation makes permits of another incarnation unknown to this one
     */
    Sending(
            String incarnation,
            ActorContext<SessionCommand> context,
            TimerScheduler<SessionCommand> timers,
            Session.Dependencies dependencies,
            LiveStatus live) {
        this.live = live;
        this.context = context;
        this.timers = timers;
        this.dependencies = dependencies;
        this.permits = new SendPermits(dependencies.sendsPerSecond(), incarnation);
        this.drafts = new LivePreviews(dependencies.sendsPerSecond());
    }

    /** From now on it sends as this bot. */
    void begin(OpenToken sender) {
        token = sender;
        serve();
    }

    /** Until it begins anew, who asks for a permit waits. */
    void suspend() {
        token = null;
    }

    /** Until it begins anew, nothing is sent; who waits for a permit learns why. */
    void end(Phase phase) {
        suspend();
        permits.close().forEach(waiting -> waiting.tell(new PermitReply.Refused(phase)));
    }

    /** No permit is given any more, for good. Permits given before hold, and each send's end asks the session again to stop. */
    void drain() {
        draining = true;
    }

    boolean draining() {
        return draining;
    }

    /** Whether nothing is on its way. */
    boolean idle() {
        return onTheirWay == 0;
    }

    void request(SessionCommand.RequestPermit request) {
        permits.request(request.chatId(), request.telegramChatId(), request.replyTo(), granting(), now());
        serve();
    }

    void release(String permitId) {
        permits.done(permitId);
        serve();
    }

    /** Gives permits to those who wait, now and when their time comes. */
    void serve() {
        live.sendsAgain(now());
        if (granting()) {
            permits.serve(now())
                    .ifPresent(next -> timers.startSingleTimer(
                            SessionStep.ServePermits.NOW, SessionStep.ServePermits.NOW, Duration.between(now(), next)));
        }
    }

    /** Refuses at once, or sends: then answered by {@link SessionStep.SendAnswered}. */
    void deliver(SessionCommand.Deliver deliver) {
        OpenToken sender = token;
        if (sender == null || !permits.use(deliver.permitId(), deliver.chatId(), now())) {
            deliver.replyTo().tell(new DeliveryOutcome.NotSent("the permit is not valid", 0));
            return;
        }
        Duration held = permits.heldFor(now());
        if (held.isPositive()) {
            permits.done(deliver.permitId());
            deliver.replyTo().tell(new DeliveryOutcome.NotSent("Telegram said to wait meanwhile", held.toMillis()));
            return;
        }
        SessionCommand.OutgoingText message = deliver.message();
        SendRequest request = new SendRequest(
                message.telegramChatId(),
                message.text(),
                message.entities(),
                message.linkPreview(),
                message.messageThreadId(),
                message.businessConnectionId(),
                null);
        context.pipeToSelf(
                drafts.replaced(message.telegramChatId())
                        .thenCompose(draft -> inThread(
                                message.messageThreadId(),
                                thread -> dependencies.telegram().sendMessage(sender.clear(), request.in(thread)))),
                (messageId, failure) -> messageId != null
                        ? new SessionStep.SendAnswered(deliver, sender.stored(), messageId, null)
                        : new SessionStep.SendAnswered(deliver, sender.stored(), null, TelegramFailures.of(failure)));
        onTheirWay++;
    }

    /** A send is over: its permit is free for others, and Telegram's word to wait holds for all. Gives what its chat is to be told. */
    DeliveryOutcome answered(SessionStep.SendAnswered answered) {
        permits.done(answered.deliver().permitId());
        // One that an earlier start of this session sent was not counted by this one.
        onTheirWay = Math.max(0, onTheirWay - 1);
        if (draining) {
            context.getSelf().tell(SessionStep.Stop.NOW);
        }
        Long messageId = answered.messageId();
        TelegramFailure failure = answered.failure();
        if (failure instanceof TelegramFailure.FloodWait wait) {
            permits.hold(now().plus(wait.retryAfter()));
            live.held(now().plus(permits.heldFor(now())), now());
        }
        serve();
        return messageId != null || failure == null
                ? new DeliveryOutcome.Sent(messageId == null ? 0 : messageId)
                : DeliveryOutcomes.of(failure);
    }

    /** Best effort: nobody waits for it. Sent at all, it is answered by {@link SessionStep.LivePreviewAnswered}. */
    void showLivePreview(SessionCommand.ShowLivePreview draft) {
        OpenToken sender = token;
        long chat = draft.telegramChatId();
        if (sender == null || draining || permits.heldFor(now()).isPositive() || !drafts.take(chat, now())) {
            return;
        }
        CompletionStage<Done> sent = inThread(
                draft.messageThreadId(),
                thread ->
                        dependencies.telegram().sendDraft(sender.clear(), chat, thread, draft.draftId(), draft.text()));
        drafts.sending(chat, sent);
        context.pipeToSelf(
                sent,
                (done, failure) ->
                        new SessionStep.LivePreviewAnswered(chat, done != null ? null : TelegramFailures.of(failure)));
    }

    /** After a 429 no draft is shown for a while, and never more where Telegram takes none; what is sent goes on. */
    void livePreviewAnswered(SessionStep.LivePreviewAnswered answered) {
        drafts.ended(answered.telegramChatId());
        TelegramFailure failure = answered.failure();
        dependencies.metrics().drafted(failure == null ? LivePreviewOutcome.SENT : LivePreviewOutcome.REFUSED);
        if (failure instanceof TelegramFailure.FloodWait wait) {
            drafts.rest(wait.retryAfter(), now());
        } else if (failure instanceof TelegramFailure.BadRequest) {
            drafts.giveUpIn(answered.telegramChatId());
        } else if (failure instanceof TelegramFailure.NotFound) {
            if (drafts.giveUp()) {
                LOG.info("Telegram takes no drafts of answers, so none are shown: {}", failure.summary());
            }
        } else if (failure != null) {
            LOG.debug("a draft was not shown: {}", failure.summary());
        }
    }

    /** Best effort: nobody waits for it. Not where a draft tells the same, nor while Telegram says to wait. */
    void showTyping(SessionCommand.ShowTyping typing) {
        OpenToken sender = token;
        boolean told = drafts.tells(typing.telegramChatId(), now());
        if (sender == null || told || permits.heldFor(now()).isPositive() || now().isBefore(noTypingUntil)) {
            return;
        }
        CompletionStage<Done> shown = inThread(
                typing.messageThreadId(),
                thread -> dependencies
                        .telegram()
                        .sendTyping(sender.clear(), typing.telegramChatId(), thread, typing.businessConnectionId()));
        ActorRef<SessionCommand> self = context.getSelf();
        shown.exceptionally(thrown -> {
            TelegramFailure failure = TelegramFailures.of(thrown);
            LOG.debug("typing was not shown: {}", failure.summary());
            if (failure instanceof TelegramFailure.FloodWait wait) {
                self.tell(new SessionStep.TypingHeld(wait.retryAfter()));
            }
            return Done.getInstance();
        });
    }

    /** Telegram has had too much of "typing": it is not shown for so long. */
    void typingHeld(Duration retryAfter) {
        noTypingUntil = now().plus(retryAfter);
    }

    /** Once more outside of any thread when Telegram knows no such thread: better said there than not at all. */
    private static <T> CompletionStage<T> inThread(
            @Nullable Integer threadId, Function<@Nullable Integer, CompletionStage<T>> call) {
        CompletionStage<T> first = call.apply(threadId);
        return threadId == null
                ? first
                : first.exceptionallyCompose(failure -> RefusalScope.isOfMissingThread(TelegramFailures.of(failure))
                        ? call.apply(null)
                        : CompletableFuture.failedStage(failure));
    }

    private boolean granting() {
        return token != null && !draining;
    }

    private Instant now() {
        return dependencies.clock().instant();
    }
}
