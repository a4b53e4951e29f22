package io.vibee.settings;

import org.jspecify.annotations.Nullable;

/**
 * The secrets every key of the service is derived from, 32 or more characters each.
 *
 * @param previousMasterKey what it wrapped is accepted too, or null
 */
public record Secrets(
        Secret jwtSecret, Secret masterKey, @Nullable Secret previousMasterKey) {}
