package io.vibee.session;

import io.vibee.cluster.Entities;
import io.vibee.metrics.Metrics;
import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.Acceptance;
import io.vibee.telegram.IncomingUpdate;
import io.vibee.telegram.UpdateReader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.pattern.Patterns;

/** Brings the updates that Telegram posts to this node to their sessions, wherever these are. */
public final class PostedUpdates {

    /** Longer than a session needs to give up on a chat and park its update. */
    public static final Duration WITHIN = Duration.ofSeconds(20);

    private static final Duration ASK = Duration.ofSeconds(5);
    private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(250);

    private final ActorSystem<?> system;
    private final Entities entities;
    private final UpdateRouting routing;
    private final UpdateReader reader = new UpdateReader(InstantSource.system());

    public PostedUpdates(ActorSystem<?> system, Entities entities, Metrics metrics) {
        this.system = system;
        this.entities = entities;
        this.routing = new UpdateRouting(metrics);
    }

    /**
     * Takes in one update. Brought twice it is kept once: Telegram repeats what it got no answer to, and so does this while a session
     * begins or moves. The stage fails when no session answered in time.
     *
     * @param json an update as Telegram posts it; empty is given for what is not JSON with an update's id
     */
    public CompletionStage<Optional<Acceptance>> take(Webhooks.Address address, byte[] json) {
        IncomingUpdate update = reader.read(json);
        if (update.updateId() == IncomingUpdate.NO_ID) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        return switch (routing.route(update, address.bot(), SessionKind.BOT)) {
            case Route.Routed routed ->
                bring(address, replyTo -> new SessionCommand.TakeIn(routed.place(), routed.incoming(), replyTo));
            case Route.Migration migration ->
                bring(
                        address,
                        replyTo -> new SessionCommand.TakeInMigration(
                                migration.fromTelegramChatId(), migration.toTelegramChatId(), replyTo));
            // Only the operator's bot has such, and that is polled.
            case Route.ForOperator none -> CompletableFuture.completedStage(Optional.of(Acceptance.NOT_WANTED));
            case Route.None none -> CompletableFuture.completedStage(Optional.of(Acceptance.KEPT));
        };
    }

    private CompletionStage<Optional<Acceptance>> bring(
            Webhooks.Address address, Function<ActorRef<Acceptance>, SessionCommand> command) {
        return bring(address, command, System.nanoTime() + WITHIN.toNanos()).thenApply(Optional::of);
    }

    private CompletionStage<Acceptance> bring(
            Webhooks.Address address, Function<ActorRef<Acceptance>, SessionCommand> command, long deadline) {
        return AskPattern.ask(entities.session(address.sessionId()), command::apply, ASK, system.scheduler())
                .exceptionally(PostedUpdates::later)
                .thenCompose(acceptance -> acceptance == Acceptance.LATER && System.nanoTime() < deadline
                        ? Patterns.after(ASK_AGAIN_AFTER, system, () -> bring(address, command, deadline))
                        : CompletableFuture.completedStage(acceptance));
    }

    /** A session that does not answer moves, or its chat can't store now: both may change within seconds. */
    private static Acceptance later(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return Acceptance.LATER;
        }
        throw new IllegalStateException("a session can't be asked", failure);
    }
}
