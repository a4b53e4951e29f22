package io.vibee.session;

import io.vibee.protocol.session.Carrier;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import io.vibee.protocol.session.SessionState.Parked;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/**
 * A session's poller: one at most, begun again after a fault, and told the session's terms whenever they change. What it brings goes
 * to the session itself.
 */
final class Polling {

    /**
     * @param terms the last ones that it was told, for when it begins again
     */
    private record Begun(ActorRef<Poller.Command> poller, AtomicReference<Poller.Terms> terms) {}

    private final String sessionId;
    private final ActorContext<SessionCommand> context;
    private final Session.Dependencies dependencies;
    private @Nullable Begun begun;
    private int pollers;

    Polling(String sessionId, ActorContext<SessionCommand> context, Session.Dependencies dependencies) {
        this.sessionId = sessionId;
        this.context = context;
        this.dependencies = dependencies;
    }

    void begin(SessionState state, OpenToken token) {
        end();
        AtomicReference<Poller.Terms> current = new AtomicReference<>(terms(state));
        ActorRef<Poller.Command> poller = context.spawn(
                Poller.create(sessionId, context.getSelf(), dependencies, token, current::get), "poller-" + ++pollers);
        begun = new Begun(poller, current);
    }

    /** Its terms changed. */
    void tell(SessionState state) {
        if (begun != null) {
            Poller.Terms changed = terms(state);
            begun.terms().set(changed);
            begun.poller().tell(changed);
        }
    }

    void end() {
        if (begun != null) {
            context.stop(begun.poller());
            begun = null;
        }
    }

    /** The poller ended with the session's last start: there is none to stop. */
    void lost() {
        begun = null;
    }

    private Poller.Terms terms(SessionState state) {
        Connection connection = Objects.requireNonNull(state.connection(), "only a connected session polls");
        return new Poller.Terms(
                connection.owner(),
                new Carrier(sessionId, connection.kind(), null),
                connection.bot(),
                connection.activeSince(),
                connection.defaultMode(),
                state.migrated(),
                state.parked().stream().map(Parked::chatId).collect(Collectors.toUnmodifiableSet()));
    }
}
