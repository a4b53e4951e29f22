package io.vibee.account;

import io.vibee.protocol.crypto.TextCiphers;
import java.time.InstantSource;

/**
 * What an account of this node works with.
 *
 * @param limits on model calls and their tokens
 */
public record AccountDependencies(TextCiphers keys, DailyLimits.ByTier limits, InstantSource clock) {}
