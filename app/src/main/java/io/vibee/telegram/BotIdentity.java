package io.vibee.telegram;

/** Who a token belongs to, as {@code getMe} says. */
public record BotIdentity(long id, String username, String firstName) {}
