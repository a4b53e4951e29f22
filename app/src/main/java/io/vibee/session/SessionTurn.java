package io.vibee.session;

import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import io.vibee.protocol.stored.EventHead;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * One step of a session while it is decided: its state as it is by now, and what was decided so far. It lives for one call of
 * {@link SessionMachine}, and nothing outside of that sees it.
 */
final class SessionTurn {

    private final SessionRules rules;
    private final List<SessionEvent> events = new ArrayList<>(1);
    private final List<SessionState> states = new ArrayList<>(1);
    private final List<SessionEffect> effects = new ArrayList<>(4);
    private SessionState state;
    private @Nullable Instant now;
    private boolean stop;

    SessionTurn(SessionRules rules, SessionState state) {
        this.rules = rules;
        this.state = state;
    }

    // What is known.

    /** The state after what is to be stored so far. */
    SessionState state() {
        return state;
    }

    /** The same time in the whole step. */
    Instant now() {
        Instant known = now;
        if (known == null) {
            known = rules.clock().instant();
            now = known;
        }
        return known;
    }

    /** What a session has that was connected: only such a one polls, sends and stores more. */
    Connection connection() {
        return Objects.requireNonNull(state.connection(), "only a connected session polls, sends and stores more");
    }

    IntakeCommand.Terms terms() {
        return IntakeCommand.Terms.of(rules.sessionId(), state);
    }

    /** The head of an event of the session's owner; something is open after it while an update is parked. */
    EventHead head() {
        return head(connection().owner());
    }

    EventHead head(String owner) {
        return new EventHead(owner, rules.sessionId(), !state.parked().isEmpty(), now());
    }

    // What is decided.

    void store(SessionEvent event) {
        state = SessionHistory.apply(state, event);
        events.add(event);
        states.add(state);
    }

    void run(SessionEffect effect) {
        effects.add(effect);
    }

    <T> void reply(ActorRef<T> to, T message) {
        effects.add(new SessionEffect.Reply<>(to, message));
    }

    void timer(SessionStep step, Duration after) {
        effects.add(new SessionEffect.StartTimer(step, after));
    }

    void stop() {
        stop = true;
    }

    SessionDecision decision() {
        return new SessionDecision(events, states, effects, stop);
    }
}
