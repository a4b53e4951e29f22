package io.vibee.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.protocol.Refusal.RefusedException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A refusal")
@Tag("actors")
class RefusalTest {

    private static final Serialised SERIALISED = new Serialised();

    @AfterAll
    static void stop() {
        SERIALISED.close();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("goes from node to node as itself, without a stack")
    void travels(Refusal refusal) {
        RefusedException arrived = (RefusedException) SERIALISED.throughBytes(new RefusedException(refusal));

        assertThat(arrived.refusal()).isEqualTo(refusal);
        assertThat(arrived.getStackTrace()).isEmpty();
    }

    @Test
    @DisplayName("of a newer node is unknown")
    void unknown() {
        assertThat(Refusal.of("not_invented_yet")).isEqualTo(Refusal.UNKNOWN);
    }

    @Test
    @DisplayName("is found in what an ask fails with")
    void found() {
        RefusedException refused = new RefusedException(Refusal.BUSY);

        assertThat(Refusal.in(new CompletionException(new CompletionException(refused))))
                .contains(Refusal.BUSY);
        assertThat(Refusal.BUSY.isIn(refused)).isTrue();
        assertThat(Refusal.FAULT.isIn(refused)).isFalse();
        assertThat(Refusal.in(new IllegalStateException("busy"))).isEmpty();
        assertThat(Refusal.in(null)).isEmpty();
    }
}
