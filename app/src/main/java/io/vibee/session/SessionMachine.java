package io.vibee.session;

import io.vibee.chat.ChatIds;
import io.vibee.cluster.Defect;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.Acceptance;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.Incarnation;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.session.SessionState.Secretary;
import io.vibee.protocol.session.SessionStatus;
import io.vibee.protocol.session.SessionView;
import io.vibee.telegram.TelegramFailure;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that a session decides, without an actor: from its state and what it is told to the events to store and the effects to do then.
 * What it knows only while it lives (permits, what is on its way, which chats are asked) it keeps here, in plain objects. Its journal
 * does not have that, so a permit of another incarnation is never honoured. Not thread-safe.
 */
final class SessionMachine {

    private static final Logger LOG = LoggerFactory.getLogger(SessionMachine.class);

    private final SessionRules rules;
    private final LiveStatus live = new LiveStatus();
    private final Sender sender;
    private final Parking parking;
    private final Intake intake;
    private final SessionLifecycle lifecycle;

    SessionMachine(SessionRules rules) {
        this.rules = rules;
        this.sender = new Sender(rules, live);
        this.parking = new Parking(rules);
        this.intake = new Intake(rules, live, sender);
        this.lifecycle = new SessionLifecycle(live, sender, parking, intake);
    }

    /** What it is doing right now; null when there is no such session, or not any more. */
    @Nullable
    SessionStatus status() {
        return live.counted();
    }

    /** What a new incarnation begins with, also after a write that failed: what was under way is forgotten, as in a crash. */
    SessionDecision recovered(SessionState state) {
        SessionTurn turn = new SessionTurn(rules, state);
        lifecycle.recovered(turn);
        return turn.decision();
    }

    /**
     * Decides on a command. A fault of its own code is that command's: the same one would fail again, and others wait behind it. Whoever
     * asked is refused; see {@link Faults}.
     */
    SessionDecision step(SessionState state, SessionCommand command) {
        SessionTurn turn = new SessionTurn(rules, state);
        try {
            decide(turn, command);
            return turn.decision();
        } catch (RuntimeException | Error failure) {
            if (Defect.isFatal(failure) || !Faults.isOfOneCommand(command)) {
                throw failure;
            }
            Defect defect = Defect.of(failure);
            SessionTurn anew = new SessionTurn(rules, state);
            anew.run(new SessionEffect.Report(defect));
            Faults.refuse(anew, command, defect);
            undo(anew, command);
            return anew.decision();
        }
    }

    private void undo(SessionTurn turn, SessionCommand command) {
        switch (command) {
            case SessionCommand.Deliver deliver -> sender.release(turn, deliver.permitId());
            case SessionStep.SendAnswered answered -> lifecycle.stopIfDrained(turn);
            case SessionStep.ParkedTried tried -> parking.notStored(turn, tried.chatId());
            default -> {}
        }
    }

