package io.vibee.session;

import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.telegram.RefusalScope;
import io.vibee.telegram.TelegramFailure;

/** What a failed send means for the chat that wanted it. */
final class DeliveryOutcomes {

    private static final long FINAL = -1;

    private DeliveryOutcomes() {}

    static DeliveryOutcome of(TelegramFailure failure) {
        if (RefusalScope.isOfConnection(failure)) {
            // The person changed it meanwhile. The update that says so comes, or has come: the text goes by the newest
            // id, or is given up.
            return new DeliveryOutcome.NotSent("the person's connection changed", 0);
        }
        return switch (failure) {
            case TelegramFailure.Unauthorized revoked ->
                new DeliveryOutcome.RefusedByTelegram(401, "Unauthorized", FINAL);
            case TelegramFailure.Forbidden forbidden ->
                new DeliveryOutcome.RefusedByTelegram(403, forbidden.description(), FINAL);
            case TelegramFailure.Conflict conflict ->
                new DeliveryOutcome.RefusedByTelegram(409, conflict.description(), FINAL);
            case TelegramFailure.NotFound missing ->
                new DeliveryOutcome.RefusedByTelegram(404, missing.description(), FINAL);
            case TelegramFailure.FloodWait wait ->
                new DeliveryOutcome.RefusedByTelegram(
                        429, "Too Many Requests", wait.retryAfter().toMillis());
            case TelegramFailure.BadRequest bad -> {
                Long to = bad.migrateToChatId();
                yield to == null
                        ? new DeliveryOutcome.RefusedByTelegram(400, bad.description(), FINAL)
                        : new DeliveryOutcome.Migrated(to);
            }
            case TelegramFailure.ServerError error -> new DeliveryOutcome.Unknown(error.summary());
            case TelegramFailure.LostConnection lost -> new DeliveryOutcome.Unknown(lost.summary());
            case TelegramFailure.Unreachable unreachable -> new DeliveryOutcome.NotSent(unreachable.summary(), 0);
        };
    }
}
