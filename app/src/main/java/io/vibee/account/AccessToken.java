package io.vibee.account;

/**
 * What a valid access token says.
 *
 * @param version the user's token version when it was issued
 */
public record AccessToken(String userId, int version) {}
