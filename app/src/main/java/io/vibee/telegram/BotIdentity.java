package io.vibee.telegram;

/**
 * The bot that a token belongs to, as {@code getMe} says.
 *
 * @param managesBots whether people may make bots through it
 */
public record BotIdentity(long id, String username, String firstName, boolean managesBots) {}
