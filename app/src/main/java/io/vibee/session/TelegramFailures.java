package io.vibee.session;

import io.vibee.protocol.Refusal;
import io.vibee.telegram.TelegramException;
import io.vibee.telegram.TelegramFailure;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What Telegram's client and chats say through a failed stage. */
final class TelegramFailures {

    private TelegramFailures() {}

    /** Whether a chat refused an update because its own code failed at it. */
    static boolean isFaultOfChat(@Nullable Throwable thrown) {
        return Refusal.FAULT.isIn(thrown);
    }

    static TelegramFailure of(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof TelegramException telegram
                ? telegram.failure()
                : new TelegramFailure.LostConnection(cause.getClass().getSimpleName());
    }
}
