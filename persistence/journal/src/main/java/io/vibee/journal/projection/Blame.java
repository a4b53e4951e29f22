package io.vibee.journal.projection;

import com.fasterxml.jackson.core.JacksonException;
import io.r2dbc.spi.R2dbcException;
import io.vibee.journal.UnreadablePayloadException;
import io.vibee.journal.database.DatabaseUnavailableException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides what made a batch fail. It is an event when the same events fail again however often they are tried. It is something
 * around the events when it passes, or when every event would meet it. When in doubt, it lies around them.
 */
final class Blame {

    /** The codes that an operator meets, in the words of PostgreSQL's appendix on error codes. */
    private static final Map<String, String> CONDITIONS = Map.of(
            "22001", "string data right truncation",
            "22003", "numeric value out of range",
            "22008", "datetime field overflow",
            "22021", "character not in repertoire",
            "22P02", "invalid text representation",
            "23502", "not null violation",
            "23505", "unique violation",
            "23514", "check violation",
            "54000", "program limit exceeded");

    /** Stack frames of these packages don't show where a handler failed. */
    private static final Set<String> LIBRARIES = Set.of(
            "java.", "jdk.", "scala.", "reactor.", "io.netty.", "io.r2dbc.", "org.apache.pekko.", "com.fasterxml.");

    private static final int DEEPEST = 8;

    private Blame() {}

    /** The failure without what futures wrap around it. */
    static Throwable unwrap(Throwable thrown) {
        boolean wrapper = thrown instanceof CompletionException || thrown instanceof ExecutionException;
        Throwable cause = thrown.getCause();
        return wrapper && cause != null ? unwrap(cause) : thrown;
    }

    /** Whether the same events would fail in the same way for ever. */
    static boolean isOnEvents(Throwable thrown) {
        Throwable failure = unwrap(thrown);
        return failure instanceof UnreadablePayloadException || !isAround(failure, 0);
    }

    /** Looks at causes and suppressed failures too: a failed roll-back hides the lost connection. */
    private static boolean isAround(Throwable failure, int depth) {
        if (depth > DEEPEST) {
            return false;
        }
        return isItselfAround(failure)
                || Stream.concat(Stream.ofNullable(failure.getCause()), Arrays.stream(failure.getSuppressed()))
                        .anyMatch(other -> isAround(other, depth + 1));
    }

    private static boolean isItselfAround(Throwable failure) {
        return switch (failure) {
            case DatabaseUnavailableException away -> true;
            case SlicesTakenException taken -> true;
            case TimeoutException late -> true;
            case CancellationException stopped -> true;
            case RejectedExecutionException stopping -> true;
            case JacksonException unreadable -> false;
            case IOException lost -> true;
            // A text that is nested too deeply. Any other error is the process's.
            case StackOverflowError deep -> false;
            case Error broken -> true;
            default -> false;
        };
    }

    /** Describes a failure without any written value. A database's own message may have one. */
    static String inWords(Throwable thrown) {
        Throwable failure = root(unwrap(thrown), 0);
        if (failure instanceof R2dbcException refused) {
            String state = Objects.requireNonNullElse(refused.getSqlState(), "unknown");
            String condition = CONDITIONS.get(state);
            return "SQLSTATE " + state + (condition == null ? "" : " (" + condition + ")");
        }
        String type = failure.getClass().getSimpleName();
        String place = place(failure);
        return place == null ? type : type + " at " + place;
    }

    private static Throwable root(Throwable failure, int depth) {
        Throwable cause = failure.getCause();
        return failure instanceof R2dbcException || cause == null || depth == DEEPEST
                ? failure
                : root(cause, depth + 1);
    }

    private static @Nullable String place(Throwable failure) {
        return Arrays.stream(failure.getStackTrace())
                .filter(frame -> LIBRARIES.stream().noneMatch(frame.getClassName()::startsWith))
                .findFirst()
                .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                .orElse(null);
    }
}
