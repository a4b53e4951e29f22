package io.vibee.chat;

import io.vibee.cluster.EntityType;
import io.vibee.cluster.ForeseenStates;
import io.vibee.cluster.JournaledEntity;
import io.vibee.cluster.NodeParts;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.protocol.chat.ChatEvent;
import io.vibee.protocol.chat.ChatState;
import java.time.Duration;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EffectBuilder;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * One chat of a session, as an actor: {@link ChatMachine} decides, here the events are stored, then {@link ChatPeers} does the effects.
 */
public final class Chat extends JournaledEntity<ChatCommand, ChatEvent, ChatState> {

    public static final EntityTypeKey<ChatCommand> TYPE_KEY =
            EntityTypeKey.create(ChatCommand.class, EntityType.CHAT.typeName());

    private static final Duration IDLE = Duration.ofMinutes(2);

    private final ActorContext<ChatCommand> context;
    private final ChatMachine machine;
    private final ChatPeers peers;
    private final ChatMeter meter;
    private final Faults.Crashes crashes;
    private final ForeseenStates<ChatEvent, ChatState> foreseen = new ForeseenStates<>(ChatHistory::apply);
    private ChatMemory memory = ChatMemory.EMPTY;

    public static Behavior<ChatCommand> create(
            String chatId, ActorRef<ClusterSharding.ShardCommand> shard, ChatDependencies dependencies) {
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
            ChatDependencies dependencies,
            ActorContext<ChatCommand> context,
            TimerScheduler<ChatCommand> timers,
            Faults.Crashes crashes) {
        super(EntityType.CHAT.persistenceId(chatId));
        this.context = context;
        this.crashes = crashes;
        this.machine = new ChatMachine(chatId, dependencies.rules());
        this.meter = new ChatMeter(
                dependencies.metrics(),
                dependencies.backlog(),
                dependencies.rules().clock());
        this.peers = new ChatPeers(chatId, context, timers, shard, dependencies, meter);
        context.setReceiveTimeout(IDLE, ChatStep.Idle.NOW);
    }

    @Override
    public ChatState emptyState() {
        return ChatState.EMPTY;
    }

    @Override
    public EventHandler<ChatState, ChatEvent> eventHandler() {
        return foreseen::apply;
    }

    @Override
    public SignalHandler<ChatState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.class, (state, signal) -> recovered(state))
                .onSignal(PostStop.class, (state, signal) -> gone())
                .onSignal(PreRestart.class, (state, signal) -> gone())
                .build();
    }

    /** Also after a write that failed, when this same object starts again. */
    private void recovered(ChatState state) {
        ChatMachine.gone(memory);
        foreseen.forget();
        meter.waiting(state);
        ChatDecision decision = machine.recovered(state, memory, crashes.whyNot(), lastSequenceNumber(context));
        memory = decision.memory();
        decision.effects().forEach(peers::run);
    }

    private void gone() {
        meter.stopped();
        ChatMachine.gone(memory);
        memory = ChatMemory.EMPTY;
    }

    @Override
    public CommandHandler<ChatCommand, ChatEvent, ChatState> commandHandler() {
        return this::onCommand;
    }

    private Effect<ChatEvent, ChatState> onCommand(ChatState state, ChatCommand command) {
        crashes.begins(command);
        ChatDecision decision = machine.step(state, memory, command, lastSequenceNumber(context));
        decision.effects().stream().filter(effect -> !effect.followsEvents()).forEach(peers::run);
        foreseen.expect(decision.events(), decision.states());
        EffectBuilder<ChatEvent, ChatState> stored = decision.events().isEmpty()
                ? Effect().none()
                : Effect().persist(decision.events()).thenRun(after -> {
                    crashes.stored();
                    meter.stored(state, decision.events(), after);
                });
        EffectBuilder<ChatEvent, ChatState> done = stored.thenRun(after -> {
            memory = decision.memory();
            decision.effects().stream().filter(ChatEffect::followsEvents).forEach(peers::run);
        });
        return then(done, decision.then(), () -> {
            memory = decision.memory();
            decision.effects().forEach(peers::run);
        });
    }
}
