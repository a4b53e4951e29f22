package io.vibee.chat;

import io.vibee.chat.Activity.Draft;
import io.vibee.cluster.Entities;
import io.vibee.metrics.Metrics;
import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.protocol.account.AccountCommand.GrantReply;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.ChatConfigured;
import io.vibee.protocol.chat.ChatEvent.DeadLettered;
import io.vibee.protocol.chat.ChatEvent.DeliveryStarted;
import io.vibee.protocol.chat.ChatEvent.NotAnswered;
import io.vibee.protocol.chat.ChatEvent.ReplyDrafted;
import io.vibee.protocol.chat.ChatEvent.TelegramChatChanged;
import io.vibee.protocol.chat.ChatSettings;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Outgoing;
import io.vibee.protocol.chat.ChatState.Pending;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.ChatView;
import io.vibee.protocol.chat.DraftOrigin;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.SlotReply;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.stored.EventHead;
import io.vibee.reply.PredefinedAnswers;
import io.vibee.reply.PromptAssembly;
import io.vibee.reply.ReplyEngine;
import io.vibee.reply.ReplyOutcome;
import io.vibee.work.JournalTags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.pattern.StatusReply;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandlerWithReply;
import org.apache.pekko.persistence.typed.javadsl.EffectBuilder;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehaviorWithEnforcedReplies;
import org.apache.pekko.persistence.typed.javadsl.ReplyEffect;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One chat of a session. It stores what comes, and does one thing at a time: compose an answer, get a permit, send, record the
 * outcome. Its journal is the durable queue: a new incarnation goes on where the last one stopped. What to decide is in
 * {@link Reception}, {@link Work}, {@link Composition} and {@link DeliveryDecision}; here it is stored and done.
 */
public final class Chat extends EventSourcedBehaviorWithEnforcedReplies<ChatCommand, ChatEvent, ChatState> {

    public static final EntityTypeKey<ChatCommand> TYPE_KEY = EntityTypeKey.create(ChatCommand.class, "Chat");

    /** Texts of the owner that may wait to be sent. */
    static final int MOST_OUTGOING = 100;

    private static final Logger LOG = LoggerFactory.getLogger(Chat.class);
    private static final int SNAPSHOT_EVERY = 100;
    private static final Duration IDLE = Duration.ofMinutes(2);
    private static final Duration SLOT_WITHIN = Duration.ofSeconds(5);
    private static final Duration LONGEST_SLOT_WAIT = Duration.ofMinutes(2);
    /** An answer that is there sooner, or is not given at all, needs no call to Telegram to announce it. */
    private static final Duration TYPING_AFTER = Duration.ofMillis(300);

    private static final Duration TYPING_EVERY = Duration.ofSeconds(4);
    private static final Duration KEY_AGAIN_AFTER = Duration.ofSeconds(1);
    private static final Duration ASK_AGAIN_AFTER = Duration.ofSeconds(1);

    private static final Activity NOTHING = new Activity.None();

    /**
     * What a chat of this node works with.
     *
     * @param engineWithin the longest time after which the engine has given an outcome
     * @param answerWithin see {@link Reception.Circumstances}
     * @param repliesPerMinute see {@link Work}
     */
    public record Dependencies(
            Entities entities,
            KeyStore keys,
            ActorRef<ReplyEngine.Command> engine,
            Duration engineWithin,
            PromptAssembly prompts,
            PredefinedAnswers predefined,
            Metrics metrics,
            Duration answerWithin,
            int repliesPerMinute,
            InstantSource clock,
            RandomGenerator random) {}

    private final String chatId;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final Dependencies dependencies;
    private final ActorContext<ChatCommand> context;
    private final TimerScheduler<ChatCommand> timers;
    private final Neighbours neighbours;
    private final ChatMeter meter;
    private Activity activity = NOTHING;
    private @Nullable DataKey key;
    private boolean keyWanted;
    private boolean stopping;
    private @Nullable String ownersLanguage;