    private void decide(SessionTurn turn, SessionCommand command) {
        SessionState state = turn.state();
        Secretary secretary = SecretarySends.secretary(state).orElse(null);
        if (secretary != null && SecretarySends.decide(turn, secretary, command)) {
            return;
        }
        switch (command) {
            case SessionCommand.ConnectBusiness connect ->
                decided(
                        turn,
                        LifeDecision.connectBusiness(state, turn.head(connect.owner()), connect),
                        connect.replyTo());
            case SessionCommand.Connect connect ->
                decided(turn, LifeDecision.connect(state, turn.head(connect.owner()), connect), connect.replyTo());
            case SessionCommand.ReplaceToken replace ->
                decided(turn, LifeDecision.replaceToken(state, turn.head(replace.owner()), replace), replace.replyTo());
            case SessionCommand.GetToken get -> token(turn, get);
            case SessionCommand.GetSession get -> shown(turn, get.owner(), get.replyTo(), () -> view(turn));
            case SessionCommand.Pause pause ->
                decided(turn, LifeDecision.pause(state, turn.head(pause.owner())), pause.replyTo());
            case SessionCommand.Resume resume ->
                decided(turn, LifeDecision.resume(state, turn.head(resume.owner())), resume.replyTo());
            case SessionCommand.ChangeDefaultMode change ->
                decided(
                        turn,
                        LifeDecision.changeDefaultMode(state, turn.head(change.owner()), change),
                        change.replyTo());
            case SessionCommand.ChangeReview change ->
                decided(turn, LifeDecision.changeReview(state, turn.head(change.owner()), change), change.replyTo());
            case SessionCommand.ChangeDelivery change ->
                decided(turn, LifeDecision.changeDelivery(state, turn.head(change.owner()), change), change.replyTo());
            case SessionCommand.Disconnect disconnect ->
                decided(
                        turn,
                        LifeDecision.disconnect(state, turn.head(disconnect.owner())),
                        disconnect.replyTo(),
                        Done::getInstance);
            // A person's notes to themselves are nobody's to answer.
            case SessionCommand.TakeIn posted
            when secretary != null
                    && secretary.link().telegramUserId() == posted.place().telegramChatId() ->
                turn.reply(posted.replyTo(), Acceptance.KEPT);
            case SessionCommand.TakeIn posted ->
                take(turn, new Route.Routed(posted.place(), posted.incoming()), posted.replyTo());
            case SessionCommand.TakeInMigration posted ->
                take(
                        turn,
                        new Route.Migration(posted.fromTelegramChatId(), posted.toTelegramChatId()),
                        posted.replyTo());
            case SessionCommand.RequestPermit request -> requestPermit(turn, request);
            case SessionCommand.ReleasePermit release -> sender.release(turn, release.permitId());
            case SessionCommand.Deliver deliver -> sender.deliver(turn, deliver);
            case SessionCommand.ShowLivePreview preview -> sender.showLivePreview(turn, preview);
            case SessionCommand.MarkRead mark -> sender.markRead(turn, mark);
            case SessionCommand.ShowTyping typing -> sender.showTyping(turn, typing);
            case SessionCommand.Identify identify ->
                turn.reply(identify.replyTo(), new Incarnation(rules.incarnation()));
            case SessionCommand.Wake wake -> turn.reply(wake.replyTo(), Done.getInstance());
            case SessionCommand.Internal internal -> decide(turn, (SessionStep) internal);
        }
    }

    private void decide(SessionTurn turn, SessionStep step) {
        switch (step) {
            case SessionStep.KeyReady ready -> lifecycle.unlock(turn, ready);
            case SessionStep.KeyUnavailable unavailable -> lifecycle.keyUnavailable(turn, unavailable);
            case SessionStep.LoadKey again -> lifecycle.loadKey(turn);
            case SessionStep.SendAnswered answered -> sendAnswered(turn, answered);
            case SessionStep.LivePreviewAnswered answered -> sender.livePreviewAnswered(turn, answered);
            case SessionStep.TypingHeld held -> sender.typingHeld(turn, held.retryAfter());
            case SessionStep.ServePermits serve -> sender.serve(turn);
            case SessionStep.Polled polled -> {
                if (turn.state().phase() == Phase.ACTIVE) {
                    live.polled(polled.updates(), turn.now());
                }
            }
            case SessionStep.IntakeFailed failed -> intakeFailed(turn, failed);
            case SessionStep.WebhookSet set -> {
                if (turn.state().phase() == Phase.ACTIVE) {
                    live.webhookSet(turn.now());
                }
            }
            case SessionStep.WebhookTaken taken -> {
                if (turn.state().phase() == Phase.ACTIVE) {
                    live.conflict("another webhook is set for this bot, at " + taken.host()
                            + "; pause and resume the session to take it over");
                }
            }
            case SessionStep.WebhookUseless useless -> intake.pollInstead(turn, useless.why());
            case SessionStep.TryWebhook again -> intake.tryWebhook(turn);
            case SessionStep.Migrated migrated -> migrated(turn, migrated);
            case SessionStep.Park park -> parking.park(turn, park);
            case SessionStep.RetryParked retry -> parking.retry(turn, retry.chatId());
            case SessionStep.ParkedTried tried -> parking.tried(turn, tried);
            case SessionStep.UnfinishedFound found -> tellStopped(turn, found);
            case SessionStep.OwnerFound owner -> {
                if (!owner.incarnation().id().equals(rules.incarnation())) {
                    LOG.warn("another incarnation owns this session: this one stops");
                    lifecycle.stop(turn);
                }
            }
            case SessionStep.Stop stop -> lifecycle.stop(turn);
            case SessionStep.EffectFailed failed -> effectFailed(turn, failed.effect(), failed.defect());
        }
    }

