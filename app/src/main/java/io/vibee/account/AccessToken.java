package io.vibee.account;

import org.jspecify.annotations.Nullable;

/**
 * The content of a valid access token.
 *
 * @param version the user's token version when it was issued
 * @param family the sign-in from which it came; null in an old token that doesn't say
 */
public record AccessToken(
        String userId, int version, @Nullable String family) {}
