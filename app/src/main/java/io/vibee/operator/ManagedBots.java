package io.vibee.operator;

import io.vibee.persistence.session.SessionRow;
import io.vibee.persistence.telegram.ManagedBotRows;
import io.vibee.protocol.chat.ChatMode;
import io.vibee.protocol.session.Delivery;
import io.vibee.session.Connected;
import io.vibee.session.Connections;
import io.vibee.telegram.BotAccess;
import io.vibee.telegram.BotToken;
import io.vibee.telegram.TelegramClient;
import io.vibee.telegram.TelegramException;
import io.vibee.telegram.TelegramFailure;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** What owners of sessions do with the bots that they made through the operator's bot. Telegram's failures are given on as they are. */
public final class ManagedBots {

    private final OperatorBot operator;
    private final ManagedBotRows rows;
    private final Connections connections;
    private final TelegramClient telegram;

    public ManagedBots(OperatorBot operator, ManagedBotRows rows, Connections connections, TelegramClient telegram) {
        this.operator = operator;
        this.rows = rows;
        this.connections = connections;
        this.telegram = telegram;
    }

    /** A session whose bot its owner made through the operator's bot. */
    public final class Managed {
        private final SessionRow session;
        private final BotToken manager;

        private Managed(SessionRow session, BotToken manager) {
            this.session = session;
            this.manager = manager;
        }

        /**
         * Gives the bot another token, and the session with it. When this breaks off in between, the session has a token that works no more;
         * calling again heals.
         */
        public CompletionStage<Connected> replaceToken() {
            return telegram.replaceManagedBotToken(manager, session.botId())
                    .thenCompose(token -> connections.connect(
                            session.owner(),
                            token,
                            ChatMode.valueOf(session.defaultMode().toUpperCase(Locale.ROOT)),
                            Delivery.valueOf(session.delivery().toUpperCase(Locale.ROOT))));
        }

        /** Who may write to it. */
        public CompletionStage<BotAccess> access() {
            return telegram.getManagedBotAccess(manager, session.botId());
        }

        /** Says who may write to it. */
        public CompletionStage<Done> access(BotAccess access) {
            return telegram.setManagedBotAccess(manager, session.botId(), access);
        }
    }

    /** Empty for any other session. */
    public CompletionStage<Optional<Managed>> of(SessionRow session) {
        if (!operator.exists()) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        BotToken manager = operator.token();
        return rows.ofSession(manager.botId(), session.owner(), session.id())
                .thenApply(row -> row.map(known -> new Managed(session, manager)));
    }

    /** Whether Telegram answered so that asking again is of no use. */
    public static boolean isRefusal(Throwable thrown) {
        Throwable failure =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return failure instanceof TelegramException answer
                && (answer.failure() instanceof TelegramFailure.BadRequest
                        || answer.failure() instanceof TelegramFailure.Forbidden
                        || answer.failure() instanceof TelegramFailure.NotFound);
    }
}
