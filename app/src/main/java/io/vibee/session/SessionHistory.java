package io.vibee.session;

import io.vibee.protocol.carrier.SessionKind;
import io.vibee.protocol.session.BusinessLink;
import io.vibee.protocol.session.Delivery;
import io.vibee.protocol.session.SessionEvent;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import io.vibee.protocol.session.SessionState.Parked;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.session.SessionState.Secretary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What each event makes of a session's state; pure, total, and the same in replay as when it happened. */
final class SessionHistory {

    private SessionHistory() {}

    static SessionState apply(SessionState state, SessionEvent event) {
        return switch (event) {
            case SessionEvent.SessionConnected connected ->
                new SessionState(
                        Phase.ACTIVE,
                        new Connection(
                                connected.head().owner(),
                                connected.kind(),
                                connected.bot(),
                                connected.token(),
                                connected.defaultMode(),
                                connected.delivery(),
                                connected.head().at(),
                                connected.head().at()),
                        state.parked(),
                        state.lastParkedId(),
                        state.migrated());
            case SessionEvent.BusinessConnected connected ->
                new SessionState(
                        Phase.ACTIVE,
                        new Connection(
                                connected.head().owner(),
                                SessionKind.BUSINESS,
                                connected.bot(),
                                null,
                                connected.defaultMode(),
                                Delivery.POLLING,
                                connected.head().at(),
                                connected.head().at(),
                                new Secretary(connected.operatorSessionId(), connected.keyId(), connected.link()),
                                null),
                        state.parked(),
                        state.lastParkedId(),
                        state.migrated());
            case SessionEvent.BusinessChanged changed ->
                change(state, state.phase(), was -> {
                    Connection now = was.with(changed.link());
                    // What was written while it was ended is not answered.
                    boolean again = changed.link().enabled()
                            && !SecretarySends.link(state)
                                    .map(BusinessLink::enabled)
                                    .orElse(false);
                    return again ? now.activeFrom(changed.head().at()) : now;
                });
            case SessionEvent.TokenReplaced replaced ->
                // A pause is the owner's word, and another token does not take it back.
                change(state, state.phase() == Phase.PAUSED ? Phase.PAUSED : Phase.ACTIVE, was -> {
                    Connection now = was.with(replaced.bot(), replaced.token());
                    return state.phase() == Phase.REVOKED
                            ? now.activeFrom(replaced.head().at())
                            : now;
                });
            case SessionEvent.SessionPaused paused -> change(state, Phase.PAUSED, was -> was);
            case SessionEvent.SessionResumed resumed ->
                change(state, Phase.ACTIVE, was -> was.activeFrom(resumed.head().at()));
            case SessionEvent.SessionRevoked revoked -> change(state, Phase.REVOKED, was -> was);
            case SessionEvent.DefaultModeChanged changed ->
                change(state, state.phase(), was -> was.with(changed.defaultMode()));
            case SessionEvent.ReviewChanged changed ->
                change(state, state.phase(), was -> was.reviewing(changed.review()));
            case SessionEvent.DeliveryChanged changed ->
                change(state, state.phase(), was -> was.with(changed.delivery()));
            case SessionEvent.UpdateParked parked -> {
                List<Parked> all = new ArrayList<>(state.parked());
                all.add(new Parked(parked.parkedId(), parked.chatId(), parked.update()));
                yield new SessionState(state.phase(), state.connection(), all, parked.parkedId(), state.migrated());
            }
            case SessionEvent.ParkedUpdateStored stored -> without(state, stored.parkedId());
            case SessionEvent.ParkedUpdateDropped dropped -> without(state, dropped.parkedId());
            case SessionEvent.ChatMigrated migrated -> {
                Map<Long, String> all = new HashMap<>(state.migrated());
                all.put(migrated.toTelegramChatId(), migrated.chatId());
                yield new SessionState(state.phase(), state.connection(), state.parked(), state.lastParkedId(), all);
            }
            case SessionEvent.SessionDisconnected disconnected ->
                new SessionState(
                        Phase.DISCONNECTED, state.connection(), List.of(), state.lastParkedId(), state.migrated());
        };
    }

    private static SessionState without(SessionState state, long parkedId) {
        return new SessionState(
                state.phase(),
                state.connection(),
                state.parked().stream()
                        .filter(parked -> parked.parkedId() != parkedId)
                        .toList(),
                state.lastParkedId(),
                state.migrated());
    }

    private static SessionState change(SessionState state, Phase phase, UnaryOperator<Connection> change) {
        Connection connection = state.connection();
        return new SessionState(
                phase,
                connection == null ? null : change.apply(connection),
                state.parked(),
                state.lastParkedId(),
                state.migrated());
    }
}
