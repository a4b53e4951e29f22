package io.vibee.persistence.account;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A user's row.
 *
 * @param telegramId as the user says; not verified and not unique
 * @param tokenVersion access tokens with a lower version are void
 * @param registered false until the user's Account knows the user
 */
public record User(
        String id,
        String username,
        String passwordHash,
        @Nullable Long telegramId,
        String tier,
        boolean suspended,
        int tokenVersion,
        boolean registered,
        Instant createdAt) {

    @Override
    public String toString() {
        return "User[" + id + ", " + username + "]";
    }
}