    public static Behavior<ChatCommand> create(
            String chatId, ActorRef<ClusterSharding.ShardCommand> shard, Dependencies dependencies) {
        return Behaviors.setup(context -> Behaviors.withMdc(
                ChatCommand.class,
                Map.of("chat_id", chatId),
                Behaviors.withTimers(timers -> new Chat(chatId, shard, dependencies, context, timers))));
    }

    /** Asks a chat to stop: at once, or when the outcome of what it is sending is stored. */
    public static ChatCommand stopMessage() {
        return ChatStep.Stop.NOW;
    }

    private Chat(
            String chatId,
            ActorRef<ClusterSharding.ShardCommand> shard,
            Dependencies dependencies,
            ActorContext<ChatCommand> context,
            TimerScheduler<ChatCommand> timers) {
        super(
                PersistenceId.of(TYPE_KEY.name(), chatId),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
        this.chatId = chatId;
        this.shard = shard;
        this.dependencies = dependencies;
        this.context = context;
        this.timers = timers;
        this.neighbours = new Neighbours(chatId, context, dependencies);
        this.meter = new ChatMeter(dependencies.metrics());
        context.setReceiveTimeout(IDLE, ChatStep.Idle.NOW);
    }

    @Override
    public ChatState emptyState() {
        return ChatState.EMPTY;
    }

    @Override
    public EventHandler<ChatState, ChatEvent> eventHandler() {
        return ChatHistory::apply;
    }

    @Override
    public Set<String> tagsFor(ChatEvent event) {
        return JournalTags.of(event);
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, 1);
    }

