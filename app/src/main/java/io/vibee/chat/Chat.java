package io.vibee.chat;

import io.vibee.cluster.Defect;
import io.vibee.cluster.Entities;
import io.vibee.cluster.NodeParts;
import io.vibee.metrics.Metrics;
import io.vibee.persistence.erasure.Erasures;
import io.vibee.persistence.keys.DataKey;
import io.vibee.persistence.keys.KeyStore;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatEvent.ChatErased;
import io.vibee.protocol.chat.ChatEvent.TelegramChatChanged;
import io.vibee.protocol.chat.ChatState;
import io.vibee.protocol.chat.ChatState.Profile;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.reply.PredefinedAnswers;
import io.vibee.reply.PromptAssembly;
import io.vibee.reply.ReplyEngine;
import io.vibee.work.Backlog;
import io.vibee.work.JournalTags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
 * outcome. Its journal is the durable queue: a new incarnation goes on where the last one stopped. What comes is judged by
 * {@link Reception}, what is next by {@link Work}; {@link Answering} and {@link Sending} do it. Here it is stored.
 */
public final class Chat extends EventSourcedBehaviorWithEnforcedReplies<ChatCommand, ChatEvent, ChatState> {

    public static final EntityTypeKey<ChatCommand> TYPE_KEY = EntityTypeKey.create(ChatCommand.class, "Chat");

    private static final Logger LOG = LoggerFactory.getLogger(Chat.class);
    private static final int SNAPSHOT_EVERY = 100;
    private static final Duration IDLE = Duration.ofMinutes(2);

    /**
     * What a chat of this node works with.
     *
     * @param engineWithin the longest time after which the engine has given an outcome
     * @param answerWithin see {@link Reception.Circumstances}
     * @param repliesPerMinute see {@link Work}
     * @param repeats see {@link Flood}
     */
    public record Dependencies(
            Entities entities,
            KeyStore keys,
            Erasures erasures,
            ActorRef<ReplyEngine.Command> engine,
            Duration engineWithin,
            PromptAssembly prompts,
            Recall recall,
            PredefinedAnswers predefined,
            ModelCosts costs,
            Metrics metrics,
            Backlog backlog,
            Duration answerWithin,
            int repliesPerMinute,
            int repeats,
            InstantSource clock,
            RandomGenerator random) {}

    private final String chatId;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final Dependencies dependencies;
    private final ActorContext<ChatCommand> context;
    private final ChatMeter meter;
    private final Neighbours neighbours;
    private final CurrentActivity current;
    private final ChatKey key;
    private final Answering answering;
    private final Asides asides;
    private final Sending sending;
    private final Faults.Crashes crashes;

