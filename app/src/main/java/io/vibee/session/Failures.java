package io.vibee.session;

import io.vibee.telegram.TelegramException;
import io.vibee.telegram.TelegramFailure;
import java.util.concurrent.CompletionException;

/** What Telegram's client says through a failed stage. */
final class Failures {

    private Failures() {}

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
