package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.session.SessionCommand.DeliveryOutcome;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome.NotSent;
import io.vibee.protocol.session.SessionCommand.DeliveryOutcome.RefusedByTelegram;
import io.vibee.telegram.TelegramFailure;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What a failed send means")
class DeliveryOutcomesTest {

    private static final Map<TelegramFailure, DeliveryOutcome> MEANINGS = Map.of(
            new TelegramFailure.Unauthorized(), new RefusedByTelegram(401, "Unauthorized", -1),
            new TelegramFailure.Forbidden("blocked"), new RefusedByTelegram(403, "blocked", -1),
            new TelegramFailure.Conflict("other"), new RefusedByTelegram(409, "other", -1),
            new TelegramFailure.NotFound("no such method"), new RefusedByTelegram(404, "no such method", -1),
            new TelegramFailure.FloodWait(Duration.ofSeconds(3)), new RefusedByTelegram(429, "Too Many Requests", 3000),
            new TelegramFailure.BadRequest("too long", null), new RefusedByTelegram(400, "too long", -1),
            new TelegramFailure.BadRequest("upgraded", -1001L), new DeliveryOutcome.Migrated(-1001),
            new TelegramFailure.ServerError(502), new DeliveryOutcome.Unknown("answer 502"),
            new TelegramFailure.LostConnection("EOFException"),
                    new DeliveryOutcome.Unknown("connection lost: EOFException"),
            new TelegramFailure.Unreachable("ConnectException"), new NotSent("unreachable: ConnectException", 0));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bad Request: business connection not found",
                "Bad Request: BUSINESS_CONNECTION_INVALID",
                "Bad Request: BUSINESS_CONNECTION_NOT_ALLOWED"
            })
    @DisplayName("by a person's connection that changed is that it is to be sent by what the connection is now")
    void changedConnection(String description) {
        NotSent notSent = new NotSent("the person's connection changed", 0);

        assertThat(DeliveryOutcomes.of(new TelegramFailure.BadRequest(description, null)))
                .isEqualTo(notSent);
        assertThat(DeliveryOutcomes.of(new TelegramFailure.Forbidden(description)))
                .isEqualTo(notSent);
    }

    static Stream<Arguments> meanings() {
        return MEANINGS.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    @ParameterizedTest
    @MethodSource("meanings")
    @DisplayName("is told apart by the failure")
    void meaning(TelegramFailure failure, DeliveryOutcome meaning) {
        assertThat(DeliveryOutcomes.of(failure)).isEqualTo(meaning);
    }

    @ParameterizedTest
    @MethodSource("meanings")
    @DisplayName("is in doubt exactly when the call may have had an effect")
    void doubt(TelegramFailure failure, DeliveryOutcome meaning) {
        assertThat(meaning instanceof DeliveryOutcome.Unknown).isEqualTo(!failure.certainlyNotDone());
    }

    @Test
    @DisplayName("is looked at for each kind of failure")
    void complete() {
        assertThat(MEANINGS.keySet().stream().<Class<?>>map(Object::getClass).distinct())
                .containsExactlyInAnyOrder(TelegramFailure.class.getPermittedSubclasses());
    }

    @Test
    @DisplayName("of a defect of ours is in doubt, by the name of its class only")
    void defect() {
        RuntimeException defect = new IllegalStateException("with a secret");

        assertThat(TelegramFailures.of(new CompletionException(defect)))
                .isEqualTo(new TelegramFailure.LostConnection("IllegalStateException"));
        assertThat(TelegramFailures.of(defect)).isEqualTo(new TelegramFailure.LostConnection("IllegalStateException"));
        assertThat(TelegramFailures.of(new CompletionException("no cause", null)))
                .isEqualTo(new TelegramFailure.LostConnection("CompletionException"));
    }
}
