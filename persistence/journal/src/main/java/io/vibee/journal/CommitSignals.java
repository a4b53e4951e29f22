package io.vibee.journal;

import io.vibee.journal.database.Database;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.Done;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ClassicActorSystemProvider;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.jspecify.annotations.Nullable;

/**
 * Tells readers of this node that events of an entity type were committed. It hears of this node's commits at once, and of
 * other nodes' commits by PostgreSQL's notifications. A signal only saves polling: it may get lost, so a reader polls slowly as
 * well.
 */
public final class CommitSignals implements Extension {

    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicLong> commits = new ConcurrentHashMap<>();
    private final AtomicLong all = new AtomicLong();
    private final Announcer announcer;
    private final Listener listener;
    private final AtomicBoolean listening = new AtomicBoolean();
    private final boolean notify;

    /** The signals of this actor system. */
    public static CommitSignals get(ClassicActorSystemProvider system) {
        return Id.INSTANCE.get(system);
    }

    private CommitSignals(ExtendedActorSystem system) {
        NotificationSettings settings = NotificationSettings.of(
                system.settings().config().getConfig("pekko.persistence.postgres.notifications"));
        Database database = Database.get(system);
        String node = UUID.randomUUID().toString();
        notify = settings.enabled();
        announcer = new Announcer(database, settings.channel(), node, settings.minInterval());
        listener = new Listener(database, settings, node, this::wake);
        // The database server may belong to this process and stop in a later phase.
        CoordinatedShutdown.get(system)
                .addTask(CoordinatedShutdown.PhaseClusterShutdown(), "journal-notifications", () -> {
                    close();
                    return CompletableFuture.completedStage(Done.getInstance());
                });
        system.getWhenTerminated().thenRun(this::close);
    }

    /** Events of these entity types are committed. */
    void committed(Set<String> entityTypes) {
        wake(entityTypes);
        if (notify) {
            announcer.announce(entityTypes);
        }
    }

    /**
     * The number of commits with events of an entity type that this node has heard of. Ask for it before you look for events,
     * and give it to {@link #changed} afterwards.
     *
     * @param entityType null for any type
     */
    public long count(@Nullable String entityType) {
        if (notify && listening.compareAndSet(false, true)) {
            listener.start();
        }
        AtomicLong counted = entityType == null ? all : commits.get(entityType);
        return counted == null ? 0 : counted.get();
    }

    /**
     * Completes when there were more commits than {@code counted}, perhaps at once.
     *
     * @param atMost it completes after this time anyway
     * @param entityType null for any type
     */
    public CompletionStage<Done> changed(@Nullable String entityType, long counted, Duration atMost) {
        Waiter waiter = new Waiter(entityType, new CompletableFuture<>());
        waiters.add(waiter);
        if (count(entityType) != counted) {
            waiter.woken.complete(Done.getInstance());
        }
        return waiter.woken
                .completeOnTimeout(Done.getInstance(), atMost.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> waiters.remove(waiter));
    }

    /**
     * Wakes the readers that wait for one of the types. An empty set wakes every reader: a signal of any type may have been
     * missed.
     */
    private void wake(Set<String> entityTypes) {
        all.incrementAndGet();
        if (entityTypes.isEmpty()) {
            commits.values().forEach(AtomicLong::incrementAndGet);
        } else {
            entityTypes.forEach(type ->
                    commits.computeIfAbsent(type, unseen -> new AtomicLong()).incrementAndGet());
        }
        for (Waiter waiter : waiters) {
            if (waiter.entityType == null || entityTypes.isEmpty() || entityTypes.contains(waiter.entityType)) {
                waiter.woken.complete(Done.getInstance());
            }
        }
    }

    private void close() {
        listener.close();
        wake(Set.of());
    }

    /** A reader that waits. No two of them are equal. */
    private static final class Waiter {

        private final @Nullable String entityType;
        private final CompletableFuture<Done> woken;

        Waiter(@Nullable String entityType, CompletableFuture<Done> woken) {
            this.entityType = entityType;
            this.woken = woken;
        }
    }

    private static final class Id extends AbstractExtensionId<CommitSignals> {

        static final Id INSTANCE = new Id();

        @Override
        public CommitSignals createExtension(ExtendedActorSystem system) {
            return new CommitSignals(system);
        }
    }
}
