package io.vibee.account;

import io.vibee.persistence.account.RefreshTokens;
import io.vibee.persistence.account.Users;

/**
 * What a gate of this node works with.
 *
 * @param requestsPerMinute of each user; 0: no limit
 */
public record GateDependencies(Users users, RefreshTokens signIns, int requestsPerMinute) {}
