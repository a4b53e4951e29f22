package io.vibee.reply;

import io.vibee.reply.CallResult.Answer;
import io.vibee.reply.CallResult.Fault;
import io.vibee.reply.CallResult.Refused;
import io.vibee.reply.CallResult.Retryable;
import io.vibee.reply.CallResult.TooLong;
import io.vibee.reply.CallResult.Unsupported;
import io.vibee.reply.ReplyObserver.CallOutcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A provider behind its circuit breaker. After some failures in a row it gets no calls for a while, then one call at a time until one
 * succeeds. It also gets none for a while when it refuses its key, its money or its model, or asks for a long pause. Safe for all threads;
 * times are those of {@link System#nanoTime()}.
 */
public final class GuardedProvider {

    /**
     * When a provider gets no calls.
     *
     * @param failures how many in a row, of any kind except rate limits
     * @param openFor the time without calls after these failures; each failed probe doubles it, up to {@code longestOpen}
     * @param coolDown the time without calls after a refusal that concerns all calls
     */
    public record Breaker(int failures, Duration openFor, Duration longestOpen, Duration coolDown) {
        public static final Breaker DEFAULT =
                new Breaker(5, Duration.ofSeconds(15), Duration.ofMinutes(5), Duration.ofMinutes(5));

        public Breaker {
            if (failures < 1 || !openFor.isPositive() || longestOpen.compareTo(openFor) < 0 || !coolDown.isPositive()) {
                throw new IllegalArgumentException("breaker: " + failures + ", " + openFor + ", " + longestOpen + ", "
                        + coolDown + " (expected: at least one failure, times above 0, the longest not the shortest)");
            }
        }
    }

    /** Whether a provider gets calls. */
    public enum State {
        /** It does. */
        CLOSED,
        /** One at a time, to see whether it works again. */
        HALF_OPEN,
        /** Not now: it failed too often. */
        OPEN,
        /** Not now: it refuses all calls, or asked for a pause. */
        COOLING_DOWN
    }

    /** The answer to a call that wants to begin. */
    enum Admission {
        ADMITTED,
        NOT_NOW,
        /** It already has as many calls as it may. */
        BUSY
    }

    private final Provider provider;
    private final Breaker breaker;
    private State state = State.CLOSED;
    private int failures;
    private Duration openFor;
    private long until;
    private int calls;
    private boolean probing;

    public GuardedProvider(Provider provider, Breaker breaker) {
        this.provider = provider;
        this.breaker = breaker;
        this.openFor = breaker.openFor();
    }

    public Provider provider() {
        return provider;
    }

    public State state() {
        return stateAt(System.nanoTime());
    }

    synchronized State stateAt(long now) {
        return isShut() && now - until >= 0 ? State.HALF_OPEN : state;
    }

    /** Asks to begin a call. Whoever is admitted must call {@link #left} once. */
    synchronized Admission enter(long now) {
        if (isShut()) {
            if (now - until < 0) {
                return Admission.NOT_NOW;
            }
            state = State.HALF_OPEN;
            probing = false;
        }
        if (state == State.HALF_OPEN && probing) {
            return Admission.NOT_NOW;
        }
        if (provider.parallel() > 0 && calls >= provider.parallel()) {
            return Admission.BUSY;
        }
        calls++;
        probing = state == State.HALF_OPEN;
        return Admission.ADMITTED;
    }

    /**
     * A call has ended.
     *
     * @param result null when it says nothing about the provider
     */
    synchronized void left(@Nullable CallResult result, long now) {
        calls--;
        probing = false;
        switch (result) {
            case null -> {}
            case Answer answer -> works();
            case TooLong tooLong -> works();
            case Unsupported unsupported -> works();
            case Refused refused
            when refused.fault() == Fault.ACCOUNT -> shut(State.COOLING_DOWN, now, breaker.coolDown());
            case Refused refused when refused.fault() == Fault.BETWEEN -> {}
            case Refused refused -> works();
            case Retryable retryable
            when retryable.outcome() == CallOutcome.RATE_LIMITED -> {
                Duration asked = retryable.retryAfter();
                if (asked != null && asked.compareTo(RetryPolicy.DEFAULT.longestRetryAfter()) > 0) {
                    shut(State.COOLING_DOWN, now, asked.compareTo(breaker.coolDown()) < 0 ? asked : breaker.coolDown());
                }
            }
            case Retryable retryable -> failed(now);
        }
    }

    private void works() {
        if (isShut()) {
            // A call from before. It says nothing about the provider's state now.
            return;
        }
        state = State.CLOSED;
        failures = 0;
        openFor = breaker.openFor();
    }

    private void failed(long now) {
        if (isShut()) {
            return;
        }
        failures++;
        if (state == State.HALF_OPEN) {
            Duration doubled = openFor.multipliedBy(2);
            openFor = doubled.compareTo(breaker.longestOpen()) < 0 ? doubled : breaker.longestOpen();
            shut(State.OPEN, now, openFor);
        } else if (failures >= breaker.failures()) {
            shut(State.OPEN, now, openFor);
        }
    }

    private void shut(State as, long now, Duration time) {
        state = as;
        until = now + time.toNanos();
    }

    private boolean isShut() {
        return state == State.OPEN || state == State.COOLING_DOWN;
    }

    @Override
    public String toString() {
        return "GuardedProvider[" + provider.name() + ", " + state() + "]";
    }
}
