package io.vibee.session;

import io.vibee.protocol.session.SessionView;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of an attempt to connect a bot. */
public sealed interface Connected {

    /** It is connected and lives. */
    record Live(SessionView session) implements Connected {}

    /** The same user has it connected, with this very token. */
    record Already() implements Connected {}

    /** Another user has it connected. */
    record Taken() implements Connected {}

    /** The user has as many sessions as he may have. */
    record TooMany(int limit) implements Connected {}

    /** Telegram does not know the token. */
    record TokenRefused() implements Connected {}

    /**
     * Telegram could not be asked.
     *
     * @param retryAfter what Telegram said, or null
     */
    record TelegramAway(@Nullable Duration retryAfter) implements Connected {}
}