    // What its owner wishes.

    private void decided(SessionTurn turn, LifeDecision decision, ActorRef<StatusReply<SessionView>> replyTo) {
        decided(turn, decision, replyTo, () -> view(turn));
    }

    /**
     * @param answer from the state after the decision
     */
    private <T> void decided(
            SessionTurn turn, LifeDecision decision, ActorRef<StatusReply<T>> replyTo, Supplier<T> answer) {
        switch (decision) {
            case LifeDecision.Unknown unknown -> unknown(turn, replyTo);
            case LifeDecision.Refused refused ->
                turn.reply(replyTo, refused.why().reply());
            case LifeDecision.Unchanged unchanged -> turn.reply(replyTo, StatusReply.success(answer.get()));
            case LifeDecision.Changed changed -> {
                lifecycle.store(turn, changed.event());
                turn.reply(replyTo, StatusReply.success(answer.get()));
            }
        }
    }

    private <T> void shown(SessionTurn turn, String owner, ActorRef<StatusReply<T>> replyTo, Supplier<T> what) {
        if (LifeDecision.known(turn.state(), owner)) {
            turn.reply(replyTo, StatusReply.success(what.get()));
        } else {
            unknown(turn, replyTo);
        }
    }

    private void token(SessionTurn turn, SessionCommand.GetToken get) {
        if (SecretarySends.link(turn.state()).isPresent()) {
            turn.reply(get.replyTo(), Refusal.NO_TOKEN.reply());
        } else {
            shown(turn, get.owner(), get.replyTo(), () -> SessionViews.token(turn.state()));
        }
    }

    private <T> void unknown(SessionTurn turn, ActorRef<StatusReply<T>> replyTo) {
        SessionLifecycle.forgetIfGone(turn);
        turn.reply(replyTo, Refusal.SESSION_NOT_FOUND.reply());
    }

    private SessionView view(SessionTurn turn) {
        return SessionViews.of(rules.sessionId(), turn.state(), live);
    }

    private static void tellStopped(SessionTurn turn, SessionStep.UnfinishedFound found) {
        if (found.failure() != null) {
            LOG.warn(
                    "chats can't be told that the session stopped: {}",
                    found.failure().toString());
        }
        turn.run(new SessionEffect.TellStopped(found.persistenceIds(), found.owner(), found.reason(), found.at()));
    }

    // Taking in.

    private void take(SessionTurn turn, Route route, ActorRef<Acceptance> replyTo) {
        SessionLifecycle.forgetIfGone(turn);
        intake.take(turn, route, replyTo);
    }

    private void intakeFailed(SessionTurn turn, SessionStep.IntakeFailed failed) {
        TelegramFailure failure = failed.failure();
        if (failure instanceof TelegramFailure.Unauthorized) {
            storeIfNew(turn, LifeDecision.revoke(turn.state(), turn.head(), failed.token()));
            return;
        }
        if (turn.state().phase() != Phase.ACTIVE) {
            return;
        }
        if (failure instanceof TelegramFailure.Conflict) {
            live.conflict(failure.summary());
            turn.run(new SessionEffect.FindOwner());
        } else {
            live.backingOff(failure, turn.now());
        }
        LOG.warn("updates can't be had: {}", failure.summary());
    }

