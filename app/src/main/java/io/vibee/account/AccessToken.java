package io.vibee.account;

import org.jspecify.annotations.Nullable;

/**
 * What a valid access token says.
 *
 * @param version the user's token version when it was issued
 * @param family the sign-in from which it came; null in one that was issued before tokens told
 */
public record AccessToken(
        String userId, int version, @Nullable String family) {}
