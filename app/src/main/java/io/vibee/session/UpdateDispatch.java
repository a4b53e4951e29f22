package io.vibee.session;

import io.vibee.chat.ChatIds;
import io.vibee.cluster.Entities;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.recovery.Backoff;
import io.vibee.session.IntakeCommand.HandoverStep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.pattern.StatusReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The updates on their way from Telegram to their chats: one at a time in each chat, in order, tried again until the chat has stored it
 * or the session has parked it. Every try comes back to whoever takes the updates in as one {@link HandoverStep}.
 */
final class UpdateDispatch {

    private static final Logger LOG = LoggerFactory.getLogger(UpdateDispatch.class);
    private static final Duration STORE_WITHIN = Duration.ofSeconds(3);
    private static final Duration PARK_WITHIN = Duration.ofSeconds(10);
    private static final Duration PARK_AFTER = Duration.ofSeconds(15);
    private static final int PARK_AFTER_TRIES = 5;
    private static final Backoff STORE_AGAIN = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    /** One update on its way to its chat. */
    private static final class Handover {
        private final Route route;
        private final Runnable kept;
        private final Instant since = Instant.now();
        private int tries;

        Handover(Route route, Runnable kept) {
            this.route = route;
            this.kept = kept;
        }
    }

    private final ActorContext<? super HandoverStep> context;
    private final TimerScheduler<? super HandoverStep> timers;
    private final ActorRef<SessionCommand> session;
    private final Entities entities;
    private final OperatorUpdates operatorUpdates;
    private final Map<String, Deque<Handover>> byChat = new HashMap<>();
    /** What the session does not know yet: the updates behind a migration may come in the same poll. */
    private final Map<Long, String> migrating = new HashMap<>();

    private IntakeCommand.Terms terms;

    UpdateDispatch(
            ActorContext<? super HandoverStep> context,
            TimerScheduler<? super HandoverStep> timers,
            ActorRef<SessionCommand> session,
            SessionDependencies dependencies,
            IntakeCommand.Terms terms) {
        this.context = context;
        this.timers = timers;
        this.session = session;
        this.entities = dependencies.entities();
        this.operatorUpdates = dependencies.operatorUpdates();
        this.terms = terms;
    }

    void change(IntakeCommand.Terms changed) {
        terms = changed;
        migrating.keySet().removeAll(changed.migrated().keySet());
    }

    /**
     * Hands over what an update is about, behind the others of its chat.
     *
     * @param kept run when it is stored or parked
     */
    void take(Route route, Runnable kept) {
        switch (route) {
            case Route.Routed routed -> queue(chatId(routed.place().telegramChatId()), routed, kept);
            case Route.Migration migration -> {
                String chatId = chatId(migration.fromTelegramChatId());
                if (!terms.migrated().containsKey(migration.toTelegramChatId())) {
                    migrating.put(migration.toTelegramChatId(), chatId);
                }
                queue(chatId, migration, kept);
            }
            case Route.ForOperator update -> queue(update.update().key(), update, kept);
            case Route.None none -> kept.run();
        }
    }

    /** Whether every update was stored or parked. */
    boolean done() {
        return byChat.isEmpty();
    }

    /** Goes on after a try. */
    void on(HandoverStep step) {
        switch (step) {
            case IntakeCommand.Stored stored -> settled(stored.chatId());
            case IntakeCommand.NotStored not -> notStored(not);
            case IntakeCommand.TryAgain again -> handOver(again.chatId());
            case IntakeCommand.ParkAnswered answered when answered.parked() -> settled(answered.chatId());
            case IntakeCommand.ParkAnswered answered -> notParked(answered.chatId());
        }
    }

    /** Hands over the first of one chat; where updates queue behind parked ones, to the session. */
    private void handOver(String chatId) {
        Deque<Handover> queue = byChat.get(chatId);
        if (queue == null) {
            return;
        }
        Handover next = queue.getFirst();
        next.tries++;
        switch (next.route) {
            case Route.Routed routed when terms.parkedChats().contains(chatId) -> park(chatId, routed);
            case Route.Routed routed -> store(chatId, routed);
            case Route.Migration migration -> migrate(chatId, migration);
            case Route.ForOperator update when terms.parkedChats().contains(chatId) -> park(chatId, update);
            case Route.ForOperator update -> serve(chatId, update.update());
            case Route.None none -> context.getSelf().tell(new IntakeCommand.Stored(chatId));
        }
    }

