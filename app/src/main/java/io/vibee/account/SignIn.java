package io.vibee.account;

import io.vibee.persistence.account.User;
import java.time.Duration;

/** The result of registering, signing in, or using a refresh token. */
public sealed interface SignIn {

    record Granted(User user, String accessToken, RefreshToken refreshToken) implements SignIn {
        @Override
        public String toString() {
            return "Granted[" + user.id() + "]";
        }
    }

    record Refused(Reason reason) implements SignIn {}

    /** Too much was tried under this name. */
    record Limited(Duration retryAfter) implements SignIn {}

    /** Why not. */
    enum Reason {
        USERNAME_TAKEN,
        /** The name or the password. Nobody learns which one. */
        WRONG_CREDENTIALS,
        /** A refresh token that was never issued, has expired, or was used before. */
        WRONG_REFRESH_TOKEN,
        SUSPENDED
    }
}
