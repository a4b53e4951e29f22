package io.vibee.telegram;

/**
 * A bot that a person is offered to make; the person may choose other names.
 *
 * @param button the words on the button
 * @param name 1 to 64 characters, as people see it
 * @param username 5 to 32 of A-Z a-z 0-9 _ that end in {@code bot}
 */
public record BotOffer(String button, String name, String username) {}
