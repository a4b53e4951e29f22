package io.vibee.account;

import io.vibee.persistence.account.User;
import java.time.Duration;

/** What became of an attempt to register, to sign in or to go on with a refresh token. */
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
        /** The name or the password: which one is nobody's business. */
        WRONG_CREDENTIALS,
        /** A refresh token that was never issued, is over, or was used before. */
        WRONG_REFRESH_TOKEN,
        SUSPENDED
    }
}
