package io.vibee.session;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Whether this node's sessions take updates in. A node that stops closes it, for good, before its chats stop: an update handed over
 * then would only bring them back. What chats send goes on, and what was not confirmed Telegram gives again, to the next poller.
 */
public final class PollingGate {

    private final Set<ActorRef<PollerCommand>> pollers = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Done> settled = new CompletableFuture<>();
    private volatile boolean closed;

    /** Ends all polls at once; done when all that was polled before is stored or parked. */
    public CompletionStage<Done> close() {
        closed = true;
        pollers.forEach(poller -> poller.tell(PollerCommand.Close.NOW));
        settleIfIdle();
        return settled.copy();
    }

    boolean closed() {
        return closed;
    }

    /** A poller begins: it is told when this is closed, at once if it is already. */
    void begin(ActorRef<PollerCommand> poller) {
        pollers.add(poller);
        if (closed) {
            poller.tell(PollerCommand.Close.NOW);
        }
    }

    /** A poller ended, or is about to begin anew. */
    void end(ActorRef<PollerCommand> poller) {
        pollers.remove(poller);
        settleIfIdle();
    }

    private void settleIfIdle() {
        if (closed && pollers.isEmpty()) {
            settled.complete(Done.getInstance());
        }
    }
}
