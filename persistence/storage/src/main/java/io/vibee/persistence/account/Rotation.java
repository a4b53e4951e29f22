package io.vibee.persistence.account;

/** The outcome of an exchange of a refresh token. */
public sealed interface Rotation {

    /** The new token is valid, and the old one is used. */
    record Rotated(String userId, String family) implements Rotation {}

    /** The token was used before. Somebody has a copy, so its whole family was ended. */
    record Reused(String userId, String family) implements Rotation {}

    /** The token was never issued, or has expired or was ended. */
    record Unknown() implements Rotation {}
}
