package io.vibee.session;

import io.vibee.protocol.chat.NotAnsweredReason;
import io.vibee.protocol.session.BusinessLink;
import io.vibee.protocol.session.SessionCommand;
import io.vibee.protocol.session.SessionCommand.OutgoingText;
import io.vibee.protocol.session.SessionCommand.PermitReply;
import io.vibee.protocol.session.SessionState;
import io.vibee.protocol.session.SessionState.Connection;
import io.vibee.protocol.session.SessionState.Phase;
import io.vibee.protocol.session.SessionState.Secretary;
import io.vibee.protocol.session.SessionStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a person's session sends: by the operator's session, which alone has the bot's token and its permits. What chats ask is handed on,
 * with the newest id of the connection, while the person lets the bot write. Whoever asked is answered by the operator's session. Pure.
 */
final class SecretarySends {

    private SecretarySends() {}

    /** Why nothing is answered in a person's name now, or null. A session with a token of its own is asked by its phase. */
    static @Nullable NotAnsweredReason silent(SessionState state) {
        Optional<BusinessLink> link = link(state);
        if (link.isEmpty()) {
            return null;
        }
        if (state.phase() != Phase.ACTIVE) {
            return state.phase() == Phase.PAUSED ? NotAnsweredReason.PAUSED : NotAnsweredReason.DISCONNECTED;
        }
        if (!link.get().enabled()) {
            return NotAnsweredReason.DISCONNECTED;
        }
        return link.get().mayReply() ? null : NotAnsweredReason.READ_ONLY;
    }

    /** What its owner sees of a person's session. */
    static SessionStatus status(SessionState state, BusinessLink link) {
        if (state.phase() == Phase.PAUSED) {
            return SessionStatus.PAUSED;
        }
        if (!link.enabled()) {
            return SessionStatus.DISCONNECTED;
        }
        return link.mayReply() ? SessionStatus.CONNECTED : SessionStatus.READ_ONLY;
    }

    static Optional<BusinessLink> link(SessionState state) {
        return secretary(state).map(Secretary::link);
    }

    static Optional<Secretary> secretary(SessionState state) {
        Connection connection = state.connection();
        return connection == null ? Optional.empty() : Optional.ofNullable(connection.secretary());
    }

    /** Does what a chat asks of a person's session; false when the command is none of sending. */
    static boolean decide(SessionTurn turn, Secretary secretary, SessionCommand command) {
        NotAnsweredReason silent = silent(turn.state());
        String connectionId = secretary.link().connectionId();
        switch (command) {
            case SessionCommand.RequestPermit request -> {
                if (silent == null) {
                    forward(turn, secretary, request);
                } else {
                    turn.reply(
                            request.replyTo(),
                            new PermitReply.Refused(turn.state().phase(), silent));
                }
            }
            case SessionCommand.ReleasePermit release -> forward(turn, secretary, release);
            case SessionCommand.Deliver deliver -> {
                if (silent == null) {
                    forward(
                            turn,
                            secretary,
                            new SessionCommand.Deliver(
                                    deliver.chatId(),
                                    deliver.permitId(),
                                    as(connectionId, deliver.message()),
                                    deliver.replyTo()));
                } else {
                    forward(turn, secretary, new SessionCommand.ReleasePermit(deliver.chatId(), deliver.permitId()));
                    turn.reply(
                            deliver.replyTo(),
                            new SessionCommand.DeliveryOutcome.NotSent("the person lets nothing be written", 0));
                }
            }
            case SessionCommand.ShowTyping typing -> {
                if (silent == null) {
                    forward(
                            turn,
                            secretary,
                            new SessionCommand.ShowTyping(
                                    typing.telegramChatId(), typing.messageThreadId(), connectionId));
                }
            }
            case SessionCommand.MarkRead mark -> {
                if (silent == null && secretary.link().mayRead()) {
                    forward(
                            turn,
                            secretary,
                            new SessionCommand.MarkRead(mark.telegramChatId(), mark.telegramMessageId(), connectionId));
                }
            }
            // Telegram shows none in a person's own chats.
            case SessionCommand.ShowLivePreview preview -> {}
            // A chat asks who gave its permit.
            case SessionCommand.Identify identify -> forward(turn, secretary, identify);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void forward(SessionTurn turn, Secretary secretary, SessionCommand command) {
        turn.run(new SessionEffect.Forward(secretary.operatorSessionId(), command));
    }

    private static OutgoingText as(String connectionId, OutgoingText text) {
        return new OutgoingText(
                text.telegramChatId(),
                text.text(),
                text.entities(),
                text.linkPreview(),
                text.messageThreadId(),
                connectionId);
    }
}
