package io.vibee.journal.database;

import io.netty.channel.ChannelException;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolShutdownException;

/**
 * Turns failures of the driver, the pool and the network into this package's own types. Every other failure stays as it is:
 * what the work itself throws, and what the server says about a value that it can't store or about a wrong statement.
 */
final class DatabaseFailures {

    private static final String INTEGRITY_VIOLATION = "23";

    /**
     * Classes of SQLSTATE that don't blame the values: connections, transactions that were rolled back, locks, resources, an
     * operator, a fault of the server, and something that the schema, a setting or a right lacks. See PostgreSQL's manual,
     * appendix A "Error Codes".
     */
    private static final Set<String> UNAVAILABLE = Set.of(
            "08", "0A", "0B", "25", "26", "28", "2D", "3D", "3F", "40", "42", "53", "55", "57", "58", "72", "F0", "XX");

    private static final int DEEPEST = 8;

    private DatabaseFailures() {}

    static Throwable typed(Throwable failure) {
        if (failure instanceof R2dbcException refused && stateClass(refused).equals(INTEGRITY_VIOLATION)) {
            return new DatabaseConflictException(failure);
        }
        return isUnavailable(failure, 0) ? new DatabaseUnavailableException(failure) : failure;
    }

    private static boolean isUnavailable(Throwable failure, int depth) {
        return switch (failure) {
            case R2dbcException refused -> {
                String state = stateClass(refused);
                yield state.isEmpty() || UNAVAILABLE.contains(state);
            }
            case TimeoutException late -> true;
            case IOException lost -> true;
            case ChannelException lost -> true;
            case PoolAcquirePendingLimitException busy -> true;
            case PoolShutdownException closed -> true;
            default -> depth < DEEPEST && hides(failure, depth);
        };
    }

    /** When a roll-back fails, Reactor throws a plain exception that hides the lost connection. */
    private static boolean hides(Throwable failure, int depth) {
        return failure.getClass() == RuntimeException.class
                && Stream.concat(Stream.ofNullable(failure.getCause()), Arrays.stream(failure.getSuppressed()))
                        .anyMatch(other -> isUnavailable(other, depth + 1));
    }

    /** The class of the SQLSTATE; empty when the server gave none. */
    private static String stateClass(R2dbcException refused) {
        String state = refused.getSqlState();
        return state == null || state.length() != 5 ? "" : state.substring(0, 2);
    }
}
