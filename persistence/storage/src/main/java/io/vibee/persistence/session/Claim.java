package io.vibee.persistence.session;

/** What became of an attempt to connect a Telegram identity. */
public sealed interface Claim {

    /** It is new, and the caller's. */
    record Claimed(SessionRow row) implements Claim {}

    /** The same owner had begun before and not finished: his row, with the new token in it. */
    record Resumed(SessionRow row) implements Claim {}

    /** The same owner has it connected already. */
    record OwnedBySame(SessionRow row) implements Claim {}

    /** Somebody else has it. */
    record Taken() implements Claim {}

    /** The owner has as many as he may have. */
    record TooMany(int limit) implements Claim {}
}
