package io.vibee.persistence.account;

/** What became of an attempt to exchange a refresh token. */
public sealed interface Rotation {

    /** The new token is valid, the old one used. */
    record Rotated(String userId, String family) implements Rotation {}

    /** The token had been used before: somebody has a copy, so its whole family has been ended. */
    record Reused(String userId, String family) implements Rotation {}

    /** Never issued, expired, or ended. */
    record Unknown() implements Rotation {}
}
