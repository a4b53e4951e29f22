package io.vibee.chat;

import io.vibee.cluster.Defect;
import io.vibee.cluster.JournaledEntity.Then;
import io.vibee.protocol.Refusal;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent.TelegramChatChanged;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.DraftEnd;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.crypto.TextCipher;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * All that a chat decides, as one function: from its state, its memory and what it is told to the events to store, the effects to do
 * then and what to remember. It does one thing at a time: compose an answer, get a permit, send, record the outcome. Its journal is the
 * durable queue: a new incarnation goes on where the last one stopped.
 */
final class ChatMachine {

    private final String chatId;
    private final ChatRules rules;
    private final CallSteps callSteps;
    private final Answers answers;
    private final Previews previews;
    private final Summaries summaries;
    private final Outbox outbox;
    private final Faults faults;
    private final OwnerRequests requests;

    ChatMachine(String chatId, ChatRules rules) {
        this.chatId = chatId;
        this.rules = rules;
        ModelCalls calls = new ModelCalls(rules);
        this.answers = new Answers(rules, calls);
        this.previews = new Previews(rules, calls);
        this.summaries = new Summaries(rules, calls);
        this.outbox = new Outbox(rules);
        this.callSteps = new CallSteps(calls, answers, previews, summaries);
        this.requests = new OwnerRequests(rules);
        this.faults = new Faults(calls, callSteps);
    }

    /**
     * Decides on a command, and on what is next. A fault of its own code is the fault of what it was about: see {@link Faults}.
     *
     * @param seqNr the number of the chat's last event
     */
    ChatDecision step(ChatState state, ChatMemory memory, ChatCommand command, long seqNr) {
        Instant now = rules.clock().instant();
        Turn turn = attempt(
                new Turn(chatId, state, memory, now, seqNr),
                attempted -> decide(attempted, command),
                (anew, defect) -> faults.at(anew, command, defect));
        return attempt(turn, attempted -> goOn(attempted, command), ChatMachine::giveUpNext)
                .decision();
    }

    /** What a new incarnation begins with, also after a write that failed: what the last one was doing is forgotten, as in a crash. */
    ChatDecision recovered(ChatState state, ChatMemory before, @Nullable Defect blockedBy, long seqNr) {
        ChatMemory fresh = ChatMemory.EMPTY.withBlock(blockedBy);
        Turn turn = new Turn(
                chatId,
                state,
                before.key() instanceof HeldKey.Refused refused ? fresh.with(refused) : fresh,
                rules.clock().instant(),
                seqNr);
        turn.run(new ChatEffect.CancelTimers());
        KeySteps.load(turn, null);
        return turn.decision();
    }

    /** What is left to say when an incarnation ends: whoever asked for a preview may ask again. */
    static void gone(ChatMemory memory) {
        Previews.running(memory).forEach(preview -> preview.asked().replyTo().tell(Refusal.BUSY.reply()));
    }

    private static Turn attempt(Turn turn, Consumer<Turn> decide, BiConsumer<Turn, Defect> onFault) {
        Turn attempted = turn.copy();
        try {
            decide.accept(attempted);
            return attempted;
        } catch (RuntimeException | Error failure) {
            if (Defect.isFatal(failure)) {
                throw failure;
            }
            Defect defect = Defect.of(failure);
            turn.run(new ChatEffect.Report(defect));
            onFault.accept(turn, defect);
            return turn;
        }
    }

    private void decide(Turn turn, ChatCommand command) {
        switch (command) {
            case ChatCommand.Receive receive -> receive(turn, receive);
            case ChatCommand.ChangeTelegramChat change -> changeTelegramChat(turn, change);
            case ChatCommand.SessionStopped stopped -> {
                if (turn.isOwnedBy(stopped.owner())) {
                    Outbox.abandon(turn, stopped.reason(), stopped.at());
                }
            }
            case ChatCommand.GetChat get -> get(turn, get);
            case ChatCommand.Configure configure ->
                asOwner(turn, configure.owner(), configure.replyTo(), key -> requests.configure(turn, key, configure));
            case ChatCommand.DecideOnContact decide ->
                asOwner(turn, decide.owner(), decide.replyTo(), key -> requests.decide(turn, key, decide));
            case ChatCommand.ChangeMode change ->
                asOwner(turn, change.owner(), change.replyTo(), key -> requests.changeMode(turn, key, change));
            case ChatCommand.Send send ->
                asOwner(turn, send.owner(), send.replyTo(), key -> OwnerRequests.send(turn, key, send));
            case ChatCommand.Preview preview ->
                asOwner(turn, preview.owner(), preview.replyTo(), key -> previews.begin(turn, preview, key));
            case ChatCommand.RetryDeadLetter retry ->
                asOwner(turn, retry.owner(), retry.replyTo(), key -> OwnerRequests.retry(turn, key, retry));
            case ChatCommand.RetryDeadLetters retry ->
                asOwner(turn, retry.owner(), retry.replyTo(), key -> OwnerRequests.retryAll(turn, key, retry));
            case ChatCommand.DropDeadLetter drop ->
                asOwner(turn, drop.owner(), drop.replyTo(), key -> OwnerRequests.drop(turn, drop));
            case ChatCommand.TakeOver take ->
                asOwner(turn, take.owner(), take.replyTo(), key -> requests.takeOver(turn, key, take));
            case ChatCommand.EndTakeover end ->
                asOwner(turn, end.owner(), end.replyTo(), key -> requests.endTakeover(turn, key, end));
            case ChatCommand.ApproveDraft approve ->
                asOwner(turn, approve.owner(), approve.replyTo(), key -> Proposals.approve(turn, key, approve));
            case ChatCommand.DiscardDraft discard ->
                asOwner(turn, discard.owner(), discard.replyTo(), key -> Proposals.discard(turn, key, discard));
            case ChatCommand.Erase erase -> KeySteps.erase(turn, erase);
            case ChatCommand.Wake wake -> {
                if (turn.state().underReview() && turn.key().isEmpty()) {
                    turn.stash();
                } else {
                    Outbox.lookForSender(turn);
                    turn.key().ifPresent(key -> Newcomers.tell(turn, key));
                    turn.run(new ChatEffect.Reply<>(wake.replyTo(), Done.getInstance()));
                }
            }
            case ChatCommand.Internal internal -> decide(turn, (ChatStep) internal);
        }
    }

