package io.vibee.boot;

import io.vibee.cluster.NodeParts;
import org.apache.pekko.actor.DeadLetter;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Hears of messages on this node whose receiver was gone, or did not understand them, and tells that there was one. */
final class UntakenMessages {

    private UntakenMessages() {}

    /**
     * Listens from its start on.
     *
     * @param gone called for each message whose receiver was gone
     * @param notUnderstood called for each that its receiver did not understand
     */
    static Behavior<Object> create(Runnable gone, Runnable notUnderstood) {
        return NodeParts.supervised(
                "untaken-messages", Behaviors.setup(context -> listening(context, gone, notUnderstood)));
    }

    private static Behavior<Object> listening(ActorContext<Object> context, Runnable gone, Runnable notUnderstood) {
        var events = context.getSystem().eventStream();
        events.tell(
                new EventStream.Subscribe<>(DeadLetter.class, context.getSelf().narrow()));
        events.tell(new EventStream.Subscribe<>(
                UnhandledMessage.class, context.getSelf().narrow()));
        return Behaviors.receive(Object.class)
                .onMessage(DeadLetter.class, letter -> {
                    gone.run();
                    return Behaviors.same();
                })
                .onMessage(UnhandledMessage.class, message -> {
                    notUnderstood.run();
                    return Behaviors.same();
                })
                .build();
    }
}
