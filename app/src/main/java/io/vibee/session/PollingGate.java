package io.vibee.session;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Whether this node's sessions take updates in. A node that stops closes it, for good, before its chats stop: an update handed over
 * then would only bring them back. What chats send goes on, and what was not confirmed Telegram gives again, to the session's next node.
 */
public final class PollingGate {

    private final Set<ActorRef<IntakeCommand>> intakes = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Done> settled = new CompletableFuture<>();
    private volatile boolean closed;

    /** Takes nothing more in from now on; done when all that came before is stored or parked. */
    public CompletionStage<Done> close() {
        closed = true;
        intakes.forEach(intake -> intake.tell(IntakeCommand.Close.NOW));
        settleIfIdle();
        return settled.copy();
    }

    boolean closed() {
        return closed;
    }

    /** A poller, or a webhook's intake, begins: it is told when this is closed, at once if it is already. */
    void begin(ActorRef<IntakeCommand> intake) {
        intakes.add(intake);
        if (closed) {
            intake.tell(IntakeCommand.Close.NOW);
        }
    }

    /** It ended, or is about to begin anew. */
    void end(ActorRef<IntakeCommand> intake) {
        intakes.remove(intake);
        settleIfIdle();
    }

    private void settleIfIdle() {
        if (closed && intakes.isEmpty()) {
            settled.complete(Done.getInstance());
        }
    }
}