    private void decide(Turn turn, ChatStep step) {
        switch (step) {
            case ChatStep.KeyReady ready -> KeySteps.ready(turn, ready.key());
            case ChatStep.KeyUnavailable unavailable -> KeySteps.unavailable(turn, unavailable.ownerErased());
            case ChatStep.LoadKey again -> {
                turn.remember(turn.memory().with(new HeldKey.Absent()));
                KeySteps.load(turn, null);
                // Before the first message only whoever sent it knows the owner: it is looked at again.
                turn.then(Then.UNSTASH);
            }
            case ChatStep.KeyErased erased -> KeySteps.erased(turn, erased);
            case ChatStep.GrantAnswered answered -> callSteps.grantAnswered(turn, answered);
            case ChatStep.Recalled recalled -> callSteps.recalled(turn, recalled);
            case ChatStep.Composed composed -> callSteps.composed(turn, composed);
            case ChatStep.PermitAnswered answered -> outbox.onPermitAnswered(turn, answered.reply());
            case ChatStep.PermitOverdue overdue -> outbox.onPermitOverdue(turn);
            case ChatStep.DeliveryAnswered answered -> outbox.onDeliveryAnswered(turn, answered);
            case ChatStep.SenderFound found -> outbox.onSenderFound(turn, found);
            case ChatStep.ShowTyping typing -> showTyping(turn);
            case ChatStep.ShowLivePreview draft -> showLivePreview(turn);
            case ChatStep.EffectFailed failed -> faults.ofEffect(turn, failed.effect(), failed.defect());
            case ChatStep.Proceed proceed -> {}
            case ChatStep.Idle idle -> {
                if (turn.activity() instanceof Activity.None && !turn.state().unfinished()) {
                    turn.run(new ChatEffect.Passivate());
                }
            }
            case ChatStep.Stop stop -> turn.remember(turn.memory().stopped());
        }
    }

    // What comes from outside.

    private void receive(Turn turn, ChatCommand.Receive receive) {
        ChatState state = turn.state();
        if (receive.incoming() instanceof Incoming.Membership && (state.profile() == null || state.erased())) {
            // Nobody wrote there: no chat is opened for it.
            turn.reply(receive.replyTo(), StatusReply.ack());
            return;
        }
        Optional<TextCipher> key = turn.key();
        if (key.isEmpty()) {
            KeySteps.load(turn, receive.owner());
            if (turn.memory().key() instanceof HeldKey.Refused) {
                turn.refuse(receive.replyTo(), Refusal.ACCOUNT_NOT_FOUND);
            } else {
                turn.stash();
            }
            return;
        }
        ReceiveDecision decision = new ReceiveDecision(
                key.get(),
                new ReceiveDecision.Circumstances(
                        turn.now(), rules.answerWithin(), rules.random().nextDouble(), rules.repeats()));
        turn.store(decision.receive(state, receive));
        if (turn.storesSomething()) {
            Proposals.afterReceiving(turn, receive.incoming());
            Newcomers.afterReceiving(turn, key.get(), receive.incoming());
            if (receive.incoming() instanceof Incoming.Message message && message.hand() == Incoming.Hand.OWNER) {
                Takeovers.byWriting(turn);
            }
        }
        turn.reply(receive.replyTo(), StatusReply.ack());
    }

    private static void changeTelegramChat(Turn turn, ChatCommand.ChangeTelegramChat change) {
        Profile profile = turn.state().profile();
        if (profile != null && profile.telegramChatId() != change.telegramChatId()) {
            turn.store(new TelegramChatChanged(turn.head(), change.telegramChatId()));
        }
        turn.reply(change.replyTo(), StatusReply.ack());
    }

