package io.vibee.reply;

import java.util.Queue;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** An asker that notes when it was answered, then passes the outcome on. */
final class Noting {
    private Noting() {}

    static Behavior<ReplyOutcome> of(int number, Queue<Integer> served, ActorRef<ReplyOutcome> next) {
        return Behaviors.receiveMessage(outcome -> {
            served.add(number);
            next.tell(outcome);
            return Behaviors.same();
        });
    }
}
