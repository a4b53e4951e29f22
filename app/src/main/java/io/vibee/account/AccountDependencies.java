package io.vibee.account;

import io.vibee.persistence.keys.KeyStore;
import java.time.InstantSource;

/**
 * What an account of this node works with.
 *
 * @param limits on model calls and their tokens
 */
public record AccountDependencies(KeyStore keys, DailyLimits.ByTier limits, InstantSource clock) {}