    private void get(Turn turn, ChatCommand.GetChat get) {
        if (turn.state().erased() && turn.isOwnedBy(get.owner())) {
            turn.reply(
                    get.replyTo(),
                    StatusReply.success(
                            ChatViews.ofErased(chatId, turn.state(), rules.pause(), turn.now(), turn.seqNr())));
        } else {
            asOwner(turn, get.owner(), get.replyTo(), key -> requests.get(turn, key, get));
        }
    }

    private static <T> void asOwner(
            Turn turn, String owner, ActorRef<StatusReply<T>> replyTo, Consumer<TextCipher> request) {
        if (!turn.isOwnedBy(owner) || turn.state().erased()) {
            turn.refuse(replyTo, Refusal.CHAT_NOT_FOUND);
        } else {
            turn.key().ifPresentOrElse(request, turn::stash);
        }
    }

    // What is shown while an answer comes.

    private static void showTyping(Turn turn) {
        ChatState state = turn.state();
        if (turn.activity() instanceof Activity.Answering
                && !state.pending().isEmpty()
                && !Proposals.needLeave(state)) {
            Profile profile = turn.profile();
            turn.run(new ChatEffect.ShowTyping(
                    turn.sessionId(),
                    profile.telegramChatId(),
                    state.pending().getFirst().messageThreadId(),
                    profile.carrier().businessConnectionId()));
        }
    }

    private static void showLivePreview(Turn turn) {
        if (turn.activity() instanceof Activity.Answering answering) {
            Optional<Pending> pending = turn.memory()
                    .call(answering.messageId())
                    .filter(call -> call.stage() == ModelCall.Stage.TEXT)
                    .flatMap(call -> turn.state().pending(call.id()));
            pending.filter(message -> LivePreview.isShown(turn.profile()))
                    .ifPresent(message -> turn.run(new ChatEffect.ShowLivePreview(
                            turn.sessionId(),
                            turn.profile().telegramChatId(),
                            message.messageThreadId(),
                            LivePreview.draftId(message))));
        }
    }

    // One thing after another.

    /** Begins the next thing when nothing is done; stops instead when it was asked to, except while something is on its way. */
    private void goOn(Turn turn, ChatCommand command) {
        if (turn.memory().stopping()) {
            if (!(turn.activity() instanceof Activity.Delivering)) {
                if (turn.state().unfinished()) {
                    turn.run(new ChatEffect.GoOnElsewhere());
                }
                turn.then(Then.STOP);
            }
            return;
        }
        boolean waitIsOver = command == ChatStep.Proceed.NOW || turn.storesSomething();
        if (turn.activity() instanceof Activity.Waiting && waitIsOver) {
            turn.end();
        }
        int stored;
        do {
            stored = turn.count();
            next(turn);
        } while (turn.count() > stored);
    }

    /** What is next could not be decided on: what comes after it can. */
    private static void giveUpNext(Turn turn, Defect defect) {
        int stored = turn.count();
        Faults.giveUpNext(turn, defect);
        if (turn.count() > stored) {
            turn.run(new ChatEffect.Tell(ChatStep.Proceed.NOW));
        }
    }

    private void next(Turn turn) {
        Optional<TextCipher> key = turn.key();
        ChatState state = turn.state();
        if (!(turn.activity() instanceof Activity.None) || key.isEmpty() || state.profile() == null || state.erased()) {
            return;
        }
        Defect blockedBy = turn.memory().blockedBy();
        if (blockedBy != null) {
            turn.remember(turn.memory().withBlock(null));
            Faults.giveUpNext(turn, blockedBy);
            return;
        }
        Work next = Work.next(state, turn.now(), rules.repliesPerMinute(), rules.pause());
        if (key.get().erased() && !(next instanceof Work.ResolveDoubt)) {
            KeySteps.end(turn);
            return;
        }
        switch (next) {
            case Work.Nothing nothing -> summaries.look(turn);
            case Work.WaitUntil wait -> turn.pause(Duration.between(turn.now(), wait.time()));
            case Work.ResolveDoubt doubt ->
                turn.store(DeliveryDecision.inDoubt(
                        doubt.out(), turn.profile().settings().whenInDoubt(), turn.head()));
            case Work.GiveUp empty -> turn.store(DeadLetters.nothingToSend(empty.out(), turn.head()));
            case Work.Supersede older ->
                turn.store(DeadLetters.notAnswered(older.pending(), NotAnsweredReason.SUPERSEDED, turn.head()));
            case Work.AskLeave ask -> Proposals.propose(turn, ask.out());
            case Work.Expire expire -> Proposals.close(turn, expire.proposal(), DraftEnd.EXPIRED, null);
            case Work.CloseWindow closed -> Outbox.abandon(turn, NotAnsweredReason.WINDOW_CLOSED, Instant.MAX);
            case Work.TooLate late -> turn.store(DeliveryDecision.tooLate(late.out(), turn.head()));
            case Work.Send send -> Outbox.begin(turn, null);
            case Work.Compose compose -> answers.begin(turn, compose.pending());
        }
    }
}