    /** The first of a chat is stored or parked: the next one follows. */
    private void settled(String chatId) {
        Deque<Handover> queue = byChat.get(chatId);
        if (queue == null) {
            return;
        }
        queue.removeFirst().kept.run();
        if (queue.isEmpty()) {
            byChat.remove(chatId);
        } else {
            handOver(chatId);
        }
    }

    /** Tried again, or parked after so many tries or so long. */
    private void notStored(IntakeCommand.NotStored not) {
        Deque<Handover> queue = byChat.get(not.chatId());
        if (queue == null) {
            return;
        }
        Handover next = queue.getFirst();
        boolean park = not.fault()
                || next.tries >= PARK_AFTER_TRIES
                || Duration.between(next.since, Instant.now()).compareTo(PARK_AFTER) > 0;
        if (park && next.route instanceof Route.Keepable routed) {
            LOG.warn("chat {} can't store an update, it is parked: {}", not.chatId(), not.why());
            park(not.chatId(), routed);
        } else {
            tryAgain(not.chatId(), next.tries);
        }
    }

    private void notParked(String chatId) {
        Deque<Handover> queue = byChat.get(chatId);
        if (queue != null) {
            tryAgain(chatId, queue.getFirst().tries);
        }
    }

    private void queue(String chatId, Route route, Runnable kept) {
        Deque<Handover> queue = byChat.computeIfAbsent(chatId, id -> new ArrayDeque<>());
        queue.add(new Handover(route, kept));
        if (queue.size() == 1) {
            handOver(chatId);
        }
    }

    private String chatId(long telegramChatId) {
        String known = terms.migrated().get(telegramChatId);
        String migrated = known != null ? known : migrating.get(telegramChatId);
        return migrated != null ? migrated : ChatIds.of(terms.carrier().sessionId(), telegramChatId);
    }

    private void store(String chatId, Route.Routed routed) {
        context.askWithStatus(
                Done.class,
                entities.chat(chatId),
                STORE_WITHIN,
                (ActorRef<StatusReply<Done>> replyTo) -> terms.receive(routed, replyTo),
                (done, failure) -> done != null
                        ? new IntakeCommand.Stored(chatId)
                        : new IntakeCommand.NotStored(
                                chatId, String.valueOf(failure), TelegramFailures.isFaultOfChat(failure)));
    }

    private void serve(String key, OperatorUpdate update) {
        OperatorUpdates.Operator operator =
                new OperatorUpdates.Operator(terms.carrier().sessionId(), terms.bot());
        context.pipeToSelf(
                // A fault is the update's, not the poller's.
                CompletableFuture.completedStage(update).thenCompose(one -> operatorUpdates.take(operator, one)),
                (done, failure) -> done != null
                        ? new IntakeCommand.Stored(key)
                        : new IntakeCommand.NotStored(key, String.valueOf(failure), false));
    }

    private void migrate(String chatId, Route.Migration migration) {
        context.ask(
                Boolean.class,
                session,
                PARK_WITHIN,
                replyTo ->
                        new SessionStep.Migrated(migration.fromTelegramChatId(), migration.toTelegramChatId(), replyTo),
                (done, failure) -> Boolean.TRUE.equals(done)
                        ? new IntakeCommand.Stored(chatId)
                        : new IntakeCommand.NotStored(chatId, String.valueOf(failure), false));
    }

    private void park(String chatId, Route.Keepable routed) {
        context.ask(
                Boolean.class,
                session,
                PARK_WITHIN,
                replyTo -> new SessionStep.Park(chatId, routed, replyTo),
                (parked, failure) -> new IntakeCommand.ParkAnswered(chatId, Boolean.TRUE.equals(parked)));
    }

    private void tryAgain(String chatId, int tries) {
        IntakeCommand.TryAgain again = new IntakeCommand.TryAgain(chatId);
        timers.startSingleTimer(
                again,
                again,
                STORE_AGAIN.after(tries, ThreadLocalRandom.current().nextDouble()));
    }
}
