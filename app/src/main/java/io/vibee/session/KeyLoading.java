package io.vibee.session;

import io.vibee.persistence.keys.DataKey;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key of a session's token, asked for until it is there: by one load at a time, and by none once the session wants none. Each load
 * is answered by {@link SessionStep.KeyReady} or {@link SessionStep.KeyUnavailable}; only the answer to the last one counts.
 */
final class KeyLoading {

    static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(KeyLoading.class);

    private final ActorContext<SessionCommand> context;
    private final TimerScheduler<SessionCommand> timers;
    private final BiFunction<String, String, CompletionStage<DataKey>> keys;
    private int load;

    /**
     * @param keys gives the key of an owner with an id
     */
    KeyLoading(
            ActorContext<SessionCommand> context,
            TimerScheduler<SessionCommand> timers,
            BiFunction<String, String, CompletionStage<DataKey>> keys) {
        this.context = context;
        this.timers = timers;
        this.keys = keys;
    }

    /** Loads the key anew; a load that is under way counts no more. Nothing before the session was connected. */
    void begin(SessionState state) {
        end();
        Connection connection = state.connection();
        if (connection != null) {
            int own = load;
            context.pipeToSelf(
                    keys.apply(connection.owner(), connection.token().keyId()),
                    (found, failure) -> found == null
                            ? new SessionStep.KeyUnavailable(own, failure)
                            : new SessionStep.KeyReady(own, found));
        }
    }

    /** No key is wanted any more. */
    void end() {
        load++;
        timers.cancel(SessionStep.LoadKey.NOW);
    }

    /** Whether an answer is the one that is waited for. */
    boolean counts(SessionStep.KeyReady ready) {
        return ready.load() == load;
    }

    /** Comes again soon by {@link SessionStep.LoadKey}, if it is still wanted. */
    void failed(SessionStep.KeyUnavailable unavailable) {
        if (unavailable.load() == load) {
            LOG.warn("the session's key can't be had: {}", unavailable.cause().toString());
            timers.startSingleTimer(SessionStep.LoadKey.NOW, AGAIN_AFTER);
        }
    }
}
