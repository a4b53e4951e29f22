package io.vibee.boot;

import io.vibee.account.Account;
import io.vibee.account.AccountDependencies;
import io.vibee.account.Gate;
import io.vibee.account.GateDependencies;
import io.vibee.account.SignInTries;
import io.vibee.chat.Chat;
import io.vibee.chat.ChatDependencies;
import io.vibee.cluster.Entities;
import io.vibee.protocol.account.SignInTriesCommand;
import io.vibee.protocol.chat.ChatCommand;
import io.vibee.session.Session;
import io.vibee.session.SessionDependencies;
import java.time.Duration;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.pattern.Patterns;

/** Puts the entities on this node's share of the cluster. Only sessions are remembered: they live without being spoken to. */
final class EntitySharding {

    private EntitySharding() {}

    static Entities entities(ActorSystem<?> system) {
        ClusterSharding sharding = ClusterSharding.get(system);
        return new Entities(
                id -> sharding.entityRefFor(Session.TYPE_KEY, id),
                id -> sharding.entityRefFor(Chat.TYPE_KEY, id),
                id -> sharding.entityRefFor(Account.TYPE_KEY, id),
                id -> sharding.entityRefFor(Gate.TYPE_KEY, id));
    }

    /** Finds who counts tries to sign in for a part of the names. */
    static Function<String, RecipientRef<SignInTriesCommand>> signInTries(ActorSystem<?> system) {
        ClusterSharding sharding = ClusterSharding.get(system);
        return part -> sharding.entityRefFor(SignInTries.TYPE_KEY, part);
    }

    /** Starts the regions; gives the one of the chats. */
    static ActorRef<ShardingEnvelope<ChatCommand>> start(
            ActorSystem<?> system,
            SessionDependencies sessions,
            ChatDependencies chats,
            AccountDependencies accounts,
            GateDependencies gates) {
        ClusterSharding sharding = ClusterSharding.get(system);
        sharding.init(Entity.of(Gate.TYPE_KEY, context -> Gate.create(context.getEntityId(), context.getShard(), gates))
                .withStopMessage(Gate.Stop.NOW));
        sharding.init(Entity.of(SignInTries.TYPE_KEY, context -> SignInTries.create(context.getEntityId()))
                .withStopMessage(SignInTries.Stop.NOW));
        sharding.init(Entity.of(
                        Account.TYPE_KEY,
                        context -> Account.create(context.getEntityId(), context.getShard(), accounts))
                .withStopMessage(Account.stopMessage()));
        ActorRef<ShardingEnvelope<ChatCommand>> chatRegion = sharding.init(
                Entity.of(Chat.TYPE_KEY, context -> Chat.create(context.getEntityId(), context.getShard(), chats))
                        .withStopMessage(Chat.stopMessage()));
        sharding.init(Entity.of(
                        Session.TYPE_KEY,
                        context -> Session.create(context.getEntityId(), context.getShard(), sessions))
                .withStopMessage(Session.stopMessage())
                .withSettings(ClusterShardingSettings.create(system).withRememberEntities(true)));
        return chatRegion;
    }

    /**
     * Before the sessions stop, which is when all regions do: a chat that has stored that it sends needs its session for it, or nobody
     * would know whether the text was sent.
     */
    static void stopChatsFirst(
            ActorSystem<?> system, ActorRef<ShardingEnvelope<ChatCommand>> chatRegion, Duration within) {
        CoordinatedShutdown.get(system)
                .addTask(
                        CoordinatedShutdown.PhaseServiceStop(),
                        "chats",
                        () -> Patterns.gracefulStop(
                                        Adapter.toClassic(chatRegion), within, ShardRegion.gracefulShutdownInstance())
                                .handle((stopped, late) -> Done.getInstance()));
    }
}