    public static Behavior<ChatCommand> create(
            String chatId, ActorRef<ClusterSharding.ShardCommand> shard, Dependencies dependencies) {
        Faults.Crashes crashes = new Faults.Crashes();
        return NodeParts.supervised(
                "chat",
                chatId,
                Behaviors.setup(context -> Behaviors.withMdc(
                        ChatCommand.class,
                        Map.of("chat_id", chatId),
                        Behaviors.withTimers(
                                timers -> new Chat(chatId, shard, dependencies, context, timers, crashes)))),
                crashes::failed);
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
            TimerScheduler<ChatCommand> timers,
            Faults.Crashes crashes) {
        super(
                PersistenceId.of(TYPE_KEY.name(), chatId),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
        this.chatId = chatId;
        this.shard = shard;
        this.dependencies = dependencies;
        this.context = context;
        this.crashes = crashes;
        this.meter = new ChatMeter(dependencies.metrics(), dependencies.backlog());
        this.current = new CurrentActivity(context, timers);
        this.neighbours = new Neighbours(chatId, context, dependencies);
        this.key = new ChatKey(neighbours, timers);
        this.sending = new Sending(dependencies, context, neighbours, current, key);
        this.answering = new Answering(chatId, dependencies, neighbours, current, key, sending, meter);
        this.asides = new Asides(chatId, neighbours, answering::composition, dependencies.engineWithin());
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
                .onSignal(PostStop.class, (state, signal) -> gone())
                .onSignal(PreRestart.class, (state, signal) -> gone())
                .build();
    }

    private void gone() {
        meter.stopped();
        asides.forget();
    }

    /** Also after a write that failed, when this same object starts again: what it was doing then is forgotten, as in a crash. */
    private void recovered(ChatState state) {
        current.end();
        asides.forget();
        key.forget();
        meter.waiting(state);
        key.load(state, null);
    }

    @Override
    public CommandHandlerWithReply<ChatCommand, ChatEvent, ChatState> commandHandler() {
        return this::onCommand;
    }

    private ReplyEffect<ChatEvent, ChatState> onCommand(ChatState state, ChatCommand command) {
        Activity before = current.get();
        crashes.begins(command);
        try {
            return decide(state, command);
        } catch (RuntimeException | Error failure) {
            if (Defect.isFatal(failure)) {
                throw failure;
            }
            return onFault(state, command, before, Defect.of(failure));
        }
    }

    /** Its own code failed at a command: not at the same one again. */
    private ReplyEffect<ChatEvent, ChatState> onFault(
            ChatState state, ChatCommand command, Activity before, Defect defect) {
        LOG.atError().addKeyValue("chat", chatId).setCause(defect).log("a defect in a chat: {}", defect.kindAndPlace());
        Faults.refuse(command);
        if (command instanceof ChatStep.Aside step) {
            asides.fail(state, step);
        } else if (command instanceof ChatStep.SlotAnswered slot) {
            sending.giveBack(state, slot.reply());
        } else if (command instanceof ChatStep.GrantAnswered || command instanceof ChatStep.Recalled) {
            answering.giveBack(state, before);
        }
        if (!(command instanceof ChatStep step) || !Faults.isOfActivity(step)) {
            return Effect().noReply();
        }
        List<ChatEvent> events = Faults.of(state, step, before, defect, state.headAt(now()));
        if (events.isEmpty()) {
            return Effect().noReply();
        }
        current.end();
        return store(state, events).thenNoReply();
    }

    private ReplyEffect<ChatEvent, ChatState> decide(ChatState state, ChatCommand command) {
        return switch (command) {
            case ChatCommand.Receive receive -> onReceive(state, receive);
            case ChatCommand.ChangeTelegramChat change -> onChangeTelegramChat(state, change);
            case ChatCommand.SessionStopped stopped ->
                owned(state, stopped.owner())
                        ? store(state, sending.abandon(state, stopped.reason(), stopped.at()))
                                .thenNoReply()
                        : Effect().noReply();
            case ChatCommand.GetChat get ->
                state.erased() && owned(state, get.owner())
                        ? Effect()
                                .reply(
                                        get.replyTo(),
                                        StatusReply.success(Views.ofErased(chatId, state, lastSequenceNumber(context))))
                        : onOwner(state, get.owner(), get.replyTo(), OwnerRequests::get);
            case ChatCommand.Configure configure ->
                onOwner(state, configure.owner(), configure.replyTo(), owner -> owner.configure(configure.config()));
            case ChatCommand.Send send -> onOwner(state, send.owner(), send.replyTo(), owner -> owner.send(send));
            case ChatCommand.Preview preview -> onPreview(state, preview);
            case ChatCommand.RetryDeadLetter retry ->
                onOwner(state, retry.owner(), retry.replyTo(), owner -> owner.retry(retry.id()));
            case ChatCommand.RetryDeadLetters retry ->
                onOwner(state, retry.owner(), retry.replyTo(), OwnerRequests::retryAll);
            case ChatCommand.DropDeadLetter drop ->
                onOwner(state, drop.owner(), drop.replyTo(), owner -> owner.drop(drop.id()));
            case ChatCommand.Erase erase -> onErase(state, erase);
            case ChatCommand.Wake wake -> Effect().reply(wake.replyTo(), Done.getInstance());
            case ChatCommand.Internal internal -> onStep(state, (ChatStep) internal);
        };
    }

    private ReplyEffect<ChatEvent, ChatState> onStep(ChatState state, ChatStep step) {
        return switch (step) {
            case ChatStep.KeyReady ready -> {
                key.ready(state, ready.key());
                current.proceed();
                yield Effect().noReply().thenUnstashAll();
            }
            case ChatStep.KeyUnavailable unavailable -> {
                key.unavailable(unavailable.cause());
                yield key.refused()
                        ? Effect().noReply().thenUnstashAll()
                        : Effect().noReply();
            }
            case ChatStep.LoadKey again -> {
                key.loadAgain(state);
                // Before the first message only whoever sent it knows the owner: it is looked at again.
                yield Effect().noReply().thenUnstashAll();
            }
            case ChatStep.KeyErased erased -> onKeyErased(state, erased);
            case ChatStep.Proceed proceed -> onProceed(state);
            case ChatStep.GrantAnswered answered ->
                store(state, answering.onGrantAnswered(state, answered)).thenNoReply();
            case ChatStep.Recalled recalled ->
                store(state, answering.onRecalled(state, recalled)).thenNoReply();
            case ChatStep.Aside aside ->
                store(state, asides.on(state, aside, known(), state.headAt(now())))
                        .thenNoReply();
            case ChatStep.Composed composed ->
                store(state, answering.onComposed(state, composed)).thenNoReply();
            case ChatStep.SlotAnswered answered -> {
                Sending.Next next = sending.onSlotAnswered(state, answered.reply());
                yield store(state, next.events())
                        .thenRun(stored -> next.then().run())
                        .thenNoReply();
            }
            case ChatStep.SlotOverdue overdue ->
                store(state, sending.onSlotOverdue(state)).thenNoReply();
            case ChatStep.DeliveryAnswered answered ->
                store(state, sending.onDeliveryAnswered(state, answered)).thenNoReply();
            case ChatStep.ShowTyping typing -> {
                neighbours.showTyping(state);
                yield Effect().noReply();
            }
            case ChatStep.ShowDraft draft -> {
                answering.showDraft(state);
                yield Effect().noReply();
            }
            case ChatStep.Idle idle -> {
                if (current.none() && !state.unfinished()) {
                    shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
                }
                yield Effect().noReply();
            }
            case ChatStep.Stop stop ->
                current.stop() ? Effect().stop().thenNoReply() : Effect().noReply();
        };
    }

    /** The key, if something can be sealed with it: one that was erased meanwhile is as good as none. */
    private @Nullable DataKey known() {
        DataKey known = key.get();
        return known == null || known.erased() ? null : known;
    }

    // What comes from outside.

    private ReplyEffect<ChatEvent, ChatState> onReceive(ChatState state, ChatCommand.Receive receive) {
        DataKey known = key.get();
        if (receive.incoming() instanceof Incoming.Membership && (state.profile() == null || state.erased())) {
            // Nobody wrote there: no chat is opened for it.
            return Effect().reply(receive.replyTo(), StatusReply.ack());
        }
        if (known == null) {
            key.load(state, receive.owner());
            return key.refused()
                    ? Effect().reply(receive.replyTo(), StatusReply.error("the owner was erased"))
                    : Effect().stash();
        }
        Reception reception = new Reception(
                known,
                new Reception.Circumstances(
                        now(),
                        dependencies.answerWithin(),
                        dependencies.random().nextDouble(),
                        dependencies.repeats()));
        return store(state, reception.receive(state, receive))
                .thenReply(receive.replyTo(), stored -> StatusReply.ack());
    }

    private ReplyEffect<ChatEvent, ChatState> onChangeTelegramChat(
            ChatState state, ChatCommand.ChangeTelegramChat change) {
        Profile profile = state.profile();
        List<ChatEvent> events = profile == null || profile.telegramChatId() == change.telegramChatId()
                ? List.of()
                : List.of(new TelegramChatChanged(state.headAt(now()), change.telegramChatId()));
        return store(state, events).thenReply(change.replyTo(), stored -> StatusReply.ack());
    }

    private <T> ReplyEffect<ChatEvent, ChatState> onOwner(
            ChatState state,
            String owner,
            ActorRef<StatusReply<T>> replyTo,
            Function<OwnerRequests, OwnerRequests.Decision<T>> decide) {
        if (!owned(state, owner) || state.erased()) {
            return Effect().reply(replyTo, StatusReply.error(ChatCommand.NOT_FOUND));
        }
        DataKey known = key.get();
        if (known == null) {
            return Effect().stash();
        }
        OwnerRequests.Decision<T> decision = decide.apply(
                new OwnerRequests(chatId, known, state, state.headAt(now()), () -> lastSequenceNumber(context)));
        return store(state, decision.events()).thenReply(replyTo, decision::answered);
    }

    private ReplyEffect<ChatEvent, ChatState> onPreview(ChatState state, ChatCommand.Preview preview) {
        Profile profile = state.profile();
        if (profile == null || !owned(state, preview.owner()) || state.erased()) {
            return Effect().reply(preview.replyTo(), StatusReply.error(ChatCommand.NOT_FOUND));
        }
        DataKey known = key.get();
        if (known == null) {
            return Effect().stash();
        }
        asides.preview(profile, known, preview, now());
        return Effect().noReply();
    }

    // Its erasure.

    private ReplyEffect<ChatEvent, ChatState> onErase(ChatState state, ChatCommand.Erase erase) {
        Profile profile = state.profile();
        if (profile == null || !owned(state, erase.owner())) {
            return Effect().reply(erase.replyTo(), StatusReply.error(ChatCommand.NOT_FOUND));
        }
        if (state.erased()) {
            return Effect().reply(erase.replyTo(), StatusReply.ack());
        }
        neighbours.eraseKey(profile, erase.replyTo());
        return Effect().noReply();
    }

    private ReplyEffect<ChatEvent, ChatState> onKeyErased(ChatState state, ChatStep.KeyErased erased) {
        Throwable failure = erased.failure();
        if (failure != null) {
            return Effect().reply(erased.replyTo(), StatusReply.error("the chat can't be erased now: " + failure));
        }
        return store(state, state.erased() ? List.of() : erasure(state))
                .thenReply(erased.replyTo(), stored -> StatusReply.ack());
    }

    /** The key is erased: what waits is ended. What is on its way has its outcome first; then {@link #onProceed} comes here again. */
    private List<ChatEvent> erasure(ChatState state) {
        List<ChatEvent> events = new ArrayList<>(sending.abandon(state, NotAnsweredReason.ERASED, Instant.MAX));
        if (!ChatHistory.apply(state, events).unfinished()) {
            events.add(new ChatErased(state.headAt(now())));
        }
        return events;
    }

    // One thing after another.

    private ReplyEffect<ChatEvent, ChatState> onProceed(ChatState state) {
        Profile profile = state.profile();
        DataKey known = key.get();
        if (!current.none() || known == null || profile == null || state.erased()) {
            return Effect().noReply();
        }
        Defect failed = crashes.whyNot();
        if (failed != null) {
            crashes.stored();
            return store(state, Faults.of(state, ChatStep.Proceed.NOW, current.get(), failed, state.headAt(now())))
                    .thenNoReply();
        }
        Work next = Work.next(state, now(), dependencies.repliesPerMinute());
        if (known.erased() && !(next instanceof Work.ResolveDoubt)) {
            return store(state, erasure(state)).thenNoReply();
        }
        return switch (next) {
            case Work.Nothing nothing -> {
                asides.idle(state);
                yield Effect().noReply();
            }
            case Work.WaitUntil wait -> {
                current.proceedAfter(Duration.between(now(), wait.time()));
                yield Effect().noReply();
            }
            case Work.ResolveDoubt doubt ->
                store(
                                state,
                                DeliveryDecision.inDoubt(
                                        doubt.out(), profile.settings().whenInDoubt(), state.headAt(now())))
                        .thenNoReply();
            case Work.GiveUp empty ->
                store(state, List.of(DeadLetters.nothingToSend(empty.out(), state.headAt(now()))))
                        .thenNoReply();
            case Work.TooLate late ->
                store(state, DeliveryDecision.tooLate(late.out(), state.headAt(now())))
                        .thenNoReply();
            case Work.Send send -> {
                sending.begin(profile, null);
                yield Effect().noReply();
            }
            case Work.Compose compose -> {
                answering.begin(profile, compose.pending());
                yield Effect().noReply();
            }
        };
    }

    // Storing.

    /** Stores events, whether what is left to do stays open with them, and then looks for the next thing to do. */
    private EffectBuilder<ChatEvent, ChatState> store(ChatState state, List<ChatEvent> events) {
        if (events.isEmpty()) {
            return Effect().none();
        }
        List<ChatEvent> identified = DeadLetters.identified(state, events);
        boolean open = ChatHistory.apply(state, identified).unfinished();
        List<ChatEvent> stored = identified.stream()
                .map(event -> event.withHead(event.head().withOpen(open)))
                .toList();
        return Effect().persist(stored).thenRun(after -> {
            crashes.stored();
            meter.stored(state, stored, after, now());
            if (after.erased()) {
                key.forget();
            }
            current.proceed();
        });
    }

    private static boolean owned(ChatState state, String owner) {
        Profile profile = state.profile();
        return profile != null && profile.owner().equals(owner);
    }

    private Instant now() {
        return dependencies.clock().instant();
    }
}