    /** A group became a supergroup, as a message in it says. */
    private void migrated(SessionTurn turn, SessionStep.Migrated migrated) {
        String earlier = turn.state().migrated().get(migrated.fromTelegramChatId());
        String chatId = earlier != null ? earlier : ChatIds.of(rules.sessionId(), migrated.fromTelegramChatId());
        var moved = new SessionEvent.ChatMigrated(
                turn.head(), chatId, migrated.fromTelegramChatId(), migrated.toTelegramChatId());
        LifeDecision decision = LifeDecision.migrate(turn.state(), moved);
        storeIfNew(turn, decision);
        if (decision instanceof LifeDecision.Changed) {
            turn.run(new SessionEffect.TellMigrated(moved));
        }
        turn.reply(migrated.replyTo(), !(decision instanceof LifeDecision.Unknown));
    }

    // Sending.

    private void requestPermit(SessionTurn turn, SessionCommand.RequestPermit request) {
        if (turn.state().phase() == Phase.ACTIVE) {
            sender.request(turn, request);
        } else {
            SessionLifecycle.forgetIfGone(turn);
            turn.reply(request.replyTo(), new PermitReply.Refused(turn.state().phase()));
        }
    }

    private void sendAnswered(SessionTurn turn, SessionStep.SendAnswered answered) {
        SessionCommand.Deliver deliver = answered.deliver();
        sender.landed(deliver);
        DeliveryOutcome outcome = sender.answered(turn, answered);
        if (answered.failure() instanceof TelegramFailure.Unauthorized) {
            boolean replaced = !answered.token().equals(turn.connection().token());
            outcome = replaced ? new DeliveryOutcome.NotSent("the token was replaced", 0) : outcome;
            storeIfNew(turn, LifeDecision.revoke(turn.state(), turn.head(), answered.token()));
        } else if (outcome instanceof DeliveryOutcome.Migrated migrated) {
            var moved = new SessionEvent.ChatMigrated(
                    turn.head(), deliver.chatId(), deliver.message().telegramChatId(), migrated.toTelegramChatId());
            storeIfNew(turn, LifeDecision.migrate(turn.state(), moved));
        }
        turn.reply(deliver.replyTo(), outcome);
        lifecycle.stopIfDrained(turn);
    }

    /** For what happened to a session: nobody is refused when it changes nothing. */
    private void storeIfNew(SessionTurn turn, LifeDecision decision) {
        if (decision instanceof LifeDecision.Changed changed) {
            lifecycle.store(turn, changed.event());
        }
    }

    /** What an effect would have brought comes in another way, or not at all. */
    private void effectFailed(SessionTurn turn, SessionEffect effect, Defect defect) {
        switch (effect) {
            case SessionEffect.Send send -> {
                sender.landed(send.deliver());
                sender.serve(turn);
                turn.reply(send.deliver().replyTo(), Faults.neverSent(defect));
                lifecycle.stopIfDrained(turn);
            }
            case SessionEffect.ShowLivePreview show ->
                sender.livePreviewAnswered(
                        turn, new SessionStep.LivePreviewAnswered(show.preview().telegramChatId(), null));
            case SessionEffect.OfferParked offer -> parking.notStored(turn, offer.chatId());
            case SessionEffect.LoadKey load ->
                lifecycle.keyUnavailable(turn, new SessionStep.KeyUnavailable(load.load(), defect));
            // Nothing would begin it again, so the session does.
            case SessionEffect.BeginPolling begin -> throw new IllegalStateException("no poller", defect);
            case SessionEffect.BeginBusiness begin -> throw new IllegalStateException("no intake", defect);
            case SessionEffect.BeginWebhook begin -> throw new IllegalStateException("no intake", defect);
            case SessionEffect.TakeIn posted -> turn.reply(posted.replyTo(), Acceptance.KEPT);
            default -> {}
        }
    }
}
