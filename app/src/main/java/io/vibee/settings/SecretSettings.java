package io.vibee.settings;

import org.jspecify.annotations.Nullable;

/** The shared secrets as far as the environment gives them; {@link DevelopmentSecrets} completes them. */
public record SecretSettings(
        @Nullable Secret jwtSecret,
        @Nullable Secret masterKey,
        @Nullable Secret previousMasterKey) {
    static SecretSettings read(Environment environment) {
        return new SecretSettings(
                environment.passphrase(Variable.JWT_SECRET),
                environment.passphrase(Variable.VIBEE_MASTER_KEY),
                environment.passphrase(Variable.VIBEE_MASTER_KEY_PREVIOUS));
    }
}