    @Override
    public SignalHandler<ChatState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.class, (state, signal) -> recovered(state))
                .onSignal(PostStop.class, (state, signal) -> meter.stopped())
                .onSignal(PreRestart.class, (state, signal) -> meter.stopped())
                .build();
    }

    /** Also after a write that failed, when this same object starts again: what it was doing then is forgotten, as in a crash. */
    private void recovered(ChatState state) {
        idle();
        key = null;
        keyWanted = false;
        meter.waiting(state);
        loadKey(state, null);
    }

    @Override
    public CommandHandlerWithReply<ChatCommand, ChatEvent, ChatState> commandHandler() {
        return this::onCommand;
    }

    private ReplyEffect<ChatEvent, ChatState> onCommand(ChatState state, ChatCommand command) {
        return switch (command) {
            case ChatCommand.Receive receive -> onReceive(state, receive);
            case ChatCommand.ChangeTelegramChat change -> onChangeTelegramChat(state, change);
            case ChatCommand.SessionStopped stopped ->
                owned(state, stopped.owner())
                        ? abandon(state, stopped.reason(), stopped.at())
                        : Effect().noReply();
            case ChatCommand.GetChat get -> onGet(state, get);
            case ChatCommand.Configure configure -> onConfigure(state, configure);
            case ChatCommand.Send send -> onSend(state, send);
            case ChatCommand.Wake wake -> Effect().reply(wake.replyTo(), Done.getInstance());
            case ChatCommand.Internal internal -> onStep(state, (ChatStep) internal);
        };
    }

    private ReplyEffect<ChatEvent, ChatState> onStep(ChatState state, ChatStep step) {
        return switch (step) {
            case ChatStep.KeyReady ready -> {
                key = ready.key();
                proceed();
                yield Effect().noReply().thenUnstashAll();
            }
            case ChatStep.KeyUnavailable unavailable -> {
                LOG.warn("the chat's key can't be had: {}", unavailable.cause().toString());
                timers.startSingleTimer(ChatStep.LoadKey.NOW, KEY_AGAIN_AFTER);
                yield Effect().noReply();
            }
            case ChatStep.LoadKey again -> {
                keyWanted = false;
                loadKey(state, null);
                // Before the first message only whoever sent it knows the owner: it is looked at again.
                yield Effect().noReply().thenUnstashAll();
            }
            case ChatStep.Proceed proceed -> onProceed(state);
            case ChatStep.GrantAnswered answered -> onGrantAnswered(state, answered);
            case ChatStep.Composed composed -> onComposed(state, composed);
            case ChatStep.SlotAnswered answered -> onSlotAnswered(state, answered.reply());
            case ChatStep.SlotOverdue overdue -> onSlotOverdue(state);
            case ChatStep.DeliveryAnswered answered -> onDeliveryAnswered(state, answered);
            case ChatStep.ShowTyping typing -> {
                neighbours.showTyping(state);
                yield Effect().noReply();
            }
            case ChatStep.Idle idle -> {
                if (activity instanceof Activity.None && !state.unfinished()) {
                    shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
                }
                yield Effect().noReply();
            }
            case ChatStep.Stop stop -> {
                stopping = true;
                yield activity instanceof Activity.Delivering
                        ? Effect().noReply()
                        : Effect().stop().thenNoReply();
            }
        };
    }

    // What comes from outside.

    private ReplyEffect<ChatEvent, ChatState> onReceive(ChatState state, ChatCommand.Receive receive) {
        DataKey known = key;
        if (known == null) {
            loadKey(state, receive.owner());
            return Effect().stash();
        }
        Reception reception = new Reception(
                known,
                new Reception.Circumstances(
                        now(),
                        dependencies.answerWithin(),
                        dependencies.random().nextDouble()));
        return store(state, reception.receive(state, receive))
                .thenReply(receive.replyTo(), stored -> StatusReply.ack());
    }

    private ReplyEffect<ChatEvent, ChatState> onChangeTelegramChat(
            ChatState state, ChatCommand.ChangeTelegramChat change) {
        Profile profile = state.profile();
        List<ChatEvent> events = profile == null || profile.telegramChatId() == change.telegramChatId()
                ? List.of()
                : List.of(new TelegramChatChanged(head(state), change.telegramChatId()));
        return store(state, events).thenReply(change.replyTo(), stored -> StatusReply.ack());
    }

    private ReplyEffect<ChatEvent, ChatState> onGet(ChatState state, ChatCommand.GetChat get) {
        if (!owned(state, get.owner())) {
            return Effect().reply(get.replyTo(), StatusReply.error(ChatCommand.NOT_FOUND));
        }
        DataKey known = key;
        return known == null
                ? Effect().stash()
                : Effect().reply(get.replyTo(), StatusReply.success(Views.of(chatId, state, known)));
    }

    private ReplyEffect<ChatEvent, ChatState> onConfigure(ChatState state, ChatCommand.Configure configure) {
        if (!owned(state, configure.owner())) {
            return Effect().reply(configure.replyTo(), StatusReply.error(ChatCommand.NOT_FOUND));
        }
        DataKey known = key;
        if (known == null) {
            return Effect().stash();
        }
        if (known.erased()) {
            return Effect().reply(configure.replyTo(), StatusReply.error(ChatCommand.NOT_FOUND));
        }
        ChatView.Config config = configure.config();
        ChatSettings settings = new ChatSettings(
                config.mode(),
                SealedWords.seal(known, config.triggerWords()),
                config.responseProbability(),
                config.onFailure(),
                config.whenInDoubt());
        return store(state, List.of(new ChatConfigured(head(state), settings)))
                .thenReply(configure.replyTo(), stored -> StatusReply.success(Views.of(chatId, stored, known)));
    }

    private ReplyEffect<ChatEvent, ChatState> onSend(ChatState state, ChatCommand.Send send) {
        if (!owned(state, send.owner())) {
            return Effect().reply(send.replyTo(), StatusReply.error(ChatCommand.NOT_FOUND));
        }
        DataKey known = key;
        if (known == null) {
            return Effect().stash();
        }
        if (known.erased()) {
            return Effect().reply(send.replyTo(), StatusReply.error(ChatCommand.NOT_FOUND));
        }
        String idempotencyKey = send.idempotencyKey();
        String fingerprint = idempotencyKey == null ? null : known.fingerprint(idempotencyKey);
        String text = known.fingerprint(send.text());
        if (fingerprint != null) {
            for (ChatState.Accepted accepted : state.accepted()) {
                String[] both = accepted.idempotencyKey().split(" ", 2);
                if (both[0].equals(fingerprint)) {
                    return Effect()
                            .reply(
                                    send.replyTo(),
                                    both[1].equals(text)
                                            ? StatusReply.success(new ChatCommand.Queued(accepted.draftId()))
                                            : StatusReply.error(ChatCommand.KEY_REUSED));
                }
            }
        }
        if (state.outbox().size() >= MOST_OUTGOING) {
            return Effect().reply(send.replyTo(), StatusReply.error(ChatCommand.OVERLOADED));
        }
        String draftId = nextDraftId(state);
        ReplyDrafted drafted = new ReplyDrafted(
                head(state),
                draftId,
                null,
                composition(known).seal(send.text()),
                null,
                new DraftOrigin.Owner(),
                fingerprint == null ? null : fingerprint + " " + text);
        return store(state, List.of(drafted))
                .thenReply(send.replyTo(), stored -> StatusReply.success(new ChatCommand.Queued(draftId)));
    }

    // One thing after another.

    private ReplyEffect<ChatEvent, ChatState> onProceed(ChatState state) {
        Profile profile = state.profile();
        if (!(activity instanceof Activity.None) || key == null || profile == null) {
            return Effect().noReply();
        }
        return switch (Work.next(state, now(), dependencies.repliesPerMinute())) {
            case Work.Nothing nothing -> Effect().noReply();
            case Work.WaitUntil wait -> {
                proceedAfter(Duration.between(now(), wait.time()));
                yield Effect().noReply();
            }
            case Work.ResolveDoubt doubt ->
                storeAndProceed(
                        state,
                        DeliveryDecision.inDoubt(doubt.out(), profile.settings().whenInDoubt(), head(state)));
            case Work.Send send -> {
                awaitSlot(profile, null);
                yield Effect().noReply();
            }
            case Work.Compose compose -> {
                askLeave(profile, compose.pending());
                yield Effect().noReply();
            }
        };
    }

    private void askLeave(Profile profile, Pending pending) {
        activity = new Activity.Granting(pending.messageId());
        timers.startTimerWithFixedDelay(ChatStep.ShowTyping.NOW, ChatStep.ShowTyping.NOW, TYPING_AFTER, TYPING_EVERY);
        neighbours.askLeave(profile, pending.messageId());
    }

    private ReplyEffect<ChatEvent, ChatState> onGrantAnswered(ChatState state, ChatStep.GrantAnswered answered) {
        Profile profile = state.profile();
        if (profile == null) {
            return Effect().noReply();
        }
        if (!activity.equals(new Activity.Granting(answered.messageId()))) {
            if (answered.reply() instanceof GrantReply.Granted
                    && !activity.equals(new Activity.Composing(answered.messageId()))) {
                neighbours.giveBack(profile, answered.messageId());
            }
            return Effect().noReply();
        }
        Optional<Pending> pending = pending(state, answered.messageId());
        if (pending.isEmpty()) {
            if (answered.reply() instanceof GrantReply.Granted) {
                neighbours.giveBack(profile, answered.messageId());
            }
            return idleAndProceed();
        }
        return switch (answered.reply()) {
            case GrantReply.Granted granted -> compose(state, profile, pending.get(), granted);
            case GrantReply.Exhausted exhausted -> notAnswered(state, answered.messageId(), NotAnsweredReason.QUOTA);
            case GrantReply.Quiet quiet -> notAnswered(state, answered.messageId(), NotAnsweredReason.QUIET_HOURS);
            case GrantReply.Unavailable unavailable -> {
                LOG.debug("the account can't grant a call now: {}", unavailable.why());
                idle();
                proceedAfter(ASK_AGAIN_AFTER);
                yield Effect().noReply();
            }
        };
    }

    private ReplyEffect<ChatEvent, ChatState> compose(
            ChatState state, Profile profile, Pending pending, GrantReply.Granted granted) {
        ownersLanguage = granted.language();
        var request = composition(requireKey()).request(state, profile, pending, granted);
        if (request.isEmpty()) {
            neighbours.giveBack(profile, pending.messageId());
            return notAnswered(state, pending.messageId(), NotAnsweredReason.ERASED);
        }
        activity = new Activity.Composing(pending.messageId());
        neighbours.compose(request.get());
        return Effect().noReply();
    }

    private ReplyEffect<ChatEvent, ChatState> onComposed(ChatState state, ChatStep.Composed composed) {
        Profile profile = state.profile();
        if (profile == null) {
            return Effect().noReply();
        }
        neighbours.settle(profile, composed.messageId(), composed.outcome());
        if (!activity.equals(new Activity.Composing(composed.messageId()))) {
            return Effect().noReply();
        }
        Optional<Pending> found = pending(state, composed.messageId());
        if (found.isEmpty()) {
            return idleAndProceed();
        }
        Composition composition = composition(requireKey());
        Composition.Result result = switch (composed.outcome()) {
            case ReplyOutcome.Answered answered -> composition.result(found.get(), answered);
            case ReplyOutcome.Failed failed ->
                composition.result(found.get(), failed, profile.settings(), ownersLanguage, head(state));
            case ReplyOutcome.Saturated saturated -> {
                idle();
                proceedAfter(saturated
                        .retryAfter()
                        .multipliedBy(100 + dependencies.random().nextInt(50))
                        .dividedBy(100));
                yield new Composition.Result.Ended(List.of());
            }
        };
        return switch (result) {
            case Composition.Result.Answer answer -> {
                awaitSlot(profile, answer.draft());
                yield Effect().noReply();
            }
            case Composition.Result.Ended ended
            when ended.events().isEmpty() -> Effect().noReply();
            case Composition.Result.Ended ended -> {
                idle();
                yield storeAndProceed(state, ended.events());
            }
        };
    }

    // Permits and deliveries.

    private void awaitSlot(Profile profile, @Nullable Draft draft) {
        timers.cancel(ChatStep.ShowTyping.NOW);
        activity = new Activity.AwaitingSlot(draft);
        timers.startSingleTimer(ChatStep.SlotOverdue.NOW, SLOT_WITHIN);
        neighbours.requestSlot(profile);
    }

    private ReplyEffect<ChatEvent, ChatState> onSlotAnswered(ChatState state, SlotReply reply) {
        Profile profile = state.profile();
        if (!(activity instanceof Activity.AwaitingSlot awaiting) || profile == null) {
            if (reply instanceof SlotReply.Granted granted && profile != null) {
                neighbours.release(profile, granted);
            }
            return Effect().noReply();
        }
        Draft draft = awaiting.draft();
        return switch (reply) {
            case SlotReply.Granted granted -> {
                timers.cancel(ChatStep.SlotOverdue.NOW);
                yield start(state, profile, draft, granted);
            }
            case SlotReply.Waiting waiting -> {
                timers.startSingleTimer(ChatStep.SlotOverdue.NOW, LONGEST_SLOT_WAIT);
                activity = new Activity.AwaitingSlot(null);
                yield draft == null || pending(state, draft.inReplyTo()).isEmpty()
                        ? Effect().noReply()
                        : store(state, List.of(drafted(state, draft))).thenNoReply();
            }
            case SlotReply.Refused refused -> {
                timers.cancel(ChatStep.SlotOverdue.NOW);
                yield abandon(
                        state,
                        refused.phase() == Phase.PAUSED ? NotAnsweredReason.PAUSED : NotAnsweredReason.DISCONNECTED,
                        Instant.MAX);
            }
        };
    }

    private ReplyEffect<ChatEvent, ChatState> start(
            ChatState state, Profile profile, @Nullable Draft draft, SlotReply.Granted slot) {
        List<ChatEvent> events = new ArrayList<>(2);
        String draftId;
        if (draft != null && pending(state, draft.inReplyTo()).isPresent()) {
            ReplyDrafted drafted = drafted(state, draft);
            events.add(drafted);
            draftId = drafted.draftId();
        } else if (Work.next(state, now(), 0) instanceof Work.Send send) {
            draftId = send.out().draftId();
        } else {
            neighbours.release(profile, slot);
            return idleAndProceed();
        }
        Outgoing out = outgoing(ChatHistory.apply(state, events), draftId).orElseThrow();
        events.add(new DeliveryStarted(head(state), draftId, out.nextPart(), out.attempts() + 1));
        activity = new Activity.Delivering(draftId, out.nextPart());
        return store(state, events)
                .thenRun(stored -> deliver(profile, slot, out))
                .thenNoReply();
    }

    private void deliver(Profile profile, SlotReply.Granted slot, Outgoing out) {
        String draftId = out.draftId();
        int part = out.nextPart();
        Optional<String> text = requireKey().open(out.parts().get(part));
        if (text.isEmpty()) {
            neighbours.release(profile, slot);
            context.getSelf()
                    .tell(new ChatStep.DeliveryAnswered(
                            draftId, part, new DeliveryOutcome.RefusedByTelegram(0, "the text was erased", -1)));
            return;
        }
        neighbours.deliver(profile, slot, out, text.get());
    }

    private ReplyEffect<ChatEvent, ChatState> onSlotOverdue(ChatState state) {
        if (!(activity instanceof Activity.AwaitingSlot awaiting)) {
            return Effect().noReply();
        }
        idle();
        Draft draft = awaiting.draft();
        List<ChatEvent> events =
                draft == null || pending(state, draft.inReplyTo()).isEmpty()
                        ? List.of()
                        : List.of(drafted(state, draft));
        return storeAndProceed(state, events);
    }

    private ReplyEffect<ChatEvent, ChatState> onDeliveryAnswered(ChatState state, ChatStep.DeliveryAnswered answered) {
        Profile profile = state.profile();
        if (profile == null || !activity.equals(new Activity.Delivering(answered.draftId(), answered.part()))) {
            return Effect().noReply();
        }
        idle();
        return outgoing(state, answered.draftId())
                .map(out -> storeAndProceed(
                        state,
                        DeliveryDecision.of(
                                state,
                                out,
                                answered.outcome(),
                                profile.settings().whenInDoubt(),
                                head(state),
                                dependencies.random().nextDouble())))
                .orElseGet(this::idleAndProceed);
    }

    // Endings.

    private ReplyEffect<ChatEvent, ChatState> notAnswered(ChatState state, String messageId, NotAnsweredReason reason) {
        idle();
        return storeAndProceed(state, List.of(new NotAnswered(head(state), messageId, reason)));
    }

    /** The session stopped sending: nothing from before that goes out. What is on its way keeps its outcome. */
    private ReplyEffect<ChatEvent, ChatState> abandon(ChatState state, NotAnsweredReason reason, Instant at) {
        List<ChatEvent> events = new ArrayList<>();
        EventHead head = head(state);
        for (Outgoing out : state.outbox()) {
            String inReplyTo = out.inReplyTo();
            boolean onItsWay = activity instanceof Activity.Delivering delivering
                    && delivering.draftId().equals(out.draftId());
            if (onItsWay || !out.receivedAt().isBefore(at)) {
                continue;
            }
            events.add(
                    out.answer() && inReplyTo != null
                            ? new NotAnswered(head, inReplyTo, reason)
                            : new DeadLettered(
                                    head, inReplyTo, out.draftId(), "the session does not send", out.attempts()));
        }
        state.pending().stream()
                .filter(pending -> pending.receivedAt().isBefore(at))
                .forEach(pending -> events.add(new NotAnswered(head, pending.messageId(), reason)));
        if (activity instanceof Activity.AwaitingSlot || abandoned(state, at)) {
            idle();
        }
        return events.isEmpty() ? Effect().noReply() : storeAndProceed(state, events);
    }

    /** Whether what is composed now is not wanted any more: nobody waits for its model. */
    private boolean abandoned(ChatState state, Instant at) {
        String messageId = switch (activity) {
            case Activity.Granting granting -> granting.messageId();
            case Activity.Composing composing -> composing.messageId();
            case Activity.None none -> "";
            case Activity.AwaitingSlot awaiting -> "";
            case Activity.Delivering delivering -> "";
        };
        return pending(state, messageId)
                .filter(pending -> pending.receivedAt().isBefore(at))
                .isPresent();
    }

    // Storing.

    private EffectBuilder<ChatEvent, ChatState> store(ChatState state, List<ChatEvent> events) {
        if (events.isEmpty()) {
            return Effect().none();
        }
        boolean open = ChatHistory.apply(state, events).unfinished();
        List<ChatEvent> stored = events.stream()
                .map(event -> event.withHead(event.head().withOpen(open)))
                .toList();
        return Effect().persist(stored).thenRun(after -> {
            meter.stored(state, stored, now());
            meter.waiting(after);
            proceed();
        });
    }

    private ReplyEffect<ChatEvent, ChatState> storeAndProceed(ChatState state, List<ChatEvent> events) {
        if (events.isEmpty()) {
            proceed();
        }
        return store(state, events).thenNoReply();
    }

    private ReplyEffect<ChatEvent, ChatState> idleAndProceed() {
        idle();
        proceed();
        return Effect().noReply();
    }

    private void idle() {
        activity = NOTHING;
        timers.cancel(ChatStep.ShowTyping.NOW);
        timers.cancel(ChatStep.SlotOverdue.NOW);
    }

    private void proceed() {
        if (activity instanceof Activity.None) {
            context.getSelf().tell(stopping ? ChatStep.Stop.NOW : ChatStep.Proceed.NOW);
        }
    }

    private void proceedAfter(Duration delay) {
        timers.startSingleTimer(ChatStep.Proceed.NOW, ChatStep.Proceed.NOW, delay.isNegative() ? Duration.ZERO : delay);
    }

    private void loadKey(ChatState state, @Nullable String newOwner) {
        if (keyWanted) {
            return;
        }
        Profile profile = state.profile();
        if (profile != null) {
            keyWanted = true;
            neighbours.loadKey(profile);
        } else if (newOwner != null) {
            keyWanted = true;
            neighbours.obtainKey(newOwner);
        }
    }

    private ReplyDrafted drafted(ChatState state, Draft draft) {
        return new ReplyDrafted(
                head(state),
                nextDraftId(state),
                draft.inReplyTo(),
                draft.parts(),
                draft.messageThreadId(),
                draft.origin(),
                null);
    }

    private static String nextDraftId(ChatState state) {
        return "out" + (state.counter() + 1);
    }

    private EventHead head(ChatState state) {
        Profile profile = state.profile();
        return profile == null
                ? new EventHead("", "", false, now())
                : new EventHead(profile.owner(), profile.carrier().sessionId(), false, now());
    }

    private Composition composition(DataKey known) {
        return new Composition(chatId, known, dependencies.prompts(), dependencies.predefined());
    }

    private DataKey requireKey() {
        DataKey known = key;
        if (known == null) {
            throw new IllegalStateException("nothing is composed or sent before the key is there");
        }
        return known;
    }

    private static Optional<Pending> pending(ChatState state, String messageId) {
        return state.pending().stream()
                .filter(pending -> pending.messageId().equals(messageId))
                .findFirst();
    }

    private static Optional<Outgoing> outgoing(ChatState state, String draftId) {
        return state.outbox().stream()
                .filter(out -> out.draftId().equals(draftId))
                .findFirst();
    }

    private static boolean owned(ChatState state, String owner) {
        Profile profile = state.profile();
        return profile != null && profile.owner().equals(owner);
    }

    private Instant now() {
        return dependencies.clock().instant();
    }
}
