package io.vibee.persistence.session;

/** The outcome of an attempt to connect a Telegram identity. */
public sealed interface Claim {

    /** The identity is new, and now the caller's. */
    record Claimed(SessionRow row) implements Claim {}

    /** The same owner began before and did not finish. The row is that one, with the new token in it. */
    record Resumed(SessionRow row) implements Claim {}

    /** The same owner has connected it already. */
    record OwnedBySame(SessionRow row) implements Claim {}

    /** Another owner has it. */
    record Taken() implements Claim {}

    /** The owner has as many sessions as allowed. */
    record TooMany(int limit) implements Claim {}
}
