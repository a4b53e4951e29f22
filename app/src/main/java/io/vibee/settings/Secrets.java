package io.vibee.settings;

/** The two secrets every key of the service is derived from, 32 or more characters each. */
public record Secrets(Secret jwtSecret, Secret masterKey) {}
