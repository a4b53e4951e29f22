package io.vibee.journal.projection;

import org.apache.pekko.actor.typed.Behavior;

/** Keeps a worker alive. It makes a behaviour that starts anew whenever the given one fails, also while it starts. */
@FunctionalInterface
public interface WorkerSupervision {

    /**
     * Supervises a worker.
     *
     * @param name of the worker, for operators
     */
    <T> Behavior<T> of(String name, Behavior<T> worker);
}
