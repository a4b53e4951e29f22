package io.vibee.settings;

import org.jspecify.annotations.Nullable;

/**
 * The secrets from which Vibee derives all its keys, 32 or more characters each.
 *
 * @param previousMasterKey also accepted for reading; null: none
 */
public record Secrets(
        Secret jwtSecret, Secret masterKey, @Nullable Secret previousMasterKey) {}
