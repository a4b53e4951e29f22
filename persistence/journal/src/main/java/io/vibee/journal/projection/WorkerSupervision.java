package io.vibee.journal.projection;

import org.apache.pekko.actor.typed.Behavior;

/** What keeps a worker alive: gives a behaviour that begins anew whenever the given one fails, also while it starts. */
@FunctionalInterface
public interface WorkerSupervision {

    /**
     * @param name of the worker, for whoever looks after the node
     */
    <T> Behavior<T> of(String name, Behavior<T> worker);
}
