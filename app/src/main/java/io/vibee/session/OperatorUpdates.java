package io.vibee.session;

import io.vibee.protocol.session.Bot;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** Takes what comes to the operator's bot. */
public interface OperatorUpdates {

    /**
     * Takes an update. It may come again, and then changes nothing. A failed stage means that it was not taken: it is brought again.
     *
     * @param operator the operator's session as it is now
     */
    CompletionStage<Done> take(Operator operator, OperatorUpdate update);

    /** The operator's session. */
    record Operator(String sessionId, Bot bot) {}
}
