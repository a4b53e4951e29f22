package io.vibee.sandbox;

import io.vibee.telegram.BotToken;

/** A simulated bot. */
public record SandboxBot(long id, String username, String firstName, BotToken token) {}
