package io.vibee.cluster;

import io.vibee.protocol.stored.StoredEvent;
import java.time.Duration;
import java.util.Set;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EffectBuilder;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;

/**
 * How an entity of ours keeps its journal: it begins again after a write that failed, tags its events with their owner, and stores a
 * snapshot now and then. What it decides is left to its machine.
 *
 * @param <C> what it is told
 * @param <E> its events
 * @param <S> its state
 */
public abstract class JournaledEntity<C, E extends StoredEvent, S> extends EventSourcedBehavior<C, E, S> {

    private static final int SNAPSHOT_EVERY = 100;

    protected JournaledEntity(PersistenceId persistenceId) {
        super(
                persistenceId,
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
    }

    /** What becomes of an entity after a step, or of the command that it was asked. */
    public enum Then {
        GO_ON,
        /** The command comes again when {@link #UNSTASH} was decided. */
        STASH,
        UNSTASH,
        STOP
    }

    @Override
    public final Set<String> tagsFor(E event) {
        return JournalTags.of(event);
    }

    @Override
    public final RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, 1);
    }

    /**
     * Ends a step.
     *
     * @param stored stores the step's events and does its effects
     * @param effects does them, for a command that is put off
     */
    protected final Effect<E, S> then(EffectBuilder<E, S> stored, Then then, Runnable effects) {
        return switch (then) {
            case GO_ON -> stored;
            case UNSTASH -> stored.thenUnstashAll();
            case STOP -> stored.thenStop();
            case STASH -> {
                effects.run();
                yield Effect().stash();
            }
        };
    }
}
