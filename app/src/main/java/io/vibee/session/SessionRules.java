package io.vibee.session;

import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;

/**
 * What one session decides by.
 *
 * @param incarnation tells this life of the session from others; permits of another one are unknown to it
 * @param sendsPerSecond of its bot; 0: no pacing, only what Telegram itself says
 * @param takesUpdates false once the node stops
 * @param jitter from [0, 1), for waits
 */
record SessionRules(
        String sessionId,
        String incarnation,
        int sendsPerSecond,
        InstantSource clock,
        BooleanSupplier takesUpdates,
        DoubleSupplier jitter) {}
