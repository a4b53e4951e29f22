package io.vibee.session;

import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes out through one session: who gets a permit, what is sent under it, and what is still on its way. Nothing goes out without
 * a valid permit or while Telegram says to wait. What an outcome means for the session and its journal is left to
 * {@link SessionMachine}.
 */
final class Sender {

    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

    private final SendPermits permits;
    private final LivePreviews previews;
    private final LiveStatus live;
    private @Nullable OpenToken token;
    private int onTheirWay;
    private boolean draining;
    private Instant noTypingUntil = Instant.EPOCH;

    Sender(SessionRules rules, LiveStatus live) {
        this.live = live;
        this.permits = new SendPermits(rules.sendsPerSecond(), rules.incarnation());
        this.previews = new LivePreviews(rules.sendsPerSecond());
    }

    /** From now on it sends as this bot. */
    void begin(SessionTurn turn, OpenToken sender) {
        token = sender;
        serve(turn);
    }

    /** As which bot it sends now; null when it does not. */
    @Nullable
    OpenToken token() {
        return token;
    }

    /** Until it begins anew, who asks for a permit waits. */
    void suspend() {
        token = null;
    }

    /** Until it begins anew, nothing is sent; who waits for a permit learns why. */
    void end(SessionTurn turn, Phase phase) {
        suspend();
        permits.close().forEach(waiting -> turn.reply(waiting, new PermitReply.Refused(phase)));
    }

    /** No permit is given any more, for good. Permits given before hold. */
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

    void request(SessionTurn turn, SessionCommand.RequestPermit request) {
        permits.request(request.chatId(), request.telegramChatId(), request.replyTo(), granting(), turn.now())
                .ifPresent(reply -> turn.reply(request.replyTo(), reply));
        serve(turn);
    }

    void release(SessionTurn turn, String permitId) {
        permits.done(permitId);
        serve(turn);
    }

    /** Gives permits to those who wait, now and when their time comes. */
    void serve(SessionTurn turn) {
        live.sendsAgain(turn.now());
        if (granting()) {
            SendPermits.Served served = permits.serve(turn.now());
            served.grants().forEach(grant -> turn.reply(grant.to(), grant.permit()));
            served.next()
                    .ifPresent(next -> turn.timer(SessionStep.ServePermits.NOW, Duration.between(turn.now(), next)));
        }
    }

    /** Refuses at once, or sends. */
    void deliver(SessionTurn turn, SessionCommand.Deliver deliver) {
        OpenToken sender = token;
        if (sender == null || !permits.use(deliver.permitId(), deliver.chatId(), turn.now())) {
            turn.reply(deliver.replyTo(), new DeliveryOutcome.NotSent("the permit is not valid", 0));
            return;
        }
        Duration held = permits.heldFor(turn.now());
        if (held.isPositive()) {
            permits.done(deliver.permitId());
            turn.reply(
                    deliver.replyTo(), new DeliveryOutcome.NotSent("Telegram said to wait meanwhile", held.toMillis()));
            return;
        }
        previews.replaced(deliver.message().telegramChatId());
        turn.run(new SessionEffect.Send(sender, deliver));
        onTheirWay++;
    }

    /** A send is over, or was never begun: its permit is free for others. */
    void landed(SessionCommand.Deliver deliver) {
        permits.done(deliver.permitId());
        // One that an earlier start of this session sent was not counted by this one.
        onTheirWay = Math.max(0, onTheirWay - 1);
    }

    /** Telegram answered a send: its word to wait holds for all. Gives what the chat is to be told. */
    DeliveryOutcome answered(SessionTurn turn, SessionStep.SendAnswered answered) {
        Long messageId = answered.messageId();
        TelegramFailure failure = answered.failure();
        if (failure instanceof TelegramFailure.FloodWait wait) {
            permits.hold(turn.now().plus(wait.retryAfter()));
            live.held(turn.now().plus(permits.heldFor(turn.now())), turn.now());
        }
        serve(turn);
        return messageId != null || failure == null
                ? new DeliveryOutcome.Sent(messageId == null ? 0 : messageId)
                : DeliveryOutcomes.of(failure);
    }

    /** Best effort: nobody waits for it. */
    void showLivePreview(SessionTurn turn, SessionCommand.ShowLivePreview preview) {
        OpenToken sender = token;
        long chat = preview.telegramChatId();
        if (sender == null
                || draining
                || permits.heldFor(turn.now()).isPositive()
                || !previews.take(chat, turn.now())) {
            return;
        }
        turn.run(new SessionEffect.ShowLivePreview(sender, preview));
    }

    /** After a 429 none is shown for a while, and never more where Telegram takes none; what is sent goes on. */
    void livePreviewAnswered(SessionTurn turn, SessionStep.LivePreviewAnswered answered) {
        previews.ended(answered.telegramChatId());
        TelegramFailure failure = answered.failure();
        if (failure instanceof TelegramFailure.FloodWait wait) {
            previews.rest(wait.retryAfter(), turn.now());
        } else if (failure instanceof TelegramFailure.BadRequest) {
            previews.giveUpIn(answered.telegramChatId());
        } else if (failure instanceof TelegramFailure.NotFound) {
            if (previews.giveUp()) {
                LOG.info("Telegram takes no drafts of answers, so none are shown: {}", failure.summary());
            }
        } else if (failure != null) {
            LOG.debug("a draft was not shown: {}", failure.summary());
        }
    }

    /** Best effort: nobody waits for it. Not while Telegram says to wait. */
    void markRead(SessionTurn turn, SessionCommand.MarkRead mark) {
        OpenToken sender = token;
        if (sender != null && !permits.heldFor(turn.now()).isPositive()) {
            turn.run(new SessionEffect.MarkRead(sender, mark));
        }
    }

    /** Best effort: nobody waits for it. Not where a live preview tells the same, nor while Telegram says to wait. */
    void showTyping(SessionTurn turn, SessionCommand.ShowTyping typing) {
        OpenToken sender = token;
        boolean told = previews.tells(typing.telegramChatId(), turn.now());
        if (sender == null
                || told
                || permits.heldFor(turn.now()).isPositive()
                || turn.now().isBefore(noTypingUntil)) {
            return;
        }
        turn.run(new SessionEffect.ShowTyping(sender, typing));
    }

    /** Telegram has had too much of "typing": it is not shown for so long. */
    void typingHeld(SessionTurn turn, Duration retryAfter) {
        noTypingUntil = turn.now().plus(retryAfter);
    }

    private boolean granting() {
        return token != null && !draining;
    }
}
