package io.vibee.telegram;

/** The bot that a token belongs to, as {@code getMe} says. */
public record BotIdentity(long id, String username, String firstName) {}
